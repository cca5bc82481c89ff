"""Sums of one column and a function of another column, also modulo a number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import Expr, const, var
from mips_verify.regress.regression_budgets import SEPARABLE_VALUES
from mips_verify.regress.shapes.lookup import function_of
from mips_verify.regress.shapes.shape import Sought


def separable(sought: Sought) -> Iterator[Expr]:
    """``b + f(a)`` and ``(b + f(a)) % m``."""
    rows, target = sought.rows, sought.rows.target
    for a, values in rows.columns.items():
        if not 1 < len(np.unique(values)) <= SEPARABLE_VALUES:
            continue
        for b, other in rows.columns.items():
            if a == b:
                continue
            for m in (0, *sought.moduli):
                difference = (target - other) % m if m else target - other
                function = function_of(values, difference)
                if function is None:
                    continue
                f = sought.fit_column(a, *function)
                if f is not None:
                    total = Expr("add", (var(b), f))
                    yield simplify(Expr("mod", (total, const(m))) if m else total)
                break
