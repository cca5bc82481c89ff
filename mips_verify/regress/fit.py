"""Fit a table of integers by the shortest exact expression that can be found.

First try the shapes that can be solved for directly, in the order of :data:`SHAPES`. Then
search for a shorter expression by enumeration, and for decision lists. If only the sum of
some columns matters, the table with this sum as a column is fitted too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.readability import rank, weight
from mips_verify.kernel.expr import Expr, size
from mips_verify.regress.cases import by_cases
from mips_verify.regress.regression_budgets import (
    AFFINE_BANK,
    CASES_NODES,
    COLUMN_BANK,
    DEFAULT,
    LIST_NODES,
    LIST_TESTS,
    LIST_VALUES,
    LONG_ANSWER,
    MAX_MODULUS,
    SMALL_BANK,
    Budget,
)
from mips_verify.regress.rows import Rows
from mips_verify.regress.search.cegis import Grammar, Limits, search
from mips_verify.regress.shapes.affine import affine, constant
from mips_verify.regress.shapes.digits import digits
from mips_verify.regress.shapes.extreme import extreme
from mips_verify.regress.shapes.lookup import lookup
from mips_verify.regress.shapes.modular import modular
from mips_verify.regress.shapes.quotient import quotient
from mips_verify.regress.shapes.separable import separable
from mips_verify.regress.shapes.shape import Shape, Sought
from mips_verify.regress.shapes.symmetric import reduced
from mips_verify.regress.shapes.thresholds import thresholds

SHAPES: Final = (
    Shape("constant", constant, final=True),
    Shape("affine", affine, final=True),
    Shape("modular", modular),
    Shape("quotient", quotient),
    Shape("lookup", lookup),
    Shape("thresholds", thresholds),
    Shape("digits", digits),
    Shape("separable", separable),
    Shape("extreme", extreme),
)
DECIMAL: Final = 10
SHORTEST: Final = 3  # nodes of a final answer that no search could shorten


@dataclass(frozen=True, slots=True)
class Fit:
    """An expression that equals the target on every row.

    Attributes:
        expr: the expression, over the names of the columns.
        size: its number of syntax-tree nodes.
        method: the shape or the search that found the expression.
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
    whole: bool = True,
) -> Fit | None:
    """The shortest expression over the columns that equals ``target`` on every row.

    Args:
        columns: from name to values, each int64, shape ``(n,)``.
        target: int64, shape ``(n,)``.
        budget: limits of the enumeration; shapes do not count.
        constants: numbers to use besides 0, 1 and 2; those above 1 are also divisors, and so
            is the largest target plus 1. The last shift or threshold may be any number.
        terms: subexpressions over the columns that are likely to occur.
        seed: seed of the choice of rows that a search starts from.
        whole: whether to fit the rows with each value of a column by themselves, if nothing short
            is found.

    Returns:
        ``None`` if the rows contradict each other or nothing was found within the budget.
    """
    rows = Rows.of(columns, target)
    if rows is None or not len(rows):
        return None
    grammar = _grammar(rows, constants, terms)
    best, final = _solved(rows, grammar, budget, seed)
    if best is not None and final and best.size <= SHORTEST:
        return best
    if not final:
        best = _by_sum(rows, grammar, best, budget, seed)
    best = _searched(rows, grammar, best, budget, seed)
    if whole and (best is None or best.size >= CASES_NODES):
        best = _by_cases(rows, best, budget, constants, seed)
    return best


def _by_cases(
    rows: Rows, best: Fit | None, budget: Budget, constants: Sequence[int], seed: int
) -> Fit | None:
    """``best``, or a better conditional that tells the values of one column apart."""
    small = Budget(budget.max_leaves, min(budget.max_expressions, SMALL_BANK))

    def fit_rows(part: Rows) -> Expr | None:
        found = fit(
            part.columns, part.target, budget=small, constants=constants, seed=seed, whole=False
        )
        return None if found is None else found.expr

    for e in by_cases(rows, fit_rows):
        best = _better(best, e, "cases")
    return best


