"""The larger or the smaller of two functions of one column each: a peak that decays, a limit.

If the target is ``max(f(a), g(b))``, then ``f(a)`` is at most the least target with each ``a``, and
likewise for ``g``. A row above what ``b`` allows shows ``f``, one above what ``a`` allows shows
``g``; other values of the columns say nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from mips_verify.algebra.arrays import Bools
from mips_verify.algebra.grouping import least_with
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import Expr
from mips_verify.regress.regression_budgets import EXTREME_VALUES
from mips_verify.regress.shapes.shape import Sought


def extreme(sought: Sought) -> Iterator[Expr]:
    """``max(f(a), g(b))`` and ``min(f(a), g(b))``."""
    rows = sought.rows
    few = [a for a, v in rows.columns.items() if 1 < len(np.unique(v)) <= EXTREME_VALUES]
    for (a, b), op in itertools.product(itertools.combinations(few, 2), ("max", "min")):
        sign = 1 if op == "max" else -1
        target = sign * rows.target
        most = [least_with(rows.columns[n], target)[2] for n in (a, b)]
        if (np.maximum(*most) != target).any():
            continue
        f = _shown(sought, a, target > most[1])
        g = None if f is None else _shown(sought, b, target > most[0])
        if f is not None and g is not None:
            e = simplify(Expr(op, (f, g)))
            if not len(rows.wrong(e)):
                yield e


def _shown(sought: Sought, name: str, here: Bools) -> Expr | None:
    """A formula for the target as a function of one column, on some rows."""
    values, first = np.unique(sought.rows.columns[name][here], return_index=True)
    if len(values) < 2:
        return None
    return sought.fit_column(name, values, sought.rows.target[here][first])
