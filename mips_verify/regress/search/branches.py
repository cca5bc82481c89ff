"""Expressions that are right at some of the points: candidates for branches of conditionals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints, first_of_each
from mips_verify.kernel.expr import Expr, const
from mips_verify.regress.regression_budgets import BRANCH_LEVELS
from mips_verify.regress.search.bank import Bank
from mips_verify.regress.search.bitsets import Masks, pack


@dataclass(frozen=True, slots=True, eq=False)
class Branches:
    """For each set of points, the cheapest expression that is right at exactly these points.

    Attributes:
        bank: the bank that stores the expressions.
        positions: positions in ``bank.ints``; ``-1 - v`` for the ``v``-th of ``levels``.
        levels: constants that the bank may lack.
        costs: costs of the expressions, increasing, shape ``(n,)``.
        right: the points at which each expression is right, shape ``(n, words)``.
    """

    bank: Bank
    positions: NDArray[np.intp]
    levels: Ints
    costs: NDArray[np.int32]
    right: Masks

    @staticmethod
    def of(bank: Bank, target: Ints, *, stored: int, distinct: int) -> Branches:
        """Branches for at most ``distinct`` sets of points, from the first ``stored`` expressions.

        Target values are offered as constants too, unless there are many.
        """
        levels = np.unique(target)
        levels = levels[: BRANCH_LEVELS if len(levels) <= BRANCH_LEVELS else 0]
        constants = pack(levels[:, None] == target[None])
        masks = np.concatenate([constants, pack(bank.ints.values[:stored] == target)])
        costs = np.concatenate([np.ones(len(levels), np.int32), bank.ints.costs()[:stored]])
        stored = len(costs) - len(levels)
        positions = np.concatenate([-1 - np.arange(len(levels)), np.arange(stored)])
        order = np.argsort(costs, kind="stable")
        order = order[(masks[order] != 0).any(1)]
        kept = order[first_of_each(masks[order])][:distinct]
        return Branches(bank, positions[kept], levels, costs[kept], masks[kept])

    def expr(self, k: int) -> Expr:
        """The expression of a branch."""
        position = int(self.positions[k])
        if position < 0:
            return const(int(self.levels[-1 - position]))
        return self.bank.int_expr(position)
