"""Cells around a merged orbit, grown until each holds the images that lead to it.

This is Kleene iteration on the sizes of the cells, whose number and labels are fixed by the orbit.
Where the network contracts, sizes settle. It contracts in some directions more than in others, so
that a cell may have coordinates of its own: the principal axes of the errors that reach it, after
errors of the orbit have been carried along by the network's derivatives. (Lohner, 1987, turns the
boxes of a validated solution of differential equations in the same way.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.certify import enclosures
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.enclosures import Sets
from mips_verify.certify.error_growth import derivatives, metric
from mips_verify.certify.merged_orbit import MergedOrbit, Rows, merged_orbit
from mips_verify.kernel.expr import const
from mips_verify.kernel.machine import Machine
from mips_verify.network_kernel.cells import Basis, Cell, Cells

GAPS: Final = (0.4, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002)  # as shares of the orbit's spread
COARSE: Final = 5  # of these, that a repaired network must close with
IMAGES: Final = 6_000  # of all cells under all letters
ROUNDS: Final = 80
OVERSHOOT: Final = 1.1  # a cell that grows is made this much larger than it must be
SLACK: Final = 1e-7  # share of its radius that a cell keeps free around images
LEAST: Final = 1e-9  # what it keeps free at least, as a share of the largest hidden value
TOO_LARGE: Final = 3.0  # a cell of more than this many times the largest hidden value has failed
CARRIED: Final = 60  # steps in which errors are carried along
FLOOR: Final = 1e-3  # the least error in any direction, as a share of the mean one
GRID: Final = -40  # bases are multiples of 2 ** GRID; centres and radii relative to their size


def contracting_cells(problem: Certifying) -> Cells | None:
    """Cells that no word leaves and on which every output is right, or None."""
    return next((found for g in _grown(problem, GAPS) if (found := g.cells()) is not None), None)


def is_finite(problem: Certifying) -> bool:
    """Whether such cells can be found if the network's own outputs count as right.

    The program is not looked at: states of any label may share a cell.
    """
    silent = Machine(problem.domain.names, (), (), (), (const(0),) * problem.model.outputs)
    return any(
        g.closes() for g in _grown(replace(problem, program=silent), GAPS[:COARSE], own=True)
    )


def _grown(problem: Certifying, gaps: Sequence[float], *, own: bool = False) -> Iterator[_Growth]:
    """Cells around finer and finer orbits, while these are not too many, in two coordinates."""
    if problem.domain.size > IMAGES:
        return
    root = metric(problem)
    spread = _spread(problem, root)
    for gap in gaps:
        orbit = merged_orbit(problem, root, gap * spread, IMAGES // problem.domain.size)
        if orbit is None:
            return
        if own:
            orbit = replace(orbit, outputs=problem.model.read(problem.images(orbit.centres)))
        yield _Growth(problem, orbit, None)
        yield _Growth(problem, orbit, principal_axes(problem, orbit))


def _spread(problem: Certifying, root: Floats) -> float:
    """How far states on random words are from their mean, in the metric."""
    rng = np.random.default_rng(problem.seed)
    states, _ = problem.model.run(problem.domain.sample(64, 2 * problem.length, rng))
    away = (states[:, 1:] - states[:, 1:].mean(axis=(0, 1))) @ root.T
    return float(np.sqrt((away**2).sum(axis=2).mean()))


def principal_axes(problem: Certifying, orbit: MergedOrbit) -> Floats:
    """Orthonormal coordinates for each cell as columns, ``(cells, hidden, hidden)``."""
    edges = Edges.of(orbit)
    n = orbit.centres.shape[1]
    after, jacobian = derivatives(
        problem.model, orbit.centres[edges.source], problem.letters[edges.letter]
    )
    error = after - orbit.centres[edges.target]
    size = max(float((error**2).sum(axis=1).mean()), 1e-18)
    own = np.zeros((len(orbit.states), n, n))
    np.add.at(own, edges.target, np.einsum("mi,mj->mij", error, error))
    arriving = np.maximum(np.bincount(edges.target, minlength=len(own)), 1)[:, None, None]
    spread = np.tile(size * np.eye(n), (len(own), 1, 1))
    for _ in range(CARRIED):
        carried = own.copy()
        moved = jacobian @ spread[edges.source] @ jacobian.transpose(0, 2, 1)
        np.add.at(carried, edges.target, moved)
        spread = carried / arriving + FLOOR**2 * size * np.eye(n)
        total = np.trace(spread, axis1=1, axis2=2)
        spread *= np.minimum(1.0, 1e4 * n * size / total)[:, None, None]
    axes: Floats = np.linalg.eigh(spread)[1]
    return np.rint(axes / 2.0**GRID) * 2.0**GRID


@dataclass(frozen=True, slots=True)
class Edges:
    """All pairs of a cell and a letter, with what is needed to join what they lead to.

    Attributes:
        source, letter, target: numbers of cells and letters, ``(edges,)``.
        order: the edges sorted by target.
        starts: where in this order each target that occurs begins.
        targets: these targets.
    """

    source: Rows
    letter: Rows
    target: Rows
    order: Rows
    starts: Rows
    targets: Rows

    @staticmethod
    def of(orbit: MergedOrbit) -> Edges:
        """The edges of an orbit."""
        cells, letters = orbit.to.shape
        target = orbit.to.ravel()
        order = np.argsort(target, kind="stable")
        targets, starts = np.unique(target[order], return_index=True)
        source = np.repeat(np.arange(cells), letters)
        return Edges(source, np.tile(np.arange(letters), cells), target, order, starts, targets)


class _Growth:
    """Sizes of the cells in their coordinates, from points upwards."""

    def __init__(self, problem: Certifying, orbit: MergedOrbit, axes: Floats | None) -> None:
        self.problem, self.orbit, self.edges = problem, orbit, Edges.of(orbit)
        cells, n = orbit.centres.shape
        self.turned = axes is not None
        self.axes = np.tile(np.eye(n), (cells, 1, 1)) if axes is None else axes
        exact = np.linalg.inv(self.axes)
        self.inverse = np.rint(exact / 2.0**GRID) * 2.0**GRID
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
        """The image of each edge, and the least margin of all outputs."""
        source, letters = self.edges.source, self.problem.letters[self.edges.letter]
        axes = (self.axes * self.radius[:, None, :])[source]
        start = Sets(self.centre[source], axes, np.zeros_like(self.centre[source]))
        images = enclosures.step(self.problem.model, start, letters)
        outputs = self.orbit.outputs.reshape(len(source), -1)
        return images, float(enclosures.margins(self.problem.model, images, outputs).min())

    def _hulls(self, images: Sets) -> tuple[Floats, Floats]:
        """The smallest boxes that hold all images of each cell, in its coordinates."""
        edges = self.edges
        inverse = self.inverse[edges.target]
        middle = np.einsum("eij,ej->ei", inverse, images.centre)
        radius = np.abs(inverse @ images.axes).sum(axis=2)
        radius += np.einsum("eij,ej->ei", np.abs(inverse), images.rest)
        radius = radius * (1 + SLACK) + LEAST * self.largest
        low, high = np.full_like(self.centre, np.inf), np.full_like(self.centre, -np.inf)
        low[edges.targets] = np.minimum.reduceat((middle - radius)[edges.order], edges.starts)
        high[edges.targets] = np.maximum.reduceat((middle + radius)[edges.order], edges.starts)
        start = self.inverse[0] @ self.orbit.centres[0]
        low[0], high[0] = np.minimum(low[0], start), np.maximum(high[0], start)
        return low, high

    def _result(self) -> Cells:
        grid = 2.0 ** (np.ceil(np.log2(max(self.largest, 1e-300))) + GRID)
        centre = (np.rint(self.centre / grid) * grid).tolist()
        radius = ((np.ceil(self.radius / grid) + 1) * grid).tolist()
        to = self.orbit.to.tolist()
        rows = enumerate(zip(self.orbit.states, centre, radius, to, strict=True))
        return Cells(
            tuple(
                Cell(z, tuple(c), tuple(r), tuple(goal), basis=i if self.turned else None)
                for i, (z, c, r, goal) in rows
            ),
            tuple(map(_basis, self.axes, self.inverse)) if self.turned else (),
        )


def _basis(axes: Floats, inverse: Floats) -> Basis:
    return Basis(tuple(map(tuple, axes.tolist())), tuple(map(tuple, inverse.tolist())))
