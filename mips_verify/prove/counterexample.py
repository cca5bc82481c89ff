"""Counterexamples: found among runs, replayed in exact integers, and shrunk.

The verdict REFUTED rests on a replay alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine, Word
from mips_verify.kernel.obligations import Pair
from mips_verify.prove.joint_runs import Observed, first_differences
from mips_verify.prove.limits import (
    MOST_BITS,
    MOST_EXACT_RUNS,
    MOST_REPLAYS,
    MOST_SHRINKING_LETTERS,
)

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


def refute(pair: Pair, seen: Observed) -> Difference | None:
    """The shortest difference among the observed sequences, replayed exactly.

    A difference that int64 made up by wrapping around does not survive the replay. One after
    which the specification has a value is preferred: only that refutes.
    """
    undefined = None
    for word in first_differences(seen)[:MOST_REPLAYS]:
        found = replay(pair, [tuple(letter) for letter in word.tolist()])
        if found is not None and found.expected is not None:
            return found
        undefined = undefined or found
    return undefined


def refute_exactly(pair: Pair, x: Ints) -> Difference | None:
    """A difference along some of the sequences ``(n, length, channels)``, run in exact integers.

    This is for sequences with states beyond 64 bits, where int64 shows neither that the machines
    differ nor that they agree.
    """
    # the first ones are constant, which drives a state furthest
    spread = range(0, len(x), max(1, 2 * len(x) // MOST_EXACT_RUNS))
    for i in dict.fromkeys([*range(min(len(x), MOST_EXACT_RUNS // 2)), *spread]):
        found = replay(pair, [tuple(letter) for letter in x[i].tolist()])
        if found is not None and found.expected is not None:
            return found
    return None


def replay(pair: Pair, word: Word) -> Difference | None:
    """The first difference along ``word``, in exact integers.

    ``None`` if there is none before a state has more than :data:`MOST_BITS` bits.
    """
    p, s = pair.program.init, pair.spec.init
    for t, letter in enumerate(word):
        x = tuple(map(int, letter))
        ours, theirs = _step(pair.program, p, x), _step(pair.spec, s, x)
        if ours is None or theirs is None or ours[1] != theirs[1]:
            seen = tuple(tuple(map(int, w)) for w in word[: t + 1])
            return Difference(seen, theirs and theirs[1], ours and ours[1])
        p, s = ours[0], theirs[0]
        if any(abs(v).bit_length() > MOST_BITS for v in p + s):
            return None
    return None


def _step(machine: Machine, z: Outputs, x: Outputs) -> tuple[Outputs, Outputs] | None:
    try:
        return machine.step(z, x)
    except ValueError:
        return None


def shrink(pair: Pair, found: Difference) -> Difference:
    """A counterexample with fewer and smaller letters, by greedy deletion and replacement.

    Only sequences that refute are kept: the specification has a value after them.
    """

    def refutes(word: Letters) -> Difference | None:
        d = replay(pair, word)
        return d if d is not None and d.expected is not None else None

    budget = MOST_SHRINKING_LETTERS
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
