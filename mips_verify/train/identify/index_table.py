"""A table of labels over an integer index, and its continuation to values that were not seen.

Sums of many inputs hardly ever reach their ends in random sequences. Where the labels are a
staircase, perhaps between two bounds, its steps say what the labels are there.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.train import training_budgets as budgets


def table_of(index: Ints, labels: Ints) -> tuple[Ints, Ints] | None:
    """The indices seen, rising, and the label of each; None if an index has two labels."""
    points, at = np.unique(index, return_inverse=True)
    first = np.zeros(len(points), dtype=np.int64)
    first[at] = labels
    return (points, first) if (first[at] == labels).all() else None


def continued(points: Ints, labels: Ints, low: int, high: int) -> tuple[Ints, Ints]:
    """The table on all integers from ``low`` to ``high`` if it is a staircase, else itself."""
    stairs = _staircase(points, labels)
    if stairs is None or high - low >= budgets.INDEX_POINTS:
        return points, labels
    slope, shift = stairs
    whole = np.arange(low, high + 1)
    values = (slope.numerator * whole + shift) // slope.denominator
    bottom, top = _bounds(points, labels, slope)
    return whole, np.clip(values, bottom, top)


def _staircase(points: Ints, labels: Ints) -> tuple[Fraction, int] | None:
    """``(p * i + c) // q`` that gives all labels between the bounds, as ``p / q`` and ``c``."""
    inner = (labels > labels.min()) & (labels < labels.max())
    if inner.sum() < 2:
        return None
    i, y = points[inner], labels[inner]
    rough = float(np.polyfit(i, y, 1)[0])
    for most in range(1, budgets.INDEX_DENOMINATOR + 1):
        slope = Fraction(rough).limit_denominator(most)
        p, q = slope.numerator, slope.denominator
        least, largest = int((q * y - p * i).max()), int((q * y + q - 1 - p * i).min())
        if least <= largest:
            return slope, least
    return None


def _bounds(points: Ints, labels: Ints, slope: Fraction) -> tuple[float, float]:
    """The least and the largest label, if so many indices in a row have it that it is a bound."""
    width = 1 + abs(1 / slope) if slope else 0  # the widest step of a staircase
    least, largest = int(labels.min()), int(labels.max())
    flat = [np.ptp(points[labels == y]) >= width for y in (least, largest)]
    return (least if flat[0] else -np.inf), (largest if flat[1] else np.inf)
