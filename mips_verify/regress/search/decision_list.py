"""Decision lists ``p if c else q if d else r`` with cheap conditions, by beam search.

Source: Rivest, "Learning decision lists", Machine Learning 2 (1987). Conditions and branches
come from an enumeration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr, size
from mips_verify.regress.regression_budgets import (
    BEAM,
    BRANCH_TESTS,
    DEPTH,
    LIST_BRANCHES,
    LIST_LEAVES,
    PARTIAL_TESTS,
)
from mips_verify.regress.search.bank import Bank
from mips_verify.regress.search.bitsets import Masks, population
from mips_verify.regress.search.branches import Branches
from mips_verify.regress.search.conditions import Found, Separator

PIECE: Final = 5.0  # least number of nodes for one more branch


@dataclass(frozen=True, slots=True, eq=False)
class _List:
    """The first branches of a decision list, and the points that remain open.

    ``whole``: whether every condition selects all open points at which its branch is right.
    """

    tests: tuple[tuple[Expr, Expr], ...]
    cost: int
    open: Masks
    whole: bool

    def closed_by(self, last: Expr, cost: int) -> Found:
        """The list, completed by its last branch, as a nested conditional."""
        result = last
        for test, branch in reversed(self.tests):
            result = Expr("if", (test, branch, result))
        return self.cost + cost, result

    def then(self, test: Expr, branch: Expr, cost: int, rest: Masks, whole: bool) -> _List:
        """The list with one more condition and branch."""
        tests = (*self.tests, (test, branch))
        return _List(tests, self.cost + cost, rest, self.whole and whole)


def decisions(bank: Bank, target: Ints) -> list[Found]:
    """Decision lists that equal the target at all points of the bank, cheapest first."""
    branches = Branches.of(bank, target, stored=LIST_LEAVES, distinct=LIST_LEAVES)
    separator = Separator.of(bank)
    beam = [_List((), 0, bank.hash.full, whole=True)]
    found: list[Found] = []
    for _ in range(DEPTH):
        longer: list[_List] = []
        for start in beam:
            last = np.flatnonzero(((start.open & ~branches.right) == 0).all(1))
            if len(last):
                e, cost = branches.expr(last[0]), int(branches.costs[last[0]])
                found.append(start.closed_by(e, cost))
            else:
                longer += _extended(start, branches, separator)
        longer.sort(key=lambda s: (_estimate(s, branches), s.cost))
        beam = [s for s in longer if s.whole][:BEAM] + [s for s in longer if not s.whole][:BEAM]
        if not beam or (found and min(f[0] for f in found) <= min(s.cost for s in beam)):
            break
    return sorted(found, key=lambda f: f[0])


def _estimate(start: _List, branches: Branches) -> float:
    """The cost so far plus that of the branches in a greedy cover of the open points."""
    rest, pieces = start.open, 0
    while rest.any() and pieces < DEPTH:
        gain = population(branches.right & rest)
        rest = rest & ~branches.right[int(np.argmax(gain / (1.0 + branches.costs)))]
        pieces += 1
    return start.cost + PIECE * pieces


def _extended(start: _List, branches: Branches, separator: Separator) -> list[_List]:
    """Several extensions of the list by one more branch."""
    covered = population(branches.right & start.open)
    strongest = np.argsort(-covered / (1.0 + branches.costs), kind="stable")[:LIST_BRANCHES]
    longer = []
    for k in strongest[covered[strongest] > 0]:
        here, others = start.open & branches.right[k], start.open & ~branches.right[k]
        branch, own = branches.expr(k), int(branches.costs[k]) + 1
        for cost, test in _tests(separator, here, others):
            longer.append(start.then(test, branch, own + cost, others, whole=True))
        for cost, test, mask in _partial_tests(separator, here, others):
            rest = start.open & ~mask
            longer.append(start.then(test, branch, own + cost, rest, whole=False))
    return longer


def _tests(separator: Separator, here: Masks, others: Masks) -> list[Found]:
    """Conditions that are true at all points of ``here`` and at none of ``others``."""
    found = separator.cheap(here, others)[:BRANCH_TESTS]
    if not found:
        joined = [*separator.conjunctions(here, others), *separator.disjunctions(here, others)]
        found = sorted(joined, key=lambda f: f[0])[:BRANCH_TESTS]
    return [(size(e), e) for _, e in found]


def _partial_tests(
    separator: Separator, here: Masks, others: Masks
) -> list[tuple[int, Expr, Masks]]:
    """Stored conditions that are true at many points of ``here`` and at none of ``others``."""
    masks = separator.bank.bools.values[:PARTIAL_TESTS]
    sound = np.flatnonzero(((masks & others) == 0).all(1))
    gain = population(masks[sound] & here)
    costs = separator.guard_costs[sound]
    best = np.argsort(-gain / (2.0 + costs), kind="stable")[:BRANCH_TESTS]
    return [
        (int(costs[k]), separator.bank.bool_expr(int(sound[k])), masks[sound[k]])
        for k in best
        if gain[k]
    ]
