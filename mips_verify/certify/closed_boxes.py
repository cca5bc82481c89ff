"""Boxes of hidden states that a ReLU network does not leave, grown from its start state.

This is Kleene iteration on boxes with widening (Cousot and Cousot, 1977): an image that lies in no
box of the right label is joined to the nearest one, or starts a new one. Where the network
contracts, the boxes stop growing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.certify.certify_budgets import (
    BOX_COMPARISONS,
    BOX_IMAGES,
    BOX_ROUNDS,
    BOXES,
    fewer,
)
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.zonotopes import boxes
from mips_verify.network.network import Network
from mips_verify.network_kernel.cells import Cell, Cells

OVERSHOOT = 0.3  # a box that grows, grows by this share more
SLACK = 5e-3  # an image must keep this share of the target's radius free
LEAST = 1e-9  # radius of a new box, and the least slack, as a share of the largest hidden value
GRID = 40  # centres and radii have about this many significant bits


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
        if not isinstance(model, Network) or not problem.few_labels:
            return None
        growing, images = _Growing(self, problem, model), 0
        most = fewer(BOX_IMAGES, model.hidden)
        for _ in range(BOX_ROUNDS):
            work = growing.take()
            if not len(work):
                return growing.cells()
            images += len(work) * len(problem.letters) * self.pieces**model.hidden
            if images > most or not growing.follow(work):
                return None
        return None


class _Growing:
    """The boxes so far.

    Attributes:
        marks: the label of each box.
        low, high: its ends.
        to: for each letter the box that holds its image.
        fresh: whether its images have to be looked at again.
        comparisons: of an image with a box, so far.
    """

    def __init__(self, search: Boxes, problem: Certifying, model: Network) -> None:
        self.pieces, self.model, self.labels = search.pieces, model, problem.labels()
        self.letters = problem.letters.astype(np.float64)
        self.scale = _scale(problem)
        self.gap = search.gap * float(self.scale.max())
        self.marks, self.fresh = np.zeros(0, np.int64), np.zeros(0, bool)
        self.low = self.high = np.zeros((0, model.hidden))
        self.to = np.zeros((0, len(self.letters)), np.int64)
        self.comparisons = 0
        self._add(np.zeros(1, np.int64), model.h0[None], model.h0[None])

    def take(self) -> Ints:
        """The boxes to look at, which are not fresh any more."""
        work = np.flatnonzero(self.fresh)
        self.fresh[:] = False
        return work

    def follow(self, work: Ints) -> bool:
        """Find a box for each image; False if an output may be wrong, or boxes or work too many."""
        marks, outputs = self.labels.rows(self.marks[work])
        found = self._images(work, outputs.reshape(marks.size, -1))
        if found is None:
            return False
        low, high = found
        goal = np.full(marks.size, -1)
        for mark in np.unique(marks):
            if not self._place(int(mark), np.flatnonzero(marks.ravel() == mark), goal, low, high):
                return False
        self._grow(goal, low, high)
        self.to[work] = goal.reshape(marks.shape)
        return True

    def _images(self, work: Ints, outputs: Ints) -> tuple[Floats, Floats] | None:
        """The boxes around the images of boxes under each letter, ``(boxes * letters, hidden)``."""
        low, high = self.low[work], self.high[work]
        radius = (high - low) / (2 * self.pieces)
        lows, highs = [], []
        for place in itertools.product(range(self.pieces), repeat=self.model.hidden):
            centre = low + radius * (2 * np.array(place) + 1)
            sets = boxes(centre, radius, self.letters).perceptron(self.model.f)
            scores = sets.perceptron(self.model.g)
            if not (np.abs(scores.centre - outputs) + scores.radius < 0.5).all():
                return None
            lows.append(sets.centre - sets.radius)
            highs.append(sets.centre + sets.radius)
        return np.min(lows, axis=0), np.max(highs, axis=0)

    def _place(self, mark: int, mine: Ints, goal: Ints, low: Floats, high: Floats) -> bool:
        """Give images of one label the nearest box, or new ones; False if that takes too much."""
        while len(mine):
            cells = np.flatnonzero(self.marks == mark)
            self.comparisons += len(mine) * len(cells)
            if self.comparisons > BOX_COMPARISONS:
                return False
            near, beyond = _nearest(low[mine], high[mine], self.low[cells], self.high[cells])
            close = beyond <= self.gap
            goal[mine[close]] = cells[near[close]]
            mine = mine[~close]
            if len(mine):
                middle = np.rint((low[mine] + high[mine]) / (2 * self.gap))
                first = mine[np.unique(middle, axis=0, return_index=True)[1]]
                if len(self.marks) + len(first) > BOXES:
                    return False
                self._add(np.full(len(first), mark), low[first], high[first])
        return True

    def _add(self, marks: Ints, low: Floats, high: Floats) -> None:
        self.marks = np.append(self.marks, marks)
        self.fresh = np.append(self.fresh, np.ones(len(marks), bool))
        self.low = np.vstack([self.low, low - LEAST * self.scale])
        self.high = np.vstack([self.high, high + LEAST * self.scale])
        self.to = np.vstack([self.to, np.full((len(marks), len(self.letters)), -1)])

    def _grow(self, goal: Ints, low: Floats, high: Floats) -> None:
        """Widen the boxes that do not hold their images with some slack."""
        slack = LEAST / 10 * self.scale
        if len(self.scale) > 1:
            slack = slack + SLACK * (self.high - self.low)[goal] / 2
        want_low, want_high = self.low.copy(), self.high.copy()
        np.minimum.at(want_low, goal, low - slack)
        np.maximum.at(want_high, goal, high + slack)
        self.fresh |= ((want_low < self.low) | (want_high > self.high)).any(axis=1)
        self.low -= (self.low - want_low) * (1 + OVERSHOOT)
        self.high += (want_high - self.high) * (1 + OVERSHOOT)

    def cells(self) -> Cells:
        """The boxes as cells, on a grid that keeps their numbers short."""
        grid = np.exp2(np.ceil(np.log2(self.scale.max())) - GRID)
        centre = np.rint((self.low + self.high) / 2 / grid) * grid
        radius = np.ceil(np.maximum(self.high - centre, centre - self.low) / grid) * grid
        split = (self.pieces,) * len(self.scale) if self.pieces > 1 else ()
        rows = zip(self.marks, centre.tolist(), radius.tolist(), self.to.tolist(), strict=True)
        return Cells(
            tuple(
                Cell(self.labels.states[z], tuple(c), tuple(r), tuple(to), split=split)
                for z, c, r, to in rows
            )
        )


def _nearest(low: Floats, high: Floats, lows: Floats, highs: Floats) -> tuple[Ints, Floats]:
    """For each image the box nearest to it, and how far its farthest point is outside."""
    if not len(lows):
        return np.zeros(len(low), np.int64), np.full(len(low), np.inf)
    beyond = np.maximum(lows[None] - low[:, None], high[:, None] - highs[None]).max(axis=2)
    near = beyond.argmin(axis=1)
    return near, beyond[np.arange(len(low)), near]


def _scale(problem: Certifying) -> Floats:
    """The largest magnitude of each hidden value on random words, at least a little above 0."""
    rng = np.random.default_rng(problem.seed)
    states, _ = problem.model.run(problem.domain.sample(64, 2 * problem.length, rng))
    most: Floats = np.abs(states).max(axis=(0, 1))
    return np.maximum(most, 1e-6 * max(1.0, float(most.max())))
