"""Labels by a letter that leads through the states one after another, as a count does.

Counters with limits, levels, floors and timers have such a letter. Numbered along it, a state means
how far things have gone, and the step is a short formula with conditions, where numbers that are
chosen to make a formula short mean nothing.
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy


def chains(machine: Mealy) -> list[Ints]:
    """Numbers ``0 .. n - 1`` for the states of a complete machine, ``(states,)``, without doubles.

    A state that a letter's way through all others misses, such as an error, gets the last number.
    A cycle is numbered from the start; a way that ends in a state that the letter keeps is
    numbered from its end too, as levels that go down to 0 are.
    """
    found: dict[bytes, Ints] = {}
    for after in np.unique(machine.next.T, axis=0):
        order = _way(after)
        if order is None:
            continue
        left = np.setdiff1d(np.arange(machine.states), order)
        ways = [order] if after[order[-1]] == 0 else [order, order[::-1]]
        for way in ways:
            labels = np.argsort(np.concatenate([way, left]))
            found.setdefault(labels.tobytes(), labels)
    return list(found.values())


def _way(after: Ints) -> Ints | None:
    """The states in the order in which a letter leads through all of them, but for one at most.

    It starts where no step of the letter leads, or else at the machine's start.
    """
    n = len(after)
    sources = np.setdiff1d(np.arange(n), after)
    starts = sources.tolist() or [0]
    ways = [_followed(after, q) for q in starts[:2]]
    longest = max(ways, key=len)
    return longest if len(longest) >= max(3, n - 1) and len(sources) <= 2 else None


def _followed(after: Ints, start: int) -> Ints:
    order = [start]
    while (q := int(after[order[-1]])) not in order:
        order.append(q)
    return np.array(order, dtype=np.int64)
