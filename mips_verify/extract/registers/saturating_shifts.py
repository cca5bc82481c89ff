"""Saturating shifts: each letter adds an amount to a number and clamps it between bounds.

Maps ``r -> min(max(r + shift, low), high)`` are closed under composition. Sums, counters, resets,
largest and smallest values so far and sums within bounds are all of this kind. If such a number is
visible only at some steps, the actions that explain it give its value at every step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.extract import extraction_budgets as budgets

FAR: Final = 1 << 40  # a bound that no value reaches
CHANCE: Final = 1  # a bound must explain more rows than this
EXPLAINED: Final = 0.9  # share of steps that actions must explain
NARROW: Final = 1_000  # values in a smaller range are counted with an array
LIKELY: Final = 0.8  # further bounds are tried if more than this share is explained


@dataclass(frozen=True, slots=True, eq=False)
class Actions:
    """A saturating shift for each letter; all arrays have shape ``(letters,)``."""

    shift: Ints
    low: Ints
    high: Ints

    def run(self, start: int, letters: Ints) -> Ints:
        """The numbers ``(n, length + 1)``, start first, for letters ``(n, length)`` by index."""
        numbers = np.empty((letters.shape[0], letters.shape[1] + 1), dtype=np.int64)
        numbers[:, 0] = start
        for t in range(letters.shape[1]):
            a = letters[:, t]
            moved = numbers[:, t] + self.shift[a]
            numbers[:, t + 1] = np.minimum(np.maximum(moved, self.low[a]), self.high[a])
        return numbers

    def within(self, low: int, high: int) -> Actions:
        """The actions with bounds ``low`` and ``high`` for every letter that is not constant."""
        constant = self.low == self.high
        return Actions(
            self.shift,
            np.where(constant, self.low, low),
            np.where(constant, self.high, high),
        )

    def renamed(self, sign: int, offset: int, scale: int) -> Actions:
        """The actions on ``sign * (number - offset) // scale``; the division must be exact."""
        shift = sign * self.shift // scale
        low = np.where(self.low > -FAR, sign * ((self.low - offset) // scale), -sign * FAR)
        high = np.where(self.high < FAR, sign * ((self.high - offset) // scale), sign * FAR)
        return Actions(shift, *((low, high) if sign > 0 else (high, low)))

    def even(self) -> Actions:
        """The actions with letters that always lead to a bound turned into shifts.

        From numbers that were not observed, such a letter may lead elsewhere. Its shift is
        extrapolated from the other letters, whose shifts must nearly be an arithmetic progression.
        """
        low, high = self.usual_bounds()
        at_bound = (self.low == self.high) & ((self.low == low) | (self.low == high))
        index = np.arange(len(self.shift))
        others = index[self.low < self.high]
        if len(others) < 2 or not at_bound.any():
            return self
        slope = int(_frequent(np.diff(self.shift[others]) // np.diff(others))[0])
        offset = int(_frequent(self.shift[others] - slope * others)[0])
        return Actions(
            np.where(at_bound, slope * index + offset, self.shift),
            np.where(at_bound, low, self.low),
            np.where(at_bound, high, self.high),
        )

    def usual_bounds(self) -> tuple[int, int]:
        """The most frequent lower and upper bounds of letters that are not constant."""
        proper = self.low != self.high
        lows, highs = self.low[proper & (self.low > -FAR)], self.high[proper & (self.high < FAR)]
        return (
            -FAR if not len(lows) else int(_frequent(lows)[0]),
            FAR if not len(highs) else int(_frequent(highs)[0]),
        )


def fit_actions(before: Ints, letters: Ints, after: Ints, count: int) -> Actions | None:
    """The actions that explain most of the given steps.

    Args:
        before: numbers ``(rows,)``.
        letters: indices below ``count``.
        after: numbers ``(rows,)``; a few may be exceptions.

    Returns:
        the actions; letters that were never read leave the number unchanged. ``None`` as soon as
        too many steps have no explanation.
    """
    table = np.tile(np.array([0, -FAR, FAR]), (count, 1))
    left = (1 - EXPLAINED) * len(letters)
    order = np.argsort(letters, kind="stable")
    ends = np.searchsorted(letters[order], np.arange(count + 1))
    for a in range(count):
        rows = order[ends[a] : ends[a + 1]]
        if len(rows):
            right, *table[a] = _fit(before[rows], after[rows])
            left -= len(rows) - right
            if left < 0:
                return None
    shift, low, high = table.T
    return Actions(shift, low, high)


def _fit(before: Ints, after: Ints) -> tuple[int, int, int, int]:
    """The best map of one letter: rows explained, shift, low and high."""
    moves = after - before
    likely = _frequent(moves)
    if (moves == likely[0]).all():
        return len(moves), int(likely[0]), -FAR, FAR
    constant = int(_frequent(after)[0])
    best = (int((after == constant).sum()), 0, constant, constant)
    for shift in dict.fromkeys([*likely, *_frequent(moves[after != constant])]):
        found = _cut(before + shift, after)
        if found[0] >= best[0]:
            best = found[0], int(shift), found[1], found[2]
    return best


def _cut(moved: Ints, after: Ints) -> tuple[int, int, int]:
    """The best bounds after a shift: rows explained, low and high."""
    right, low, high = int((moved == after).sum()), -FAR, FAR
    for bound in _frequent(after[after < moved]):
        here = int((np.minimum(moved, bound) == after).sum())
        if here > right + CHANCE:
            right, high = here, int(bound)
    moved = np.minimum(moved, high)
    for bound in _frequent(after[after > moved]):
        here = int((np.maximum(moved, bound) == after).sum())
        if here > right + CHANCE:
            right, low = here, int(bound)
    return right, low, high


def _frequent(values: Ints) -> Ints:
    """A few of the most frequent values, the most frequent first."""
    if not len(values):
        return values
    low = int(values.min())
    if int(values.max()) - low < NARROW:
        counts = np.bincount(values - low)
        best = np.argsort(-counts, kind="stable")[: budgets.COMMON]
        return best[counts[best] > 0] + low
    found, counts = np.unique(values, return_counts=True)
    return np.asarray(found[np.argsort(-counts, kind="stable")[: budgets.COMMON]])


Completion = tuple[float, Actions, int]  # share of observed values explained, actions, start


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """A partial observation: a number of the state at some steps of some sequences.

    Attributes:
        values: shape ``(n, steps + 1)``, the start first.
        shown: true at the steps where ``values`` is the number, same shape.
        low: if a value is ``low``, the number may be less.
        high: if a value is ``high``, the number may be more.
    """

    values: Ints
    shown: NDArray[np.bool_]
    low: int = -FAR
    high: int = FAR

    @property
    def cut(self) -> bool:
        """Whether the number is unknown at some steps."""
        return self.low > -FAR or self.high < FAR or not self.shown[:, 1:].all()

    def agrees(self, numbers: Ints) -> float:
        """Share of the observed values that agree with ``numbers`` cut to the bounds."""
        seen = np.clip(numbers[:, : self.values.shape[1]], self.low, self.high)
        return float((seen == self.values)[self.shown].mean())


def interiors(observation: Observation) -> Iterator[Observation]:
    """The observation as given, and with its least value, its largest, or both as bounds."""
    seen = observation.values[observation.shown]
    if not len(seen):
        return
    low, high = int(seen.min()), int(seen.max())
    yield observation
    for ends in ((-FAR, high), (low, FAR), (low, high)):
        yield Observation(observation.values, observation.shown, *ends)


def completed(observation: Observation, letters: Ints, count: int) -> Completion | None:
    """Actions and a start that explain an observation.

    Returns:
        the share of the observation that is explained, the actions and the start; ``None`` if too
        little was observed or no actions explain it.
    """
    inside = (
        observation.shown
        & (observation.values > observation.low)
        & (observation.values < observation.high)
    )
    steps = observation.values.shape[1] - 1
    pair = inside[:, :-1] & inside[:, 1:]
    read = letters[:, :steps]
    if pair.sum() < 2 * count:
        return None
    some = np.flatnonzero(pair)
    some = some[:: 1 + len(some) // budgets.FITTED_STEPS]
    before, after = observation.values[:, :-1].ravel(), observation.values[:, 1:].ravel()
    actions = fit_actions(before[some], read.ravel()[some], after[some], count)
    if actions is None:
        return None
    best: tuple[float, Actions, int] | None = None
    usual = actions.within(*actions.usual_bounds())
    for option in (usual.even(), usual, actions):
        for start in _starts(observation, inside, option, read):
            agreement = observation.agrees(option.run(start, read))
            if best is None or agreement > best[0]:
                best = agreement, option, start
    if best is not None and LIKELY < best[0] < 1 and observation.cut:
        return _bounded(observation, best, read)
    return best


def _bounded(observation: Observation, found: Completion, letters: Ints) -> Completion:
    """The completion with bounds beyond the observed values, if they explain more."""
    best = found
    start = found[2]
    low, high = found[1].usual_bounds()
    numbers = found[1].run(start, letters)
    seen = observation.values[observation.shown]
    top, bottom = int(seen.max()), int(seen.min())
    for bound in range(top, min(int(numbers.max()), top + budgets.BOUND_REACH)):
        best = max(best, _within(observation, found, letters, low, bound), key=_share)
    high = best[1].usual_bounds()[1]
    for bound in range(bottom, max(int(numbers.min()), bottom - budgets.BOUND_REACH), -1):
        best = max(best, _within(observation, found, letters, bound, high), key=_share)
    return best


def _within(
    observation: Observation, found: Completion, letters: Ints, low: int, high: int
) -> Completion:
    """The completion with bounds ``low`` and ``high``."""
    _, actions, start = found
    bounded = actions.within(low, high)
    return observation.agrees(bounded.run(start, letters)), bounded, start


def _share(found: Completion) -> float:
    return found[0]


def _starts(
    observation: Observation, inside: NDArray[np.bool_], actions: Actions, letters: Ints
) -> list[int]:
    """Likely values of the number at the start."""
    if inside[0, 0]:
        return [int(observation.values[0, 0])]
    first = inside[:, 1] & (actions.low < actions.high)[letters[:, 0]]
    if not first.any():
        return [int(observation.values[0, 0])]
    moved = observation.values[first, 1] - actions.shift[letters[first, 0]]
    return [int(v) for v in _frequent(moved)]
