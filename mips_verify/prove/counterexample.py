"""Counterexamples: finding them among runs, replaying them in exact integers, shrinking them.

The verdict REFUTED relies only on a replay.
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
    """A sequence on which the machines differ after the last letter, but not before.

    ``expected`` is ``None`` if the specification has no value, ``got`` if the program has none.
    """

    word: Letters
    expected: Outputs | None
    got: Outputs | None


def refute(pair: Pair, seen: Observed) -> Difference | None:
    """The shortest difference among the observed sequences, replayed exactly.

    The replay rejects differences caused by int64 overflow. It prefers a difference after which
    the specification has a value: only such a difference refutes.
    """
    undefined = None
    for word in first_differences(seen)[:MOST_REPLAYS]:
        found = replay(pair, [tuple(letter) for letter in word.tolist()])
        if found is not None and found.expected is not None:
            return found
        undefined = undefined or found
    return undefined


def refute_exactly(pair: Pair, x: Ints) -> Difference | None:
    """A difference on some of the sequences ``(n, length, channels)``, run in exact integers.

    Use this for sequences with states that exceed 64 bits, on which int64 runs prove nothing.
    """
    # the first sequences repeat one letter, which drives a state furthest
    spread = range(0, len(x), max(1, 2 * len(x) // MOST_EXACT_RUNS))
    for i in dict.fromkeys([*range(min(len(x), MOST_EXACT_RUNS // 2)), *spread]):
        found = replay(pair, [tuple(letter) for letter in x[i].tolist()])
        if found is not None and found.expected is not None:
            return found
    return None


def replay(pair: Pair, word: Word) -> Difference | None:
    """The first difference on ``word``, in exact integers.

    ``None`` if none occurs before the end or before a state exceeds :data:`MOST_BITS` bits.
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
    """Shrink a counterexample to fewer and smaller letters by greedy deletion and replacement.

    Only sequences after which the specification has a value are kept: others do not refute.
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
    """Variants of a word: without some adjacent letters, or with one channel closer to 0."""
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
