"""Cells layer by layer: what holds for every word up to some length, where nothing closes.

The states after t letters are enclosed by boxes of depth N - t. States of one label that are
nearly equal share a box, so that the boxes do not multiply with the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.certify.certify_budgets import fewer_boxes
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.zonotopes import boxes
from mips_verify.network.network import Network
from mips_verify.network_kernel.cells import Cell, Cells

GAPS: Final = (
    1e-9,
    1e-6,
    1e-4,
    1e-3,
    3e-3,
    1e-2,
    3e-2,
)  # boxes this near to one another are merged, relative to 1 or more
MARGIN: Final = 2**-34  # radii are this much larger, relative to 1 or more, against rounding


@dataclass(frozen=True, slots=True)
class _Level:
    """The boxes after some number of letters, and where each letter leads to."""

    labels: Ints
    low: Floats
    high: Floats
    to: Ints


@dataclass(frozen=True, slots=True)
class Levels:
    """One search; it takes at most ``most`` images for each way to merge boxes."""

    most: int

    def search(self, problem: Certifying) -> Cells | None:
        """Cells for as many letters as can be shown, at least one; or None."""
        most = fewer_boxes(self.most, problem.model.hidden)
        found = max((_levels(problem, gap, most) for gap in GAPS), key=len)
        return _cells(found, problem) if len(found) > 1 else None


def _levels(problem: Certifying, gap: float, most: int) -> list[_Level]:
    model, letters = problem.model, problem.letters.astype(np.float64)
    if not isinstance(model, Network):
        return []
    labels, k = problem.labels(), len(letters)
    marks, low, high = np.zeros(1, np.int64), model.h0[None], model.h0[None]
    found: list[_Level] = []
    images = 0
    while (images := images + len(marks) * k) <= most:
        follow, outputs = labels.rows(marks)
        sets = boxes((low + high) / 2, (high - low) / 2, letters).perceptron(model.f)
        scores = sets.perceptron(model.g)
        off = np.abs(scores.centre - outputs.reshape(len(scores.centre), -1)) + scores.radius
        if not (off < 0.5).all():
            break
        margin = MARGIN * np.maximum(1.0, np.abs(sets.centre))
        merged = _merged(follow.ravel(), sets.centre, sets.radius + margin, gap)
        found.append(_Level(marks, low, high, merged.to.reshape(-1, k)))
        marks, low, high = merged.labels, merged.low, merged.high
    return [*found, _Level(marks, low, high, np.zeros((len(marks), 0), np.int64))]


def _merged(labels: Ints, centre: Floats, radius: Floats, gap: float) -> _Level:
    """One box for all that share a label and, but for ``gap``, their centre."""
    size = gap * max(1.0, float(np.abs(centre).max()))
    keys = np.column_stack([labels, np.rint(centre / size)])
    _, first, to = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    to = to.reshape(-1)
    low, high = centre[first] - radius[first], centre[first] + radius[first]
    np.minimum.at(low, to, centre - radius)
    np.maximum.at(high, to, centre + radius)
    return _Level(labels[first], low, high, to)


def _cells(found: list[_Level], problem: Certifying) -> Cells:
    starts = np.cumsum([0, *(len(level.labels) for level in found)])
    labels, cells = problem.labels(), []
    for t, level in enumerate(found):
        depth = len(found) - 1 - t
        middle = (level.low + level.high) / 2
        radius = np.maximum(level.high - middle, middle - level.low)
        labels.rows(level.labels)
        to = starts[t + 1] + level.to if depth else level.to
        rows = zip(level.labels, middle.tolist(), radius.tolist(), to.tolist(), strict=True)
        cells += [
            Cell(labels.states[z], tuple(c), tuple(r), tuple(goal), depth=depth)
            for z, c, r, goal in rows
        ]
    return Cells(tuple(cells))
