"""Targets that fall apart: a column plus a function of another column, also modulo m."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr, const, var
from mips_verify.regress.rows import Rows
from mips_verify.regress.shapes.lookup import as_mapping

FitColumn = Callable[[str, Ints, Ints], Expr | None]

LETTERS: Final = 64  # distinct values of the column that is looked up


def separable(rows: Rows, moduli: tuple[int, ...], fit_column: FitColumn) -> Iterator[Expr]:
    """``b + f(a)`` and ``(b + f(a)) % m`` that are right on every row.

    Args:
        rows: the table.
        moduli: values of ``m`` to try, all above the target.
        fit_column: gives an expression for ``f`` from the name of the column, its distinct
            values and the images.
    """
    target = rows.target
    for a, values in rows.columns.items():
        if not 1 < len(np.unique(values)) <= LETTERS:
            continue
        for b, other in rows.columns.items():
            if a == b:
                continue
            for m in (0, *moduli):
                difference = (target - other) % m if m else target - other
                mapping = as_mapping(values, difference)
                if mapping is None:
                    continue
                keys = np.array(list(mapping), dtype=np.int64)
                images = np.array(list(mapping.values()), dtype=np.int64)
                f = fit_column(a, keys, images)
                if f is not None:
                    total = Expr("add", (var(b), f))
                    yield Expr("mod", (total, const(m))) if m else total
                break
