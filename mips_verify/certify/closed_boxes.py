"""Boxes of hidden states that a ReLU network does not leave, grown from its start state.

This is Kleene iteration on boxes with widening (Cousot and Cousot, 1977): an image that lies in no
box of the right label is joined to the nearest one, or starts a new one. Where the network
contracts, the boxes stop growing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.labels import Labels
from mips_verify.certify.zonotopes import boxes
from mips_verify.network.network import Network
from mips_verify.network_kernel.cells import Cell, Cells

LABELS = 400  # most states of the program
IMAGES = 300_000  # most images taken in one search
ROUNDS = 120  # most rounds; a box that still grows then will not stop
OVERSHOOT = 0.3  # a box that grows, grows by this share more
SLACK = 5e-3  # an image must keep this share of the target's radius free
LEAST = 1e-9  # radius of a new box, and the least slack, as a share of the largest hidden value
GRID = 40  # centres and radii have about this many significant bits


@dataclass(slots=True)
class _Boxes:
    """The boxes so far; ``to`` is -1 where a box has to be looked at again."""

    labels: Ints
    low: Floats
    high: Floats
    to: Ints
    fresh: set[int] = field(default_factory=set)

    def add(self, label: int, low: Floats, high: Floats) -> None:
        self.fresh.add(len(self.labels))
        self.labels = np.append(self.labels, label)
        self.low, self.high = np.vstack([self.low, low]), np.vstack([self.high, high])
        self.to = np.vstack([self.to, np.full((1, self.to.shape[1]), -1)])


@dataclass(frozen=True, slots=True)
class Boxes:
    """One search for closed boxes.

    Attributes:
        gap: images farther than this from every box of their label start a new one; as a share of
            the largest hidden value.
        pieces: parts into which each side of a box is cut before its image is taken.
    """

    gap: float
    pieces: int

    def search(self, problem: Certifying) -> Cells | None:
        """Closed boxes on which every output is right, or None."""
        model = problem.model
        if not isinstance(model, Network) or problem.labels().count(LABELS) > LABELS:
            return None
        labels, scale = problem.labels(), _scale(problem)
        k, n = len(problem.letters), model.hidden
        found = _Boxes(
            np.zeros(0, np.int64), np.zeros((0, n)), np.zeros((0, n)), np.zeros((0, k), np.int64)
        )
        found.add(0, model.h0 - LEAST * scale, model.h0 + LEAST * scale)
        most = IMAGES // (k * self.pieces**n)
        for _ in range(ROUNDS):
            if not found.fresh:
                return self._cells(found, labels, scale)
            work = sorted(found.fresh)
            found.fresh = set()
            most -= len(work)
            images = self._images(model, problem, found, work, labels) if most > 0 else None
            if images is None or not self._place(found, work, *images, scale, most):
                return None
        return None

    def _images(
        self, model: Network, problem: Certifying, found: _Boxes, work: list[int], labels: Labels
    ) -> tuple[Ints, Floats, Floats] | None:
        """Labels and boxes of the images; None if an output may be wrong."""
        follow, outputs = labels.rows(found.labels[work])
        low, high = found.low[work], found.high[work]
        m, n = low.shape
        k = len(problem.letters)
        lows, highs = np.full((m, k, n), np.inf), np.full((m, k, n), -np.inf)
        for place in itertools.product(range(self.pieces), repeat=n):
            radius = (high - low) / (2 * self.pieces)
            centre = low + radius * (2 * np.array(place) + 1)
            sets = boxes(centre, radius, problem.letters.astype(np.float64)).perceptron(model.f)
            scores = sets.perceptron(model.g)
            wrong = np.abs(scores.centre - outputs.reshape(m * k, -1)) + scores.radius
            if not (wrong < 0.5).all():
                return None
            c, r = sets.centre.reshape(m, k, n), sets.radius.reshape(m, k, n)
            lows, highs = np.minimum(lows, c - r), np.maximum(highs, c + r)
        return follow, lows, highs

    def _place(
        self,
        found: _Boxes,
        work: list[int],
        follow: Ints,
        low: Floats,
        high: Floats,
        scale: Floats,
        most: int,
    ) -> bool:
        """Give each image the nearest box of its label, or a new one; False if too many."""
        m, k, n = low.shape
        goal = np.full(m * k, -1)
        low, high, follow = low.reshape(m * k, n), high.reshape(m * k, n), follow.reshape(m * k)
        for label in np.unique(follow):
            mine = np.flatnonzero(follow == label)
            while len(mine):
                cells = np.flatnonzero(found.labels == label)
                near, gap = _nearest(low[mine], high[mine], found.low[cells], found.high[cells])
                close = gap <= self.gap * scale.max()
                goal[mine[close]] = cells[near[close]]
                mine = mine[~close]
                if len(found.labels) >= most:
                    return False
                if len(mine):
                    i = mine[0]
                    found.add(int(label), low[i] - LEAST * scale, high[i] + LEAST * scale)
        self._grow(found, goal, low, high, scale)
        found.to[work] = goal.reshape(m, k)
        return True

    def _grow(self, found: _Boxes, goal: Ints, low: Floats, high: Floats, scale: Floats) -> None:
        """Widen the boxes that do not hold their images with some slack."""
        slack = SLACK * (found.high - found.low) / 2 * (len(scale) > 1) + LEAST / 10 * scale
        want_low, want_high = found.low.copy(), found.high.copy()
        np.minimum.at(want_low, goal, low - slack[goal])
        np.maximum.at(want_high, goal, high + slack[goal])
        wider = ((want_low < found.low) | (want_high > found.high)).any(axis=1)
        found.low -= (found.low - want_low) * (1 + OVERSHOOT)
        found.high += (want_high - found.high) * (1 + OVERSHOOT)
        found.fresh |= set(np.flatnonzero(wider).tolist())

    def _cells(self, found: _Boxes, labels: Labels, scale: Floats) -> Cells:
        grid = np.exp2(np.ceil(np.log2(scale.max())) - GRID)
        centre = np.rint((found.low + found.high) / 2 / grid) * grid
        radius = np.ceil(np.maximum(found.high - centre, centre - found.low) / grid) * grid
        split = (self.pieces,) * len(scale) if self.pieces > 1 else ()
        rows = zip(found.labels, centre.tolist(), radius.tolist(), found.to.tolist(), strict=True)
        return Cells(
            tuple(
                Cell(labels.states[z], tuple(c), tuple(r), tuple(to), split=split)
                for z, c, r, to in rows
            )
        )


def _nearest(
    low: Floats, high: Floats, lows: Floats, highs: Floats
) -> tuple[NDArray[np.intp], Floats]:
    """For each image the box nearest to it, and how far its farthest point is outside."""
    if not len(lows):
        return np.zeros(len(low), np.intp), np.full(len(low), np.inf)
    beyond = np.maximum(lows[None] - low[:, None], high[:, None] - highs[None]).max(axis=2)
    near = beyond.argmin(axis=1)
    return near, beyond[np.arange(len(low)), near]


def _scale(problem: Certifying) -> Floats:
    """The largest magnitude of each hidden value on random words, at least a little above 0."""
    rng = np.random.default_rng(problem.seed)
    states, _ = problem.model.run(problem.domain.sample(64, 2 * problem.length, rng))
    most: Floats = np.abs(states).max(axis=(0, 1))
    return np.maximum(most, 1e-6 * max(1.0, float(most.max())))
