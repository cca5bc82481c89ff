"""Find the simple rationals nearest to numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats

DENOMINATORS = tuple(2**k for k in range(11))
CLOSE = 1e-2  # largest distance from an integer, as in the paper
_LARGEST = 50_000  # the largest common denominator that is tried


def tolerance(largest: int) -> float:
    """The largest distance at which a number counts as a fraction of denominator up to ``largest``.

    Every number, multiplied by some q <= ``largest``, is within ``1 / largest`` of an integer
    (Dirichlet), so only a small share of ``1 / largest ** 2`` is significant.
    """
    return CLOSE / largest**2


def rationals(values: Floats) -> NDArray[np.object_] | None:
    """The nearest fractions, for the smallest bound on denominators that fits all values, or None.

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
    """The least q for which ``q * values`` are nearer to integers than by chance.

    For n random numbers, the chance that some q' <= q brings them all within e of integers is about
    ``q (2 e)^n``, which must be small.
    """
    q = np.arange(1, _LARGEST + 1)
    multiples = np.multiply.outer(q, values)
    error = np.abs(multiples - np.rint(multiples)).max(axis=1, initial=0.0)
    chance = q * (2 * error) ** values.size
    found = np.nonzero((error <= CLOSE) & (chance <= CLOSE))[0]
    return int(q[found[0]]) if len(found) else None
