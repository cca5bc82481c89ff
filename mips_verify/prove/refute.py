"""Refute first: thousands of sequences cost less than one question to a solver."""

from __future__ import annotations

from mips_verify.prove.obligations import Pair
from mips_verify.prove.observe import Observed, first_differences
from mips_verify.prove.replay import Difference, replay

REPLAYS = 50


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
