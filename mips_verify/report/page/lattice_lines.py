"""The lines of the lattice on which hidden states lie, as in the paper's Figure 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints

if TYPE_CHECKING:
    from mips_verify.report.page.hidden_points import HiddenPoints

MOST_LINES: Final = 21  # in one direction; more would hide the points
_EVERY: Final = (1, 2, 5, 10, 20, 50, 100)  # of how many lines one is drawn
_LEAST_POINTS: Final = 3  # any two points lie on a lattice
_MARGIN: Final = 0.5  # of a line, by which it is longer than needed


@dataclass(frozen=True, slots=True)
class LatticeLines:
    """Lines to be drawn.

    Attributes:
        ends: both ends of each line, ``(lines, 2, 1 or 2)``; on a line, an end is the other one.
        every: of how many lines of the lattice one is drawn.
    """

    ends: Floats
    every: int


def lattice_lines(found: HiddenPoints) -> LatticeLines | None:
    """The lines; None if the points lie on no lattice, or on one too fine to be drawn.

    The plane must show all of the variance: the shadow of a lattice of more dimensions is none.
    """
    from mips_verify.normalize.integer_autoencoders import NEAR, gcd_lattice

    points = np.unique(found.points, axis=0)
    if len(points) < _LEAST_POINTS or found.share < 1.0 - NEAR**2:
        return None
    lattice = gcd_lattice(points)
    if lattice.share < 1.0 or not len(lattice.basis):
        return None
    places = lattice.coordinates(points)
    low, high = np.rint(places.min(axis=0)), np.rint(places.max(axis=0))
    most = float((high - low).max())
    every = next((e for e in _EVERY if most / e < MOST_LINES), None)
    if every is None:
        return None
    ends = np.concatenate([_ends(low, high, k, every) for k in range(len(low))])
    return LatticeLines(lattice.origin + ends @ lattice.basis, every)


def _ends(low: Floats, high: Floats, fixed: int, every: int) -> Floats:
    """Both ends of the lines on which coordinate ``fixed`` is a multiple of ``every``."""
    at: Ints = np.arange(low[fixed], high[fixed] + 1)
    at = at[at % every == 0]
    lines = np.stack([np.tile(low - _MARGIN, (len(at), 1)), np.tile(high + _MARGIN, (len(at), 1))])
    lines[:, :, fixed] = at
    return lines.transpose(1, 0, 2)
