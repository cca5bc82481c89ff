"""The table to be fitted, and the choice of rows that a search starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import evaluate_batch
from mips_verify.kernel.expr import Expr
from mips_verify.regress.regression_budgets import (
    ALL_POINTS,
    FIRST_POINTS,
    POINT_LEVELS,
    ROWS_PER_LEVEL,
)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Distinct rows of a table.

    Attributes:
        columns: from name to values, each int64, shape ``(n,)``.
        target: int64, shape ``(n,)``.
    """

    columns: Mapping[str, Ints]
    target: Ints

    @staticmethod
    def of(columns: Mapping[str, Ints], target: Ints) -> Rows | None:
        """The table without repeated rows; ``None`` if equal rows have different targets."""
        rng = np.random.default_rng(len(columns))
        key = np.zeros(len(target), dtype=np.int64)
        for values in columns.values():
            key += np.asarray(values, dtype=np.int64) * (rng.integers(-(2**62), 2**62) | 1)
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        if not np.array_equal(target[first][inverse], target):
            return None
        kept = np.sort(first)
        narrowed = {a: np.asarray(v, dtype=np.int64)[kept] for a, v in columns.items()}
        return Rows(narrowed, np.asarray(target, dtype=np.int64)[kept])

    def __len__(self) -> int:
        return len(self.target)

    @property
    def matrix(self) -> Ints:
        """The columns side by side, shape ``(n, k)``."""
        if not self.columns:
            return np.zeros((len(self), 0), dtype=np.int64)
        return np.stack(list(self.columns.values()), axis=1)

    def wrong(self, e: Expr) -> NDArray[np.intp]:
        """Rows on which ``e`` differs from the target."""
        return np.flatnonzero(evaluate_batch(e, self.columns) != self.target)

    def first_points(self, rng: np.random.Generator) -> NDArray[np.intp]:
        """Rows to start from: all if there are few, else random ones with most target values."""
        n = len(self)
        order = rng.permutation(n)
        if n <= ALL_POINTS:
            return np.arange(n)
        points = order[:FIRST_POINTS]
        for value in np.unique(self.target)[:POINT_LEVELS]:
            points = np.union1d(points, order[self.target[order] == value][:ROWS_PER_LEVEL])
        return points
