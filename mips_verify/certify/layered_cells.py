"""Cells letter by letter in coordinates of their own: for words up to some length.

Where no cells close for ever, the states after t letters still lie in cells of depth N - t. States
of one label that are near to one another share a cell, so that cells do not multiply with words;
each cell is turned so that it fits what it holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.certify import enclosures
from mips_verify.certify.certify_budgets import LIGHT_CELL, fewer_boxes
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.enclosures import Sets, points
from mips_verify.certify.error_growth import metric, spread
from mips_verify.certify.labels import Labels
from mips_verify.certify.merged_orbit import Merging
from mips_verify.certify.turned_boxes import (
    LEAST,
    Groups,
    bases,
    hulls,
    on_grid,
    principal_axes,
    widened,
)
from mips_verify.network_kernel.cells import Cell, Cells

GAPS: Final = (1e-9, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3)  # as shares of the orbit's spread
IMAGES: Final = 6_000  # taken in all; fewer in wide networks


@dataclass(frozen=True, slots=True)
class _Layer:
    """The cells after some number of letters; ``to`` is empty in the last layer."""

    labels: Ints
    centre: Floats
    radius: Floats
    axes: Floats
    inverse: Floats
    to: Ints

    def under(self, problem: Certifying) -> Sets:
        """The image of each cell under each letter."""
        cells, letters = len(self.labels), len(problem.letters)
        axes = np.repeat(self.axes * self.radius[:, None, :], letters, axis=0)
        centre = np.repeat(self.centre, letters, axis=0)
        start = Sets(centre, axes, np.zeros_like(centre))
        return enclosures.step(problem.model, start, np.tile(problem.letters, (cells, 1)))


def layered_cells(problem: Certifying) -> Cells | None:
    """Cells for the words that trained the network, for fewer letters, or None."""
    labels = problem.labels()
    layers = _layers(problem, labels)
    return _cells(layers, labels) if len(layers) > 1 else None


def _layers(problem: Certifying, labels: Labels) -> list[_Layer]:
    """Layers up to the network's own length, or up to one after which an output may be wrong."""
    root, letters = metric(problem), len(problem.letters)
    left = fewer_boxes(IMAGES, problem.model.hidden, LIGHT_CELL)
    wide = spread(problem, root)
    start, zero = problem.model.start(1), np.zeros(1, np.int64)
    layer = _layer(zero, points(start), zero, _largest(start))
    found = [layer]
    while len(found) <= problem.length and len(layer.labels) * letters <= left:
        after = layer.under(problem)
        left -= len(after.centre)
        follow, outputs = labels.rows(layer.labels)
        right = enclosures.margins(problem.model, after, outputs.reshape(len(after.centre), -1))
        if not (right > 0).all():
            return found
        most = left // (letters * max(1, problem.length - len(found)))
        goal = _goals(after.centre, follow.ravel(), root, wide, most)
        found[-1] = replace(layer, to=goal.reshape(follow.shape))
        layer = _layer(follow.ravel(), after, goal, _largest(after.centre))
        found.append(layer)
    return found


def _goals(centres: Floats, labels: Ints, root: Floats, wide: float, most: int) -> Ints:
    """Numbers of the cells that hold these states: no more merged than ``most`` cells take."""
    for gap in GAPS:
        goal = Merging(root, gap * wide).place(centres, labels)
        if goal.max() < most:
            break
    return goal


def _largest(centres: Floats) -> float:
    return max(1.0, float(np.abs(centres).max()))


def _layer(labels: Ints, sets: Sets, goal: Ints, largest: float) -> _Layer:
    """One cell around all sets with the same goal, in coordinates that fit them."""
    groups = Groups.by(goal)
    first = groups.order[groups.starts]
    away = sets.centre - sets.centre[first][goal]
    moments = sets.axes @ sets.axes.transpose(0, 2, 1) + away[:, :, None] * away[:, None, :]
    moments += (sets.rest**2)[:, :, None] * np.eye(sets.rest.shape[1])
    axes, inverse = principal_axes(np.add.reduceat(moments[groups.order], groups.starts))
    low, high = hulls(sets, inverse[goal], groups, largest)
    centre = np.einsum("cij,cj->ci", axes, (low + high) / 2)
    radius = (high - low) / 2 + LEAST * largest
    none = np.zeros((len(first), 0), np.int64)
    return _Layer(
        labels[first], on_grid(centre, largest), widened(radius, largest), axes, inverse, none
    )


def _cells(layers: list[_Layer], labels: Labels) -> Cells:
    """All layers; a cell of the last one has depth 0."""
    starts = np.cumsum([0, *(len(layer.labels) for layer in layers)])
    cells: list[Cell] = []
    for t, layer in enumerate(layers):
        depth = len(layers) - 1 - t
        to = (starts[t + 1] + layer.to).tolist() if depth else [()] * len(layer.labels)
        rows = zip(layer.labels, layer.centre.tolist(), layer.radius.tolist(), to, strict=True)
        for z, centre, radius, goal in rows:
            cells.append(
                Cell(
                    labels.states[z],
                    tuple(centre),
                    tuple(radius),
                    tuple(goal),
                    basis=len(cells),
                    depth=depth,
                )
            )
    turned = [basis for layer in layers for basis in bases(layer.axes, layer.inverse)]
    return Cells(tuple(cells), tuple(turned))
