"""Words that put a machine found in data to the test: each of its steps, continued in many ways.

Random words seldom take some steps, and where a step leads is then decided from little. A word to
the state, the letter, and endings that repeat letters or not show it (as do the tests of Chow, IEEE
Trans. Softw. Eng. 4, 1978, with drawn endings in place of all). Some endings are put together from
parts of the words that lead to states: what opens one door may well open the next.
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.sequences import few_letters, runs
from mips_verify.kernel.domain import Domain

WORDS = 32_768  # in all, if that is between the bounds below
LEAST, MOST = 4, 256  # words for each step


def words_around(following: Ints, domain: Domain, length: int, rng: np.random.Generator) -> Ints:
    """Words of ``length`` letters, ``(n, length, channels)``, the same number for each step.

    Args:
        following: the next state of a machine that starts in state 0, ``(states, letters)``, the
            letters in the domain's order; -1 where unknown.
        domain: the letters.
        length: of each word; steps that need longer words are left out.
        rng: the source of randomness.
    """
    letters = np.array(list(domain.letters()), dtype=np.int64)
    access = _access(following, length - 1)
    steps = [[*word, a] for word in access for a in range(len(letters))]
    each = max(LEAST, min(MOST, WORDS // len(steps)))
    x = _endings(domain, length, rng, each * len(steps))
    parts = [letters[word[i:]] for word in access for i in range(len(word))]
    for row in x[: len(x) // 2] if parts else ():
        _put_together(row, parts, rng)
    x = rng.permutation(x)
    for i, word in enumerate(steps):
        x[i :: len(steps), : len(word)] = letters[word]
    return x


def _put_together(row: Ints, parts: list[Ints], rng: np.random.Generator) -> None:
    """Replace most of a word ``(length, channels)`` by parts, with a letter left between them."""
    at = int(rng.integers(0, len(row)))
    while at < len(row):
        part = parts[int(rng.integers(len(parts)))][: len(row) - at]
        row[at : at + len(part)] = part
        at += len(part) + int(rng.integers(0, 2))


def _access(following: Ints, longest: int) -> list[list[int]]:
    """A shortest word to each state, as numbers of letters."""
    words: dict[int, list[int]] = {0: []}
    queue = [0]
    for state in queue:  # which grows meanwhile
        for letter, target in enumerate(following[state].tolist()):
            if target >= 0 and target not in words and len(words[state]) < longest:
                words[target] = [*words[state], letter]
                queue.append(target)
    return list(words.values())


def _endings(domain: Domain, length: int, rng: np.random.Generator, count: int) -> Ints:
    """Words that are uniform, use few letters, or repeat letters, one kind after another."""
    third = count // 4  # half of the words are uniform
    return np.concatenate(
        [
            domain.sample(count - 2 * third, length, rng),
            few_letters(domain, length, rng, third),
            runs(domain, length, rng, third),
        ]
    )
