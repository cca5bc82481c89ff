"""From a table of integers to the shortest exact expression.

A ladder over description length: constant, affine, enumeration with the last operator
solved for, decision lists, a column plus a function of another, memberships and tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.expr import Expr, const, size
from mips_verify.regress.affine import affine_expr, fit_affine
from mips_verify.regress.lookup import lookups
from mips_verify.regress.rank import rank
from mips_verify.regress.rows import Rows
from mips_verify.regress.search import SMALL_BANK, Grammar, search
from mips_verify.regress.separable import separable
from mips_verify.regress.simplify import simplify

Ints = NDArray[np.int64]

AFFINE_BANK: Final = 4_000  # expressions tried to shorten an affine answer
LONG: Final = 14  # nodes from which a decision list or a table is worth a large enumeration


@dataclass(frozen=True, slots=True)
class Budget:
    """Work, never seconds.

    Attributes:
        max_leaves: leaves of an enumerated subexpression.
        max_expressions: expressions kept by one enumeration.
    """

    max_leaves: int = 6
    max_expressions: int = 400_000


DEFAULT: Final = Budget()


@dataclass(frozen=True, slots=True)
class Fit:
    """An expression that equals the target on every row.

    Attributes:
        expr: over the names of the columns.
        size: its syntax-tree nodes.
        method: the rung of the ladder that found it.
    """

    expr: Expr
    size: int
    method: str


def fit(
    columns: Mapping[str, Ints],
    target: Ints,
    *,
    budget: Budget = DEFAULT,
    constants: Sequence[int] = (),
    terms: Sequence[Expr] = (),
    seed: int = 0,
) -> Fit | None:
    """The shortest expression over the columns that equals ``target`` on every row.

    Args:
        columns: name to values, each int64, shape ``(n,)``.
        target: int64, shape ``(n,)``.
        budget: bounds of the enumeration; memberships and tables are not counted.
        constants: numbers to use, besides 0, 1, 2 and one more than the largest target;
            those above 1 also divide. Shifts and thresholds need not be among them.
        terms: subexpressions over the columns that are likely to occur.
        seed: of the rows that are looked at first.

    Returns:
        ``None`` when the rows contradict each other or nothing fits inside the budget.
    """
    rows = Rows.of(columns, target)
    if rows is None or not len(rows):
        return None
    if (rows.target == rows.target[0]).all():
        return _fitted(const(int(rows.target[0])), "constant")
    best = _affine(rows)
    if best is not None and best.size <= 3:
        return best
    grammar = _grammar(rows, constants, terms)
    stages = [AFFINE_BANK] if best is not None else [SMALL_BANK, budget.max_expressions]
    for stage, expressions in enumerate(stages):
        found = search(
            rows,
            grammar,
            max_cost=2 * budget.max_leaves - 1,
            max_expressions=min(expressions, budget.max_expressions),
            below=best.size if best is not None else 1 << 30,
            branching=stage == 0,
            seed=seed,
        )
        best = _better(best, found, "enumeration")
        if stage == 0 and (best is None or best.method != "affine"):
            for e in _pieces(rows, grammar, budget, seed):
                best = _better(best, e, "separable")
            for e in lookups(rows)[:1]:
                best = _better(best, e, "lookup")
        if best is not None and best.size < LONG:
            break
    return best


def _fitted(e: Expr, method: str) -> Fit:
    return Fit(e, size(e), method)


def _better(best: Fit | None, e: Expr | None, method: str) -> Fit | None:
    if e is None or (best is not None and rank(best.expr) <= rank(e)):
        return best
    return _fitted(e, method)


def _affine(rows: Rows) -> Fit | None:
    coefficients = fit_affine(rows.matrix, rows.target)
    if coefficients is None:
        return None
    return _fitted(affine_expr(list(rows.columns), coefficients), "affine")


def _grammar(rows: Rows, constants: Sequence[int], terms: Sequence[Expr]) -> Grammar:
    """Leaves and divisors: the given ones and what the target suggests."""
    top = int(rows.target.max()) + 1
    divisors = {2, *(c for c in constants if c > 1)}
    if 2 < top <= 64 and rows.target.min() >= 0:
        divisors.add(top)
    numbers = {0, 1, 2, *constants}
    return Grammar(tuple(sorted(numbers)), tuple(sorted(divisors)), tuple(terms))


def _pieces(rows: Rows, grammar: Grammar, budget: Budget, seed: int) -> list[Expr]:
    """A column plus a function of another one, each such function fitted by itself."""
    if len(rows.columns) < 2:
        return []

    def fit_column(name: str, values: Ints, images: Ints) -> Expr | None:
        small = Budget(budget.max_leaves, min(budget.max_expressions, SMALL_BANK))
        constants = grammar.constants
        found = fit({name: values}, images, budget=small, constants=constants, seed=seed)
        return None if found is None else found.expr

    return [simplify(e) for e in separable(rows, grammar.divisors, fit_column)]
