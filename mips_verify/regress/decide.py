"""Decision lists: ``p if c else q if d else r``, each condition cheap, by beam search.

Rivest, "Learning decision lists", Machine Learning 2 (1987), with conditions and leaves
taken from an enumeration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.expr import Expr, size
from mips_verify.regress.enumerate import Bank, pack
from mips_verify.regress.pool import Ints, Masks
from mips_verify.regress.separate import Found, Separator, population

LEAVES: Final = 1000  # cheapest expressions considered as branches
BRANCHES: Final = 6  # branches tried for each list
TESTS: Final = 3  # conditions tried for each branch
BEAM: Final = 4
DEPTH: Final = 8
GUARDS: Final = 4000  # cheapest conditions considered for a part of a branch


@dataclass(frozen=True, slots=True, eq=False)
class _List:
    """The beginning of a decision list and the points that it leaves open."""

    tests: tuple[tuple[Expr, Expr], ...]
    cost: int
    open: Masks

    def closed_by(self, last: Expr, cost: int) -> Found:
        """The whole list as a nested conditional."""
        result = last
        for test, branch in reversed(self.tests):
            result = Expr("if", (test, branch, result))
        return self.cost + cost, result


@dataclass(frozen=True, slots=True, eq=False)
class _Branches:
    """Stored expressions that are right somewhere, and where."""

    positions: NDArray[np.intp]
    costs: NDArray[np.int32]
    right: Masks


def decisions(bank: Bank, target: Ints) -> list[Found]:
    """Decision lists with the target's values at all points of the bank, cheapest first."""
    values = bank.ints.values[:LEAVES]
    right = pack(values == target)
    _, first = np.unique(right, axis=0, return_index=True)
    some = np.sort(first[(right[first] != 0).any(1)])
    branches = _Branches(some, bank.ints.costs()[some], right[some])
    separator = Separator.of(bank)
    beam = [_List((), 0, bank.full)]
    found: list[Found] = []
    for _ in range(DEPTH):
        longer: list[_List] = []
        for start in beam:
            last = np.flatnonzero(((start.open & ~branches.right) == 0).all(1))
            if len(last):
                e = bank.int_expr(int(branches.positions[last[0]]))
                found.append(start.closed_by(e, int(branches.costs[last[0]])))
            else:
                longer += _extended(start, branches, separator)
        beam = sorted(longer, key=lambda s: (_estimate(s, branches), s.cost))[:BEAM]
        if not beam or (found and min(f[0] for f in found) <= beam[0].cost):
            break
    return sorted(found, key=lambda f: f[0])


def _estimate(start: _List, branches: _Branches) -> float:
    """Cost so far and what the open points may still cost: one branch for each best cover."""
    rest, pieces = start.open, 0
    while rest.any() and pieces < DEPTH:
        gain = population(branches.right & rest)
        rest = rest & ~branches.right[int(np.argmax(gain / (1.0 + branches.costs)))]
        pieces += 1
    return start.cost + 5.0 * pieces


def _extended(start: _List, branches: _Branches, separator: Separator) -> list[_List]:
    """The list with one more branch."""
    bank = separator.bank
    covered = population(branches.right & start.open)
    strongest = np.lexsort((branches.costs, -covered))[:BRANCHES]
    longer = []
    for k in strongest:
        if not covered[k]:
            continue
        here, others = start.open & branches.right[k], start.open & ~branches.right[k]
        branch = bank.int_expr(int(branches.positions[k]))
        own = int(branches.costs[k]) + 1
        for cost, test in _tests(separator, here, others):
            longer.append(_List((*start.tests, (test, branch)), start.cost + own + cost, others))
        for cost, test, mask in _partial_tests(separator, here, others):
            rest = start.open & ~mask
            longer.append(_List((*start.tests, (test, branch)), start.cost + own + cost, rest))
    return longer


def _tests(separator: Separator, here: Masks, others: Masks) -> list[Found]:
    """Conditions for exactly these points."""
    found = separator.cheap(here, others)[:TESTS]
    if not found:
        joined = [*separator.conjunctions(here, others), *separator.disjunctions(here, others)]
        found = sorted(joined, key=lambda f: f[0])[:TESTS]
    return [(size(e), e) for _, e in found]


def _partial_tests(
    separator: Separator, here: Masks, others: Masks
) -> list[tuple[int, Expr, Masks]]:
    """Stored conditions true on many of these points and on none of the others."""
    masks = separator.bank.bools.values[:GUARDS]
    sound = np.flatnonzero(((masks & others) == 0).all(1))
    gain = population(masks[sound] & here)
    costs = separator.guard_costs[sound]
    best = np.argsort(-gain / (2.0 + costs), kind="stable")[:TESTS]
    return [
        (int(costs[k]), separator.bank.bool_expr(int(sound[k])), masks[sound[k]])
        for k in best
        if gain[k]
    ]
