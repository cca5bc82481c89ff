"""A table of labels over an integer index, and a function that also says what was not seen.

Sums of many inputs hardly ever reach their ends in random sequences. Where the labels are a
staircase, perhaps between two bounds, its steps say what the labels are there.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.network.layers import Interpolant, interpolate
from mips_verify.train import training_budgets as budgets


def table_of(index: Ints, labels: Ints) -> tuple[Ints, Ints] | None:
    """The indices seen, rising, and the label of each; None if an index has two labels."""
    points, at = np.unique(index, return_inverse=True)
    first = np.zeros(len(points), dtype=np.int64)
    first[at] = labels
    return (points, first) if (first[at] == labels).all() else None


def completed(points: Ints, labels: Ints, low: int, high: int) -> tuple[Ints, Ints]:
    """The table from ``low`` to ``high``, if it is a staircase, perhaps between bounds.

    Where labels end without a bound, the stairs go on. Other tables are returned as they are.
    """
    stairs = _staircase(points, labels)
    if stairs is None:
        return points, labels
    slope, shift = stairs
    every = np.arange(min(low, points[0]), max(high, points[-1]) + 1)
    values = (slope.numerator * every + shift) // slope.denominator
    bounds = _bounds(points, labels, slope)
    if labels.min() in bounds:
        values = np.maximum(values, labels.min())
    if labels.max() in bounds:
        values = np.minimum(values, labels.max())
    return every, values


def read_out(points: Ints, labels: Ints, low: int, high: int) -> Interpolant:
    """A function of the index, from ``low`` to ``high``, that rounds to the labels.

    A staircase needs no step: the line through the middle of its steps rounds to it, and bends only
    where a bound is reached. Other tables are interpolated.
    """
    stairs = _staircase(points, labels)
    if stairs is not None:
        line = _line(stairs, points, labels, (low, high))
        rounded = np.maximum(points[:, None] - line.kinks, 0.0) @ line.steps[:, 0] + line.start
        if np.abs(rounded - labels).max() < 0.5:
            return line
    return interpolate(points, labels[:, None].astype(np.float64))


def _line(
    stairs: tuple[Fraction, int], points: Ints, labels: Ints, ends: tuple[int, int]
) -> Interpolant:
    """The line through the middle of the steps, between the bounds."""
    slope, shift = stairs
    middle = Fraction(2 * shift - slope.denominator + 1, 2 * slope.denominator)
    bounds = _bounds(points, labels, slope)
    at = sorted({*map(Fraction, ends), *((b - middle) / slope for b in bounds)})
    values = [slope * i + middle for i in at]
    if labels.min() in bounds:
        values = [max(v, Fraction(int(labels.min()))) for v in values]
    if labels.max() in bounds:
        values = [min(v, Fraction(int(labels.max()))) for v in values]
    return interpolate(np.array(at, dtype=np.float64), np.array([[float(v)] for v in values]))


def _staircase(points: Ints, labels: Ints) -> tuple[Fraction, int] | None:
    """``(p * i + c) // q`` that gives all labels between the bounds, as ``p / q`` and ``c``."""
    inner = (labels > labels.min()) & (labels < labels.max())
    if len(np.unique(labels[inner])) < 2:
        return None
    i, y = points[inner], labels[inner]
    rough = float(np.polyfit(i, y, 1)[0])
    for most in range(1, budgets.INDEX_DENOMINATOR + 1):
        slope = Fraction(rough).limit_denominator(most)
        p, q = slope.numerator, slope.denominator
        least, largest = int((q * y - p * i).max()), int((q * y + q - 1 - p * i).min())
        if p and least <= largest:
            found = slope, (least + largest) // 2
            return found if _gives(found, points, labels) else None
    return None


def _gives(stairs: tuple[Fraction, int], points: Ints, labels: Ints) -> bool:
    """Whether the staircase, between the least and the largest label, is the table."""
    slope, shift = stairs
    values = (slope.numerator * points + shift) // slope.denominator
    return bool((np.clip(values, labels.min(), labels.max()) == labels).all())


def _bounds(points: Ints, labels: Ints, slope: Fraction) -> list[int]:
    """The least and the largest label, as far as so many indices have it that it is a bound."""
    widest = math.ceil(1 / abs(slope))  # a step of the staircase has at most so many indices
    ends = (int(labels.min()), int(labels.max()))
    return [y for y in ends if np.ptp(points[labels == y]) >= widest]
