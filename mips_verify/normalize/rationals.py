"""The simple rationals that numbers lie near."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats

DENOMINATORS = tuple(2**k for k in range(11))
CLOSE = 1e-2  # from an integer, as in the paper
_LARGEST = 50_000  # the largest common denominator that is tried


def tolerance(largest: int) -> float:
    """How near a number must lie to a fraction with a denominator up to ``largest`` to count as it.

    Every number has such a fraction within ``1 / largest ** 2`` (Dirichlet), so nearness means
    something only if it is a small share of that.
    """
    return CLOSE / largest**2


def rationals(values: Floats) -> NDArray[np.object_] | None:
    """The nearest fractions, with the smallest of a few denominators that fits all, or None.

    Returns:
        an array of :class:`fractions.Fraction` of the same shape.
    """
    for largest in DENOMINATORS:
        out = np.empty(values.shape, dtype=object)
        for place, value in np.ndenumerate(values):
            out[place] = Fraction(float(value)).limit_denominator(largest)
        if not values.size or np.abs(out.astype(np.float64) - values).max() <= tolerance(largest):
            return out
    return None


def common_denominator(values: Floats) -> int | None:
    """The least q for which ``q * values`` are nearer to integers than chance explains.

    Some q' <= q brings n random numbers within e of integers with a chance of about
    ``q (2 e)^n``, which must be small.
    """
    q = np.arange(1, _LARGEST + 1)
    multiples = np.multiply.outer(q, values)
    error = np.abs(multiples - np.rint(multiples)).max(axis=1, initial=0.0)
    chance = q * (2 * error) ** values.size
    found = np.nonzero((error <= CLOSE) & (chance <= CLOSE))[0]
    return int(q[found[0]]) if len(found) else None
