"""From a table of integers to the shortest exact expression.

A ladder over description length: constant, affine, enumeration with the last operator
solved for, decision lists, a column plus a function of another, thresholds, digits,
memberships and tables; also over the sum of columns that the target does not tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.readability import rank, weight
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import Expr, const, size
from mips_verify.regress.rows import Rows
from mips_verify.regress.search.cegis import Grammar, Limits, search
from mips_verify.regress.shapes.affine import affine_expr, exclusive_or, fit_affine, fit_modular
from mips_verify.regress.shapes.digits import by_digits
from mips_verify.regress.shapes.lookup import as_mapping, lookups
from mips_verify.regress.shapes.separable import FitColumn, separable
from mips_verify.regress.shapes.symmetric import reduced
from mips_verify.regress.shapes.thresholds import by_thresholds

AFFINE_BANK: Final = 4_000  # expressions tried to shorten an affine answer
COLUMN_BANK: Final = 4_000  # expressions tried for a function of one column
SMALL_BANK: Final = 12_000  # expressions kept in the searches that come first
COMPARISONS: Final = 3  # cost up to which decision lists take their conditions
DECISION: Final = 11  # nodes that a decision list needs at least, or nearly
FEW: Final = 8  # target values for which a decision list is likely
DECIMAL: Final = 10
LONG: Final = 20  # nodes from which an answer is worth a large search for a shorter one


@dataclass(frozen=True, slots=True)
class Budget:
    """Work, never seconds.

    Attributes:
        max_leaves: leaves of an enumerated subexpression.
        max_expressions: expressions kept by all enumerations of one fit together.
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
        constants: numbers to use besides 0, 1 and 2; those above 1 also divide, as does one
            more than the largest target. A last shift or threshold need not be among them.
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
    if best is None:
        best = _modular(rows, grammar.moduli(rows))
        for e in _written_out(rows, grammar, budget, seed):
            best = _better(best, e.expr, e.method)
        best = _by_sum(rows, grammar, best, budget, seed)
    return _searched(rows, grammar, best, budget, seed)


def _by_sum(
    rows: Rows, grammar: Grammar, best: Fit | None, budget: Budget, seed: int
) -> Fit | None:
    """The answer, or a better one over the sum of columns that the target does not tell apart."""
    fewer = reduced(rows)
    # a comparison with a number is the least that can be said of a sum
    if fewer is None or (best is not None and best.size <= 2 * fewer.terms + 1):
        return best
    found = fit(fewer.columns, rows.target, budget=budget, constants=grammar.constants, seed=seed)
    return best if found is None else _better(best, fewer.restored(found.expr), found.method)


def _searched(
    rows: Rows, grammar: Grammar, best: Fit | None, budget: Budget, seed: int
) -> Fit | None:
    """The answer after every search that may improve it, all paid from one purse."""
    purse = budget.max_expressions
    for stage in _stages(rows, best, budget):
        if purse <= 0 or (best is not None and not stage.may_improve(best)):
            continue
        limits = Limits(
            max_cost=min(stage.max_cost, 2 * budget.max_leaves - 1),
            bank=min(stage.bank, purse),
            total=min(stage.total, purse),
            below=weight(best.expr) if best is not None else 1 << 30,
            branching=stage.method == "decision list",
        )
        found, spent = search(rows, grammar, limits, seed=seed)
        best = _better(best, found, stage.method)
        purse -= spent
    return best


@dataclass(frozen=True, slots=True)
class _Stage:
    """One search: its name and work, and which answers it may improve (by size and method)."""

    method: str
    bank: int
    total: int
    max_cost: int = 99
    worthwhile: int = 0
    over: tuple[str, ...] = ()

    def may_improve(self, best: Fit) -> bool:
        """Whether the search is worth its work beside an answer."""
        return best.size >= self.worthwhile and (not self.over or best.method in self.over)


def _stages(rows: Rows, best: Fit | None, budget: Budget) -> list[_Stage]:
    """Searches in order; decision lists come first when the target has few values."""
    if best is not None and best.method == "affine":
        return [_Stage("enumeration", AFFINE_BANK, 4 * AFFINE_BANK)]
    lists = _Stage("decision list", SMALL_BANK, SMALL_BANK, COMPARISONS, DECISION)
    small = _Stage("enumeration", SMALL_BANK, 8 * SMALL_BANK)
    large = _Stage(
        "enumeration", budget.max_expressions, budget.max_expressions, 99, LONG, ("lookup",)
    )
    if len(np.unique(rows.target)) <= FEW:
        return [lists, small, large]
    return [small, lists, large]


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


def _modular(rows: Rows, moduli: Sequence[int]) -> Fit | None:
    """An affine function modulo ``m``; modulo 2 on bits, an exclusive or."""
    names = list(rows.columns)
    best: Fit | None = None
    for m in moduli:
        coefficients = fit_modular(rows.matrix, rows.target, m)
        if coefficients is not None:
            e = Expr("mod", (affine_expr(names, coefficients), const(m)))
            best = _better(best, simplify(e), "modular")
            used = [a for a, c in zip(names, coefficients[:-1], strict=True) if c]
            if m == 2 and all(_is_bit(rows.columns[a]) for a in used):
                best = _better(best, exclusive_or(used, int(coefficients[-1]) % 2), "modular")
    return best


def _is_bit(values: Ints) -> bool:
    return bool(((values == 0) | (values == 1)).all())


def _grammar(rows: Rows, constants: Sequence[int], terms: Sequence[Expr]) -> Grammar:
    """Leaves and divisors: the given ones and what the target suggests."""
    top = int(rows.target.max()) + 1
    divisors = {2, *(c for c in constants if c > 1)}
    if 2 < top <= 64 and rows.target.min() >= 0:
        divisors.add(top)
    if len(rows.columns) == 1 and len(rows) > 2 * DECIMAL:
        divisors.add(DECIMAL)  # numbers that people wrote have decimal digits
    numbers = {0, 1, 2, *constants}
    return Grammar(tuple(sorted(numbers)), tuple(sorted(divisors)), tuple(terms))


def _written_out(rows: Rows, grammar: Grammar, budget: Budget, seed: int) -> Iterator[Fit]:
    """What needs no search: a table or memberships, digits, alone or beside another column."""
    for e in lookups(rows)[:1]:
        yield _fitted(e, "lookup")

    def fit_column(name: str, values: Ints, images: Ints) -> Expr | None:
        small = Budget(budget.max_leaves, min(budget.max_expressions, COLUMN_BANK))
        constants = grammar.constants
        found = fit({name: values}, images, budget=small, constants=constants, seed=seed)
        return None if found is None else found.expr

    yield from _of_one_column(rows, fit_column)
    if len(rows.columns) < 2:
        return
    for e in separable(rows, grammar.moduli(rows), fit_column):
        yield _fitted(simplify(e), "separable")


def _of_one_column(rows: Rows, fit_column: FitColumn) -> Iterator[Fit]:
    """A column that determines the target by thresholds, or by its digits."""
    for name, values in rows.columns.items():
        mapping = as_mapping(values, rows.target)
        if mapping is None:
            continue
        keys = np.array(list(mapping), dtype=np.int64)
        images = np.array(list(mapping.values()), dtype=np.int64)
        stairs = by_thresholds(name, keys, images)
        if stairs is not None:
            yield _fitted(stairs, "thresholds")
        for e in by_digits(name, keys, images, fit_column):
            yield _fitted(e, "digits")
