"""Round a one-dimensional state with output feedback to integers.

If the state is a sum of integers times one real number, this number can be scaled to 1. Rounding
then removes the error of training, and the read-out becomes the piecewise linear function through
the labels seen at each lattice point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.data import Dataset
from mips_verify.network.layers import beside, interpolate
from mips_verify.network.network import Layers, Network
from mips_verify.train import training_budgets as budgets

_TOLERANCE = 2e-3  # largest distance of a trained weight from its rounded value


def round_to_lattice(
    a: Floats, b: Floats, k: Floats, bias: Floats, data: Dataset
) -> Network | None:
    """A plain network that agrees with the labels on a sample of the data, or None.

    Args:
        a, b, k, bias: ``h' = a h + b x + k y + bias`` of shapes ``(1, 1)``, ``(1, channels)``,
            ``(1, outputs)`` and ``(1,)``; y is the previous label.
        data: labelled sequences; the read-out is built from the first few thousand.
    """
    if a.shape != (1, 1) or np.abs(b).max() < 1e-9:
        return None
    largest = b[0, np.abs(b[0]).argmax()]
    rows = _sample(data)
    for size in range(1, budgets.LATTICE_LARGEST + 1):
        for sign in (1, -1):
            scale = sign * size / largest
            scaled = (b[0] * scale, k[0] * scale, float(bias[0]) * scale)
            for rounded in _roundings(float(a[0, 0]), *scaled, rows):
                table = _table(rounded, *rows)
                network = None if table is None else _build(rounded, table)
                if network is not None:
                    return network
    return None


Rounded = tuple[Fraction, Floats, tuple[Fraction, ...], int]


def _sample(data: Dataset) -> tuple[Floats, Floats]:
    every = max(1, len(data) // budgets.LATTICE_SAMPLE)
    return data.x[::every].astype(np.float64), data.y[::every].astype(np.float64)


def _roundings(
    a: float, b: Floats, k: Floats, bias: float, rows: tuple[Floats, Floats]
) -> Iterator[Rounded]:
    """Small exact values near the scaled weights, if there are any.

    With ``a = 0`` the state depends only on the last input and label. Its origin is then arbitrary,
    and so is the weight of the label, as long as the table assigns one label to each state.
    """
    exact_a = Fraction(a).limit_denominator(budgets.LATTICE_DENOMINATOR)
    size = max(1.0, float(np.abs(b).max()))
    exact_b: Floats = np.rint(b)
    if np.abs(b - exact_b).max() > _TOLERANCE * size or abs(float(exact_a) - a) > _TOLERANCE:
        return
    exact_k = tuple(Fraction(v).limit_denominator(budgets.LATTICE_DENOMINATOR) for v in k)
    near = all(
        abs(float(e) - v) <= _TOLERANCE * max(1.0, abs(v)) for e, v in zip(exact_k, k, strict=True)
    )
    if near and abs(round(bias) - bias) <= 5 * _TOLERANCE:
        yield exact_a, exact_b, exact_k, round(bias)
    if exact_a == 0:
        gains = [exact_k] if near else []
        gains.append(tuple(Fraction(round(v)) for v in k))
        for gain in gains:
            for shift in (round(bias), 0, _above_zero(exact_b, gain, rows)):
                yield exact_a, exact_b, gain, shift


def _above_zero(b: Floats, k: tuple[Fraction, ...], rows: tuple[Floats, Floats]) -> int:
    """A bias that keeps every state after a step above the initial state 0."""
    x, y = rows
    smallest = (x @ b).min() + (y @ np.array([float(v) for v in k])).min()
    return 1 - math.floor(float(min(smallest, (x @ b).min())))


def _table(rounded: Rounded, x: Floats, y: Floats) -> dict[int, tuple[int, ...]] | None:
    """The label at each lattice point visited, or None if a point has two labels."""
    a, b, k, bias = rounded
    gains = np.array([float(v) for v in k])
    state, before = np.zeros(len(x)), np.zeros_like(y[:, 0])
    # the read-out of the initial state matters only if it is fed back
    table = {0: (0,) * y.shape[2]} if gains.any() else {}
    for t in range(x.shape[1]):
        state = float(a) * state + x[:, t] @ b + before @ gains + bias
        before = y[:, t]
        if np.abs(state - np.rint(state)).max() > 1e-6 or np.abs(state).max() > 1e9:
            return None
        seen = np.unique(np.column_stack([np.rint(state), before]).astype(np.int64), axis=0)
        for point, *label in seen.tolist():
            if table.setdefault(point, tuple(label)) != tuple(label):
                return None
        if len(table) > budgets.LATTICE_POINTS:
            return None
    return table


def _build(rounded: Rounded, table: dict[int, tuple[int, ...]]) -> Network | None:
    """Close the loop with the interpolant of the table as read-out; None with too many kinks."""
    a, b, k, bias = rounded
    points = sorted(table)
    curve = interpolate(points, np.array([table[p] for p in points], dtype=np.float64))
    if not 0 < len(curve.kinks) <= budgets.LATTICE_KINKS:
        return None
    ones, channels = np.ones((len(curve.kinks), 1)), len(b)
    g: Layers = ((ones, -curve.kinks), (curve.steps.T, curve.start))
    linear = np.array([[float(a), *b]])
    gains = np.array([[float(v) for v in k]])
    if not gains.any():
        f: Layers = ((linear, np.array([float(bias)])),)
    else:
        reads = (np.hstack([ones, np.zeros((len(ones), channels))]), -curve.kinks)
        feeds = (gains @ curve.steps.T, gains @ curve.start + bias)
        f = beside((reads, feeds), linear)
    return Network(f, g, np.zeros(1), channels)
