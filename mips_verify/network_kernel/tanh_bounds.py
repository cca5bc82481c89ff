"""The hyperbolic tangent between two integers, by its power series in integers."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

GUARD: Final = 64  # more binary places than asked for, against the errors of squaring


class Bounds(NamedTuple):
    """Two integers with the number between them."""

    low: int
    high: int


@lru_cache(maxsize=2**16)
def tanh_bounds(value: int, bits: int) -> Bounds:
    """Bounds of ``tanh(value / 2**bits) * 2**bits``, at most 3 apart."""
    if value == 0:
        return Bounds(0, 0)
    if value < 0:
        low, high = tanh_bounds(-value, bits)
        return Bounds(-high, -low)
    one = 1 << bits
    if value > one * bits:  # exp(-2 bits) is below 2 ** -bits
        return Bounds(one - 1, one)
    places = bits + GUARD
    grown = _exp(2 * value << GUARD, places)
    unit = 1 << places
    low = ((grown - unit) << bits) // (grown + unit)
    return Bounds(max(0, low - 1), min(one, low + 2))


def _exp(y: int, places: int) -> int:
    """``exp(y / 2**places) * 2**places`` for ``y >= 0``, with a small relative error.

    The argument is halved until it is below 1/2, and the sum of its series squared as often.
    Argument and series are off by less than ``places + 4`` units; each squaring doubles the
    relative error and adds a unit. For ``y`` up to ``2**13`` and 1,000 places this makes less than
    ``2 ** (24 - places)``, far below the guard.
    """
    halvings = max(0, y.bit_length() - places + 1)
    y >>= halvings
    term = total = 1 << places
    k = 1
    while term:
        term = (term * y >> places) // k
        total += term
        k += 1
    for _ in range(halvings):
        total = total * total >> places
    return total
