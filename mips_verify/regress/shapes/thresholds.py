"""Staircases: functions of one number that rise by one at each of a few thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr, apply, const, var
from mips_verify.regress.shapes.lookup import deciding_columns
from mips_verify.regress.shapes.shape import Sought

LEAST: Final = 2  # steps; a single one is a comparison
MOST: Final = 16  # steps; for more a table is clearer
LONG: Final = 3  # average number of values per step; for fewer a table is clearer


def thresholds(sought: Sought) -> Iterator[Expr]:
    """Staircases for the columns that each determine the target."""
    for name, keys, images in deciding_columns(sought.rows):
        stairs = by_thresholds(name, keys, images)
        if stairs is not None:
            yield stairs


def by_thresholds(name: str, keys: Ints, images: Ints) -> Expr | None:
    """The function as ``c + int(x >= a) + int(x >= b) ...``; ``None`` if it is no staircase.

    Args:
        name: the argument ``x``.
        keys: increasing integers, shape ``(n,)``.
        images: shape ``(n,)``; in a staircase, each equals the previous one or is larger by 1.
    """
    growth = np.diff(images)
    edges = np.flatnonzero(growth)
    if not LEAST <= len(edges) <= min(MOST, len(keys) // LONG) or (growth[edges] != 1).any():
        return None
    # any threshold above the last key of one step and up to the next key works
    steps = [apply("int", apply("ge", var(name), const(int(keys[k + 1])))) for k in edges]
    start = [const(int(images[0]))] if images[0] else []
    return reduce(lambda a, b: apply("add", a, b), steps + start)
