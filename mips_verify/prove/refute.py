"""Refute first: thousands of sequences cost less than one question to a solver."""

from __future__ import annotations

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.obligations import Pair
from mips_verify.prove.counterexample import Difference, replay
from mips_verify.prove.joint_runs import Observed, first_differences

REPLAYS = 50
EXACT_RUNS = 16


def refute(pair: Pair, seen: Observed) -> Difference | None:
    """The shortest difference among the observed sequences, replayed exactly.

    Differences that int64 made up by wrapping around do not survive the replay. One with a
    value of the specification is preferred: only that refutes.
    """
    undefined = None
    for word in first_differences(seen)[:REPLAYS]:
        found = replay(pair, [tuple(letter) for letter in word.tolist()])
        if found is not None and found.expected is not None:
            return found
        undefined = undefined or found
    return undefined


def refute_exactly(pair: Pair, x: Ints) -> Difference | None:
    """A difference along some of the sequences ``(n, length, channels)``, run in exact integers.

    For what int64 cannot follow: there it says neither that machines differ nor that they agree.
    """
    # the first ones are constant, which drives a state furthest
    spread = range(0, len(x), max(1, 2 * len(x) // EXACT_RUNS))
    for i in dict.fromkeys([*range(min(len(x), EXACT_RUNS // 2)), *spread]):
        found = replay(pair, [tuple(letter) for letter in x[i].tolist()])
        if found is not None and found.expected is not None:
            return found
    return None
