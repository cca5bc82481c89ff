"""Conditionals on one column that selects what is done with the others, as a command does.

``0 if op == 2 else n + 1 if op == 0 else n`` is one formula for each value of ``op``. Each of them
is fitted by itself, on the rows with that value, which is far easier than to find the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import Expr, const, var
from mips_verify.regress.regression_budgets import CASE_COLUMNS, CASE_ROWS, CASE_VALUES
from mips_verify.regress.rows import Rows

FitRows = Callable[[Rows], Expr | None]


def by_cases(rows: Rows, fit_rows: FitRows) -> Iterator[Expr]:
    """One conditional for each column that has few values, if all its cases have formulas.

    Args:
        rows: the table.
        fit_rows: finds a formula for a table with fewer rows and columns.
    """
    for name in _selectors(rows):
        groups = _formulas(rows, name, fit_rows)
        if groups is not None and len(groups) > 1:
            yield simplify(_joined(rows.columns[name], name, groups))


def _selectors(rows: Rows) -> list[str]:
    """The columns with few values, each on enough rows, those with the fewest values first."""
    if len(rows.columns) < 2:
        return []
    counts = {a: np.unique(v, return_counts=True)[1] for a, v in rows.columns.items()}
    few = [a for a, c in counts.items() if 1 < len(c) <= CASE_VALUES and c.min() >= CASE_ROWS]
    return sorted(few, key=lambda a: len(counts[a]))[:CASE_COLUMNS]


def _formulas(rows: Rows, name: str, fit_rows: FitRows) -> dict[Expr, list[int]] | None:
    """Formulas over the other columns and the values of the column for which each is right."""
    selector = rows.columns[name]
    found: dict[Expr, list[int]] = {}
    for value in np.unique(selector).tolist():
        part = _restricted(rows, name, value)
        e = next((e for e in found if not len(part.wrong(e))), None) or fit_rows(part)
        if e is None:
            return None
        found.setdefault(e, []).append(value)
    return found


def _restricted(rows: Rows, name: str, value: int) -> Rows:
    """The rows with one value of a column, without that column."""
    here = rows.columns[name] == value
    return Rows({a: v[here] for a, v in rows.columns.items() if a != name}, rows.target[here])


def _joined(selector: Ints, name: str, groups: dict[Expr, list[int]]) -> Expr:
    """The nested conditional; the formula for most values comes last, without a condition."""
    every = np.unique(selector).tolist()
    *first, (result, _) = sorted(groups.items(), key=lambda g: len(g[1]))
    for e, values in reversed(first):
        result = Expr("if", (_test(name, values, every), e, result))
    return result


def _test(name: str, values: list[int], every: list[int]) -> Expr:
    """The condition that a column has one of some values, as a bound if they are the lowest."""
    if len(values) == 1:
        return Expr("eq", (var(name), const(values[0])))
    if values == every[: len(values)]:
        return Expr("le", (var(name), const(values[-1])))
    if values == every[-len(values) :]:
        return Expr("ge", (var(name), const(values[0])))
    return Expr("in", (var(name),), tuple(values))
