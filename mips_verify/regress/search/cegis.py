"""Counterexample-guided search: enumerate on a few points, check on all rows, repeat.

The points correspond to the concrete inputs in Solar-Lezama et al., "Combinatorial sketching
for finite programs", ASPLOS 2006.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.batch import evaluate_batch
from mips_verify.algebra.readability import rank, weight
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import Expr, const, size, var
from mips_verify.regress.regression_budgets import IMPROVING, LESSONS, ROUNDS, SHORTLIST, TINY_BANK
from mips_verify.regress.rows import Rows
from mips_verify.regress.search.bank import Bank, Leaf
from mips_verify.regress.search.conditions import Found
from mips_verify.regress.search.decision_list import decisions
from mips_verify.regress.search.last_operator import solutions

SLACK: Final = 2  # nodes that simplifying a candidate may remove
TERM_COST: Final = 2  # the layer that contains the given subexpressions


@dataclass(frozen=True, slots=True)
class Grammar:
    """The parts of expressions other than columns.

    Attributes:
        constants: numbers used as leaves.
        divisors: divisors for ``//`` and ``%``.
        terms: subexpressions over the columns, used as leaves.
    """

    constants: tuple[int, ...]
    divisors: tuple[int, ...]
    terms: tuple[Expr, ...] = ()

    def moduli(self, rows: Rows) -> tuple[int, ...]:
        """The divisors that can have the target as a remainder."""
        if rows.target.min() < 0:
            return ()
        return tuple(m for m in self.divisors if m > rows.target.max())

    def leaves(self, rows: Rows, points: NDArray[np.intp]) -> list[Leaf]:
        """The leaves, evaluated at some of the rows."""
        columns = {a: v[points] for a, v in rows.columns.items()}
        found = [Leaf(var(a), v) for a, v in columns.items()]
        found += [Leaf(const(c), np.full(len(points), c)) for c in self.constants]
        found += [Leaf(e, evaluate_batch(e, columns), TERM_COST) for e in self.terms]
        return found


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one search.

    Attributes:
        max_cost: most layers of the enumeration.
        bank: most expressions kept in one enumeration.
        total: most expressions kept in all rounds together.
        below: only expressions with fewer nodes are wanted.
        branching: whether to search only for decision lists, over the whole bank.
    """

    max_cost: int
    bank: int
    total: int
    below: int = 1 << 30
    branching: bool = False


def search(rows: Rows, grammar: Grammar, limits: Limits, *, seed: int) -> tuple[Expr | None, int]:
    """The best expression found within the limits that is right on every row.

    Args:
        rows: the table.
        grammar: leaves and divisors.
        limits: limits on the work.
        seed: seed of the choice of points.

    Returns:
        The expression or ``None``, and the number of expressions kept during the search.
    """
    rng = np.random.default_rng(seed)
    points = rows.first_points(rng)
    spent = first_cost = 0
    for _ in range(ROUNDS):
        if spent >= limits.total:
            break
        room = replace(limits, bank=min(limits.bank, limits.total - spent))
        bank, right, lessons = _round(rows, grammar, points, room, first_cost)
        spent += len(bank)
        if right is not None or not len(lessons):
            return right, spent
        points = np.union1d(points, lessons)
        # the points refute all cheaper expressions
        first_cost = bank.cost
    return None, spent


def _round(
    rows: Rows, grammar: Grammar, points: NDArray[np.intp], limits: Limits, first_cost: int
) -> tuple[Bank, Expr | None, NDArray[np.intp]]:
    """One enumeration: returns an expression right on all rows, or rows that refute the best."""
    target = rows.target[points]
    bound = 4 * int(np.abs(rows.target).max(initial=0)) + 64
    bank = Bank(
        grammar.leaves(rows, points),
        divisors=grammar.divisors,
        bound=max(bound, 1 << 12),
        max_expressions=limits.bank,
    )
    best: Expr | None = None
    while True:
        last = _spent(bank, limits, best)
        wanted = limits.below if best is None else weight(best) + 1
        found: list[Found] = []
        if limits.branching:
            found = decisions(bank, target) if last else []
        elif bank.cost >= first_cost:
            found = solutions(bank, target, grammar.divisors, wanted + SLACK)
        right, lessons = _checked(rows, found, wanted)
        if right is not None and (best is None or rank(right) < rank(best)):
            best = right
        elif best is None and len(lessons):
            return bank, None, lessons
        if last or _complete(bank, limits.below if best is None else weight(best)):
            return bank, best, np.zeros(0, dtype=np.intp)
        bank.grow()


def _complete(bank: Bank, limit: int) -> bool:
    """Whether all shorter expressions were tried and, in a small bank, all equally short ones."""
    return bank.cost + 2 >= limit and (bank.cost >= limit or len(bank) > TINY_BANK)


def _spent(bank: Bank, limits: Limits, best: Expr | None) -> bool:
    """Whether this bank should not grow further."""
    return (
        bank.exhausted
        or bank.cost >= limits.max_cost
        or (best is not None and len(bank) > IMPROVING)
    )


def _checked(
    rows: Rows, found: Sequence[Found], below: int
) -> tuple[Expr | None, NDArray[np.intp]]:
    """The best candidate that is right on all rows, or rows on which the best ones are wrong."""
    likely = [e for cost, e in found if cost < below + SLACK][: 2 * SHORTLIST]
    short = {simplify(e): None for e in likely}
    candidates = sorted((e for e in short if size(e) < below), key=rank)[:SHORTLIST]
    lessons: list[NDArray[np.intp]] = []
    for e in candidates:
        wrong = rows.wrong(e)
        if not len(wrong):
            return e, np.zeros(0, dtype=np.intp)
        if len(lessons) < LESSONS:
            spread = np.linspace(0, len(wrong) - 1, 3).astype(np.intp)
            lessons.append(wrong[spread])
    return None, np.unique(np.concatenate(lessons)) if lessons else np.zeros(0, dtype=np.intp)