def _solved(rows: Rows, grammar: Grammar, budget: Budget, seed: int) -> tuple[Fit | None, bool]:
    """The best answer of the shapes, and whether it came from a final shape."""

    def fit_column(name: str, values: Ints, images: Ints) -> Expr | None:
        small = Budget(budget.max_leaves, min(budget.max_expressions, COLUMN_BANK))
        constants = grammar.constants
        found = fit({name: values}, images, budget=small, constants=constants, seed=seed)
        return None if found is None else found.expr

    sought = Sought(rows, grammar.moduli(rows), fit_column)
    best: Fit | None = None
    for shape in SHAPES:
        found = min(shape.solve(sought), key=rank, default=None)
        best = _better(best, found, shape.name)
        if shape.final and found is not None:
            return best, True
    return best, False


def _by_sum(
    rows: Rows, grammar: Grammar, best: Fit | None, budget: Budget, seed: int
) -> Fit | None:
    """``best``, or a better answer over the sum of columns of which only the sum matters."""
    fewer = reduced(rows)
    # an answer over the sum has at least the size of its comparison with a number
    if fewer is None or (best is not None and best.size <= 2 * fewer.terms + 1):
        return best
    found = fit(fewer.columns, rows.target, budget=budget, constants=grammar.constants, seed=seed)
    return best if found is None else _better(best, fewer.restored(found.expr), found.method)


def _searched(
    rows: Rows, grammar: Grammar, best: Fit | None, budget: Budget, seed: int
) -> Fit | None:
    """The best answer after all searches that may improve ``best``; they share one budget."""
    left = budget.max_expressions
    for stage in _stages(rows, best, budget):
        if left <= 0 or (best is not None and not stage.may_improve(best)):
            continue
        limits = Limits(
            max_cost=min(stage.max_cost, 2 * budget.max_leaves - 1),
            bank=min(stage.bank, left),
            total=min(stage.total, left),
            below=weight(best.expr) if best is not None else 1 << 30,
            branching=stage.method == "decision list",
        )
        found, spent = search(rows, grammar, limits, seed=seed)
        best = _better(best, found, stage.method)
        left -= spent
    return best


@dataclass(frozen=True, slots=True)
class _Stage:
    """One search: its name, its limits, and (by size and method) which answers it may improve."""

    method: str
    bank: int
    total: int
    max_cost: int = 99
    worthwhile: int = 0
    over: tuple[str, ...] = ()

    def may_improve(self, best: Fit) -> bool:
        """Whether the search is worth its work, given an answer."""
        return best.size >= self.worthwhile and (not self.over or best.method in self.over)


def _stages(rows: Rows, best: Fit | None, budget: Budget) -> list[_Stage]:
    """The searches, in order; decision lists come first if the target has few values."""
    if best is not None and best.method == "affine":
        return [_Stage("enumeration", AFFINE_BANK, 4 * AFFINE_BANK)]
    lists = _Stage("decision list", SMALL_BANK, SMALL_BANK, LIST_TESTS, LIST_NODES)
    small = _Stage("enumeration", SMALL_BANK, 8 * SMALL_BANK)
    large = _Stage(
        "enumeration", budget.max_expressions, budget.max_expressions, 99, LONG_ANSWER, ("lookup",)
    )
    if len(np.unique(rows.target)) <= LIST_VALUES:
        return [lists, small, large]
    return [small, lists, large]


def _better(best: Fit | None, e: Expr | None, method: str) -> Fit | None:
    if e is None or (best is not None and rank(best.expr) <= rank(e)):
        return best
    return Fit(e, size(e), method)


def _grammar(rows: Rows, constants: Sequence[int], terms: Sequence[Expr]) -> Grammar:
    """Leaves and divisors: the given ones and those that the target suggests."""
    top = int(rows.target.max()) + 1
    divisors = {2, *(c for c in constants if c > 1)}
    if 2 < top <= MAX_MODULUS and rows.target.min() >= 0:
        divisors.add(top)
    if len(rows.columns) == 1 and len(rows) > 2 * DECIMAL:
        divisors.add(DECIMAL)  # tables made by people may depend on decimal digits
    numbers = {0, 1, 2, *constants}
    return Grammar(tuple(sorted(numbers)), tuple(sorted(divisors)), tuple(terms))
