"""Names for the arrays that the whole package computes with, and their distinct rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def first_of_each(rows: NDArray[Any]) -> NDArray[np.intp]:
    """The first place of every distinct row of ``(n, k)``, increasing."""
    # rows of one number are sorted as numbers, which is many times faster than as rows
    comparable = rows[:, 0] if rows.shape[1] == 1 else rows
    _, first = np.unique(comparable, axis=0, return_index=True)
    return np.sort(first)
