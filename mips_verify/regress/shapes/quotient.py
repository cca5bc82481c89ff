"""Rounded shares of affine functions, also between two bounds: means, filters with shifts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import Expr, const
from mips_verify.regress.regression_budgets import MAX_DIVISOR, QUOTIENT_VALUES, ROWS_A_COEFFICIENT
from mips_verify.regress.shapes.affine import affine_expr
from mips_verify.regress.shapes.shape import Sought


def quotient(sought: Sought) -> Iterator[Expr]:
    """``(affine) // m``, also for m = 1, and the same between the ends of the target as bounds.

    A target with few values is a condition; a quotient that gives them means nothing.
    """
    rows = sought.rows
    matrix, target = rows.matrix, rows.target
    low, high = int(target.min()), int(target.max())
    if len(np.unique(target)) < QUOTIENT_VALUES:
        return
    for bottom, top in ((None, None), (None, high), (low, None), (low, high)):
        inner = np.ones(len(target), dtype=np.bool_)
        if bottom is not None:
            inner &= target > bottom
        if top is not None:
            inner &= target < top
        found = fit_quotient(matrix[inner], target[inner])
        if found is None:
            continue
        coefficients, divisor = found
        values = (matrix @ coefficients[:-1] + coefficients[-1]) // divisor
        e = Expr("floordiv", (affine_expr(list(rows.columns), coefficients), const(divisor)))
        if top is not None:
            values, e = np.minimum(values, top), Expr("min", (e, const(top)))
        if bottom is not None:
            values, e = np.maximum(values, bottom), Expr("max", (e, const(bottom)))
        if (values == target).all():
            yield simplify(e)
            return


def fit_quotient(columns: Ints, target: Ints) -> tuple[Ints, int] | None:
    """Integers ``c`` and m with ``(columns @ c[:k] + c[k]) // m == target`` on every row.

    Rounding hides less than 1 in each row, so least squares gives the coefficients divided by m
    nearly; for each m they are rounded, and the rows then bound the constant.

    Args:
        columns: shape ``(n, k)``.
        target: shape ``(n,)``.

    Returns:
        coefficients, then the constant nearest to 0, and the smallest m; ``None`` if there are
        none, or too few rows to tell.
    """
    n, k = columns.shape
    if n < ROWS_A_COEFFICIENT * (k + 1):
        return None
    A = np.concatenate([columns, np.ones((n, 1), dtype=np.int64)], axis=1).astype(np.float64)
    share, *_ = np.linalg.lstsq(A, target.astype(np.float64), rcond=None)
    if np.abs(A @ share - target).max() > 1.0:
        return None
    for m in range(1, MAX_DIVISOR + 1):
        weights = np.rint(m * share[:k]).astype(np.int64)
        rest = m * target - columns @ weights
        least, largest = int(rest.max()), int(rest.min()) + m - 1
        if weights.any() and least <= largest:
            constant = min(max(0, least), largest)
            return np.append(weights, constant), m
    return None
