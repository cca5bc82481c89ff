"""Cells around a merged orbit, grown until each holds the images that lead to it.

This is Kleene iteration on the sizes of the cells, whose number and labels are fixed by the orbit.
Where the network contracts, sizes settle. It contracts in some directions more than in others, so
that a cell may have coordinates of its own: the principal axes of the errors that reach it, after
errors of the orbit have been carried along by the network's derivatives. (Lohner, 1987, turns the
boxes of a validated solution of differential equations in the same way.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.certify import enclosures
from mips_verify.certify.certify_budgets import LIGHT_CELL, fewer_boxes
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.enclosures import Sets
from mips_verify.certify.error_growth import derivatives, metric, spread
from mips_verify.certify.merged_orbit import MergedOrbit, merged_orbit
from mips_verify.certify.turned_boxes import (
    LEAST,
    Groups,
    bases,
    hulls,
    on_grid,
    principal_axes,
    widened,
)
from mips_verify.kernel.expr import const
from mips_verify.kernel.machine import Machine
from mips_verify.network_kernel.cells import Cell, Cells

GAPS: Final = (0.4, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002)  # as shares of the orbit's spread
COARSE: Final = 5  # of these, that a repaired network must close with
BOUNDED: Final = 0.1  # a gap at which the states of counters never end
IMAGES: Final = 6_000  # of all cells under all letters; fewer in wide networks
ROUNDS: Final = 80
OVERSHOOT: Final = 1.1  # a cell that grows is made this much larger than it must be
TOO_LARGE: Final = 3.0  # a cell of more than this many times the largest hidden value has failed
CARRIED: Final = 60  # steps in which errors are carried along
MOST_CARRIED: Final = (
    1e4  # variance beyond which errors grow without bound, as a share of the mean one
)
FLOOR: Final = 1e-3  # the least error in any direction, as a share of the mean one


def contracting_cells(problem: Certifying) -> Cells | None:
    """Cells that no word leaves and on which every output is right, or None."""
    return next((found for g in _grown(problem, GAPS) if (found := g.cells()) is not None), None)


def is_finite(problem: Certifying) -> bool:
    """Whether such cells can be found if the network's own outputs count as right.

    The program is not looked at: states of any label may share a cell.
    """
    return any(grown.closes() for grown in _grown(_unlabelled(problem), GAPS[:COARSE], own=True))


def is_bounded(problem: Certifying) -> bool:
    """Whether nearly equal states repeat on all words, so that training may make them few."""
    return next(_grown(_unlabelled(problem), (BOUNDED,), own=True), None) is not None


def _unlabelled(problem: Certifying) -> Certifying:
    """The same network with a program of one state."""
    silent = Machine(problem.domain.names, (), (), (), (const(0),) * problem.model.outputs)
    return replace(problem, program=silent)


def _grown(problem: Certifying, gaps: Sequence[float], *, own: bool = False) -> Iterator[_Growth]:
    """Cells around finer and finer orbits, while these are not too many, in two coordinates."""
    images = fewer_boxes(IMAGES, problem.model.hidden, LIGHT_CELL)
    if problem.domain.size > images:
        return
    root = metric(problem)
    wide = spread(problem, root)
    for gap in gaps:
        orbit = merged_orbit(problem, root, gap * wide, images // problem.domain.size)
        if orbit is None:
            return
        if own:
            orbit = replace(orbit, outputs=problem.model.read(problem.images(orbit.centres)))
        yield _Growth(problem, orbit, turned=False)
        yield _Growth(problem, orbit, turned=True)


def carried_errors(problem: Certifying, orbit: MergedOrbit) -> Floats:
    """Second moments of the errors that reach each cell, ``(cells, hidden, hidden)``."""
    cells, letters = orbit.to.shape
    source, target = np.repeat(np.arange(cells), letters), orbit.to.ravel()
    n = orbit.centres.shape[1]
    after, jacobian = derivatives(
        problem.model, orbit.centres[source], np.tile(problem.letters, (cells, 1))
    )
    error = after - orbit.centres[target]
    size = max(float((error**2).sum(axis=1).mean()), 1e-18)
    own = np.zeros((cells, n, n))
    np.add.at(own, target, np.einsum("mi,mj->mij", error, error))
    arriving = np.maximum(np.bincount(target, minlength=cells), 1)[:, None, None]
    moments = np.tile(size * np.eye(n), (cells, 1, 1))
    for _ in range(CARRIED):
        carried = own.copy()
        np.add.at(carried, target, jacobian @ moments[source] @ jacobian.transpose(0, 2, 1))
        moments = carried / arriving + FLOOR**2 * size * np.eye(n)
        total = np.trace(moments, axis1=1, axis2=2)
        moments *= np.minimum(1.0, MOST_CARRIED * n * size / total)[:, None, None]
    return moments


class _Growth:
    """Sizes of the cells in their coordinates, from points upwards."""

    def __init__(self, problem: Certifying, orbit: MergedOrbit, *, turned: bool) -> None:
        self.problem, self.orbit, self.turned = problem, orbit, turned
        cells, n = orbit.centres.shape
        self.axes = self.inverse = np.tile(np.eye(n), (cells, 1, 1))
        if turned:
            self.axes, self.inverse = principal_axes(carried_errors(problem, orbit))
        self.groups = Groups.by(orbit.to.ravel())
        self.centre, self.radius = orbit.centres.copy(), np.zeros((cells, n))
        self.largest = float(np.abs(orbit.centres).max())

    def cells(self) -> Cells | None:
        """The cells once none has to grow, if all outputs are right on them; else None."""
        return self._result() if self.closes() else None

    def closes(self) -> bool:
        """Whether the cells stop growing while all outputs are right on them."""
        for _ in range(ROUNDS):
            images, margin = self._images()
            low, high = self._hulls(images)
            middle = np.einsum("cij,cj->ci", self.inverse, self.centre)
            inside = ((low >= middle - self.radius) & (high <= middle + self.radius)).all(axis=1)
            if inside.all():
                return margin > 0
            grow = ~inside[:, None]
            moved = np.where(grow, (low + high) / 2, middle)
            self.radius = np.where(grow, (high - low) / 2 * OVERSHOOT, self.radius)
            self.centre = np.einsum("cij,cj->ci", self.axes, moved)
            if not self.radius.max() < TOO_LARGE * self.largest:  # also where it is not a number
                return False
        return False

    def _images(self) -> tuple[Sets, float]:
        """The image of each cell under each letter, and the least margin of all outputs."""
        cells, letters = self.orbit.to.shape
        source = np.repeat(np.arange(cells), letters)
        axes = (self.axes * self.radius[:, None, :])[source]
        start = Sets(self.centre[source], axes, np.zeros_like(self.centre[source]))
        images = enclosures.step(
            self.problem.model, start, np.tile(self.problem.letters, (cells, 1))
        )
        outputs = self.orbit.outputs.reshape(len(source), -1)
        return images, float(enclosures.margins(self.problem.model, images, outputs).min())

    def _hulls(self, images: Sets) -> tuple[Floats, Floats]:
        """The smallest boxes that hold all that the cells must, in their coordinates."""
        low, high = np.full_like(self.centre, np.inf), np.full_like(self.centre, -np.inf)
        inverse, boxes = self.inverse[self.orbit.to.ravel()], self.groups.boxes
        low[boxes], high[boxes] = hulls(images, inverse, self.groups, self.largest)
        start = self.inverse[0] @ self.orbit.centres[0]
        slack = LEAST * self.largest
        low[0], high[0] = np.minimum(low[0], start - slack), np.maximum(high[0], start + slack)
        return low, high

    def _result(self) -> Cells:
        centre = on_grid(self.centre, self.largest).tolist()
        radius = widened(self.radius, self.largest).tolist()
        rows = enumerate(
            zip(self.orbit.states, centre, radius, self.orbit.to.tolist(), strict=True)
        )
        return Cells(
            tuple(
                Cell(z, tuple(c), tuple(r), tuple(to), basis=i if self.turned else None)
                for i, (z, c, r, to) in rows
            ),
            bases(self.axes, self.inverse) if self.turned else (),
        )
