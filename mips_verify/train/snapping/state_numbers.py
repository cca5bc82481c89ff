"""Integers for the states of a network with one hidden value.

Several numberings are offered: the state itself if it is an integer, the output, and the place
among intervals of states. There are as few intervals as possible, so that the interval and the
letter read decide the next interval, and the interval the label; or, in a second numbering, also
all further ones that are as far apart as the closest two of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Bools, Floats, Ints
from mips_verify.train import training_budgets as budgets
from mips_verify.train.snapping.bends import distinct

_NEAR = 1e-6  # states nearer than this share of their range are one state


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """What a network with one hidden value did.

    Attributes:
        h: states, the initial one first, ``(n, length + 1)``.
        letters: numbers of the letters read, ``(n, length)``.
        labels: numbers of the labels, ``(n, length)``.
        outputs: the first output in every state, rounded, ``(n, length + 1)``.
    """

    h: Floats
    letters: Ints
    labels: Ints
    outputs: Ints


def numberings(runs: Runs) -> Iterator[Ints]:
    """Numbers ``(n, length + 1)`` for the states of ``runs``; they may contradict the labels."""
    whole = np.rint(runs.h)
    if np.abs(runs.h - whole).max() < _NEAR:
        yield whole.astype(np.int64)
    yield runs.outputs
    spread = float(np.ptp(runs.h))
    if spread > 0:
        ticks, place = np.unique(
            np.rint((runs.h - runs.h.min()) / (spread * _NEAR)), return_inverse=True
        )
        place = place.reshape(runs.h.shape)
        if len(ticks) <= budgets.SNAP_STATES:
            for cuts in _cuts(np.diff(ticks), place, runs):
                yield np.append(0, np.cumsum(cuts))[place]


def _cuts(gaps: Floats, place: Ints, runs: Runs) -> Iterator[Bools]:
    """Where the line of states is cut, between two neighbours each, ``(states - 1,)``."""
    labels = distinct(np.dstack([place[:, 1:], runs.labels]))
    steps = distinct(np.dstack([runs.letters, place[:, :-1], place[:, 1:]]))
    few = _refined(np.zeros(len(gaps), dtype=np.bool_), gaps, labels, steps)
    if few is None or not few.any():
        return
    yield few
    many = _refined(few | (gaps >= gaps[few].min()), gaps, labels, steps)
    if many is not None and many.sum() > few.sum():
        yield many


def _refined(cuts: Bools, gaps: Floats, labels: Ints, steps: Ints) -> Bools | None:
    """The cuts and those that follow from them; None if there are too many or none is enough.

    Args:
        cuts: where to begin; not changed.
        gaps: distances of neighbours; of several places for a cut, the widest is chosen.
        labels: rows ``(state, label)``, sorted.
        steps: rows ``(letter, state, next state)``, sorted.
    """
    cuts = cuts.copy()
    while cuts.sum() < budgets.SNAP_INTERVALS:
        number = np.append(0, np.cumsum(cuts))
        pairs = [
            _apart(labels[:, 0], labels[:, 1], number[labels[:, 0]]),
            _apart(steps[:, 1], number[steps[:, 2]], number[steps[:, 1]], steps[:, 0]),
        ]
        apart = np.concatenate(pairs)
        if not len(apart):
            return cuts
        if (apart[:, 0] == apart[:, 1]).any():
            return None
        for a, b in apart:
            cuts[a + int(gaps[a:b].argmax())] = True
    return None


def _apart(states: Ints, after: Ints, *same: Ints) -> Ints:
    """Pairs of successive rows that have the same ``same`` but differ in ``after``, ``(k, 2)``."""
    differ = after[1:] != after[:-1]
    for column in same:
        differ &= column[1:] == column[:-1]
    return np.stack([states[:-1][differ], states[1:][differ]], axis=1)
