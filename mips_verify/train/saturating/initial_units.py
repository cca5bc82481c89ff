"""Initial saturating units: sums, counts, and increments and ranges taken from the data.

The most common change of an output after a letter is often the number that the letter adds to a
register, and the range of an output is often the range of a register. Some units start with these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mips_verify.algebra.arrays import Floats
from mips_verify.train import training_budgets as budgets
from mips_verify.train.saturating.loss import LetterSource
from mips_verify.train.saturating.units import Layout

_NOISE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class LetterStatistics:
    """Statistics of the labels after each letter.

    Attributes:
        increment: the most common change of each output, ``(outputs, letters)``.
        least, most: the range of each output, ``(outputs, letters)``.
        inputs: the scaled inputs of each letter, ``(letters, channels)``.
        two_valued: whether an output has only two values, ``(outputs,)``.
    """

    increment: Floats
    least: Floats
    most: Floats
    inputs: Floats
    two_valued: np.ndarray

    @classmethod
    def of(cls, source: LetterSource) -> LetterStatistics:
        """The statistics of some of the sequences."""
        rows = slice(0, None, max(1, len(source) // budgets.UNITS_SEQUENCES))
        index, y = source.x.index[rows].numpy(), source.y[rows].numpy()
        k, size = source.letters, (source.outputs, source.letters)
        increment, least, most = np.zeros(size), np.zeros(size), np.zeros(size)
        inputs = np.zeros((k, source.channels))
        inputs[index.ravel()] = source.x.u[rows].numpy().reshape(-1, source.channels)
        change = np.diff(y, axis=1)
        for x in range(k):
            here, later = y[index == x], change[index[:, 1:] == x]
            for i in range(source.outputs):
                if len(later):
                    values, counts = np.unique(later[:, i], return_counts=True)
                    increment[i, x] = values[counts.argmax()]
                if len(here):
                    least[i, x], most[i, x] = here[:, i].min(), here[:, i].max()
        return cls(increment, least, most, inputs, source.two_valued.numpy())


def draw(
    layout: Layout, statistics: LetterStatistics, members: int, rng: np.random.Generator
) -> Tensor:
    """Parameters of ``members`` random networks, float64 ``(members, parameters)``."""
    theta = np.zeros((members, layout.parameters))
    for member in theta:
        for i, columns in enumerate(layout.unit_columns):
            member[columns.start : columns.stop] = _unit(layout, statistics, i, rng)
        for k, columns in enumerate(layout.read_columns):
            two = bool(statistics.two_valued[k])
            member[columns.start : columns.stop] = read_start(layout.hidden, two, rng)
    return torch.from_numpy(theta)


def _unit(layout: Layout, statistics: LetterStatistics, i: int, rng: np.random.Generator) -> Floats:
    """A random unit that adds a number for each letter to its value, between bounds."""
    k = layout.letters
    output = int(rng.integers(layout.outputs))
    gates = np.zeros((i + 1, k))
    gates[i] = 1.0 + _NOISE * rng.standard_normal(k)
    lower, upper = _bounds(statistics, output, rng)
    none = np.zeros(i)
    start = rng.choice([lower[0], upper[0]]) if rng.random() < 0.2 else 0.0
    added = _added(statistics, output, rng)
    return np.concatenate([gates.ravel(), added, lower, none, upper, none, [start]])


def _added(statistics: LetterStatistics, output: int, rng: np.random.Generator) -> Floats:
    """What each letter adds: the data's increment, a multiple of an input, 1, or a ReLU of one."""
    k = len(statistics.inputs)
    half = (k - 1) / 2
    x = statistics.inputs[:, rng.integers(statistics.inputs.shape[1])]
    kind = rng.integers(4)
    if kind == 0 and not statistics.two_valued[output]:
        return np.asarray(statistics.increment[output] + 2 * _NOISE * rng.standard_normal(k))
    if kind <= 1:
        return np.asarray(half * x * rng.uniform(0.3, 1.2) + rng.standard_normal())
    if kind == 2:
        return np.asarray(1.0 + 6 * _NOISE * rng.standard_normal(k))
    above = half * np.maximum(x - rng.uniform(-1, 1), 0.0) * rng.choice([-1, 1])
    return np.asarray(above + 10 * _NOISE * rng.standard_normal(k))


def _bounds(
    statistics: LetterStatistics, output: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Both bounds as ``[constant, slopes]``: wide, the range of an output, or random."""
    k, channels = statistics.inputs.shape
    size = max(
        float(np.abs(statistics.least).max()), float(np.abs(statistics.most).max()), float(k)
    )
    kind = rng.integers(3)
    if kind == 1:
        rows = np.hstack([np.ones((k, 1)), statistics.inputs])
        least, most = (
            np.asarray(np.linalg.lstsq(rows, side[output], rcond=None)[0], dtype=np.float64)
            for side in (statistics.least, statistics.most)
        )
        least[0] -= 0.5
        most[0] += 0.5
        return least, most
    low, high = (1.0, 1.0) if kind == 0 else rng.uniform(0.1, 1.0, 2)
    flat = np.zeros(channels)
    return np.concatenate([[-low * size], flat]), np.concatenate([[high * size], flat])


def read_start(hidden: int, two_valued: bool, rng: np.random.Generator) -> Floats:
    """A read-out: one unit, a sum or difference of two units, or their maximum or minimum."""
    i, j = rng.permutation(hidden)[:2] if hidden > 1 else (0, 0)
    p, u, q = np.zeros(hidden), 0.3 * rng.standard_normal(hidden), 0.1
    kind = rng.integers(5) if hidden > 1 else 0
    if two_valued:
        p[i] += 0.3
        p[j] -= 0.3 if j != i else 0.0
    elif kind == 0:
        p[i] = 1.0
    elif kind <= 2:
        p[i], p[j] = rng.choice([0.5, 1.0]), rng.choice([-1.0, 0.5, 1.0])
    else:  # max(a, b) = b + relu(a - b), min(a, b) = a - relu(a - b)
        u = np.zeros(hidden)
        u[i], u[j], q = 1.0, -1.0, 1.0 if kind == 3 else -1.0
        p[j if kind == 3 else i] = 1.0
    return np.concatenate([p, [0.0, q], u, [0.0]])
