"""Exact replay of a sequence on both machines: the only way to the answer REFUTED."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine, Word
from mips_verify.kernel.obligations import Pair

MAX_BITS = 100_000  # states beyond this are not computed with
MOST_LETTERS = 5_000  # letters replayed while shrinking
Letters = tuple[tuple[int, ...], ...]
Outputs = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A sequence after whose last letter, and no earlier, the machines differ.

    ``expected`` is ``None`` where the specification has no value, ``got`` where the program
    has none.
    """

    word: Letters
    expected: Outputs | None
    got: Outputs | None


def replay(pair: Pair, word: Word) -> Difference | None:
    """The first difference along ``word``, in exact integers; ``None`` if there is none."""
    p, s = pair.program.init, pair.spec.init
    for t, letter in enumerate(word):
        x = tuple(map(int, letter))
        ours, theirs = _step(pair.program, p, x), _step(pair.spec, s, x)
        if ours is None or theirs is None or ours[1] != theirs[1]:
            seen = tuple(tuple(map(int, w)) for w in word[: t + 1])
            return Difference(seen, theirs and theirs[1], ours and ours[1])
        p, s = ours[0], theirs[0]
        if any(abs(v).bit_length() > MAX_BITS for v in p + s):
            return None
    return None


def _step(machine: Machine, z: Outputs, x: Outputs) -> tuple[Outputs, Outputs] | None:
    try:
        return machine.step(z, x)
    except ValueError:
        return None


def shrink(pair: Pair, found: Difference) -> Difference:
    """A counterexample with fewer and smaller letters, by greedy deletion and replacement.

    Only keeps sequences that refute: the specification has a value after them.
    """

    def refutes(word: Letters) -> Difference | None:
        d = replay(pair, word)
        return d if d is not None and d.expected is not None else None

    budget = MOST_LETTERS
    smaller = True
    while smaller:
        smaller = False
        for word in _simpler(found.word, pair.domain):
            budget -= len(found.word)
            if budget < 0:
                return found
            if (better := refutes(word)) is not None:
                found, smaller = better, True
                break
    return found


def _simpler(word: Letters, domain: Domain) -> Iterator[Letters]:
    """The word without a stretch, or with one channel of a letter nearer to 0."""
    width = len(word) // 2
    while width:
        for i in range(0, len(word) - width + 1, width):
            yield word[:i] + word[i + width :]
        width //= 2
    for i, letter in enumerate(word):
        for c, v in enumerate(letter):
            goal = min(max(0, domain.lows[c]), domain.highs[c])
            for new in dict.fromkeys((goal, (v + goal) // 2)):
                if abs(new - goal) < abs(v - goal):
                    yield (*word[:i], (*letter[:c], new, *letter[c + 1 :]), *word[i + 1 :])
