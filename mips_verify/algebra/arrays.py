"""Array types used in the whole package, and the distinct rows of an array."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def first_of_each(rows: NDArray[Any]) -> NDArray[np.intp]:
    """The index of the first occurrence of each distinct row of ``(n, k)``, increasing."""
    # rows with one column are sorted as numbers, which is many times faster
    comparable = rows[:, 0] if rows.shape[1] == 1 else rows
    _, first = np.unique(comparable, axis=0, return_index=True)
    return np.sort(first)
