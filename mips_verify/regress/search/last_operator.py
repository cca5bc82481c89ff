"""Solving for the last operator: finding two stored expressions that it joins to the target.

Enumeration up to cost ``k`` reaches expressions of cost ``k``. Computing, for each stored
expression, what the *other* argument must be reaches a cost of about ``2k + 1``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints, first_of_each
from mips_verify.kernel.expr import Expr, const
from mips_verify.regress.regression_budgets import (
    BRANCH_PAIRS,
    FREE_DIVISORS,
    HITS,
    MAX_MODULUS,
    OPERANDS,
    RIGHT_SETS,
    THOROUGH,
)
from mips_verify.regress.search.bank import Bank
from mips_verify.regress.search.bitsets import are_bits, mask_of, pack
from mips_verify.regress.search.branches import Branches
from mips_verify.regress.search.conditions import UNLIMITED, Found, Separator, cheapest

FACTORS: Final = (2, 3, -1, -2)  # factors tried for one of two terms of a sum


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """A bank and the target values at its points, shape ``(p,)``."""

    bank: Bank
    target: Ints
    costs: NDArray[np.int32]
    order: NDArray[np.intp]
    sorted_keys: Ints
    columns: NDArray[Any]  # the stored values point by point, shape (p, n)
    limit: int  # only solutions with a lower cost are wanted

    @staticmethod
    def of(bank: Bank, target: Ints, limit: int) -> Goal:
        """The goal for the current content of a bank."""
        order = np.argsort(bank.ints.keys, kind="stable")
        columns, keys = np.ascontiguousarray(bank.ints.values.T), bank.ints.keys[order]
        return Goal(bank, target, bank.ints.costs(), order, keys, columns, limit)

    def positions(self, keys: Ints) -> NDArray[np.intp]:
        """The position of the stored expression with each key, or -1."""
        at = np.searchsorted(self.sorted_keys, keys)
        at[at == len(self.sorted_keys)] = 0
        return np.where(self.sorted_keys[at] == keys, self.order[at], -1)

    def expr(self, position: int) -> Expr:
        """The stored expression at a position."""
        return self.bank.int_expr(int(position))


def solutions(
    bank: Bank, target: Ints, divisors: tuple[int, ...], limit: int = UNLIMITED
) -> list[Found]:
    """Expressions that equal the target at all points of the bank, cheapest first.

    Args:
        bank: the stored expressions.
        target: int64, shape ``(p,)``.
        divisors: numbers to try for a last ``%`` or ``//``.
        limit: only solutions with a lower cost are wanted.
    """
    if not len(bank.ints):
        return []
    goal = Goal.of(bank, target, limit)
    found = [*_direct(goal), *_sums(goal), *_shifts(goal), *_products(goal)]
    for d in divisors:
        found += [*_divisions(goal, d, len(bank.ints)), *_modular_sums(goal, d)]
    for d in FREE_DIVISORS:
        if d not in divisors:
            found += _divisions(goal, d, OPERANDS)
    separator = Separator.of(bank, limit - 1)
    if set(np.unique(target)) == {0, 1}:
        found += _bit_operators(goal)
        ones = mask_of(target == 1)
        parts = separator.separate(ones, ones ^ bank.hash.full)
        found += [(cost + 1, Expr("int", (e,))) for cost, e in parts]
    found += [*_extremes(goal), *_branches(goal, separator)]
    return sorted(found, key=lambda f: f[0])


def _direct(goal: Goal) -> Iterator[Found]:
    key = goal.bank.hash.of_values(goal.target)
    for wanted, op in ((key, ""), (-key, "neg")):
        for i in np.flatnonzero(goal.bank.ints.keys == wanted)[:1]:
            e, cost = goal.expr(i), int(goal.costs[i])
            yield (cost, e) if not op else (cost + 1, Expr("neg", (e,)))
    if (goal.target >= 0).all():
        good = _matching(np.abs, goal.columns, goal.target)
        for i in cheapest(goal.costs, good, goal.limit - 1):
            yield int(goal.costs[i]) + 1, Expr("abs", (goal.expr(i),))


def _matching(
    function: Any, columns: NDArray[Any], target: Ints, stored: int | None = None
) -> NDArray[np.intp]:
    """Stored expressions that a function maps to the target, filtered point by point."""
    alive: NDArray[np.intp] | None = None
    for column, wanted in zip(columns, target, strict=True):
        if alive is None:
            alive = np.flatnonzero(function(column[:stored]) == wanted)
        elif not len(alive):
            break
        else:
            alive = alive[function(column[alive]) == wanted]
    return np.zeros(0, dtype=np.intp) if alive is None else alive


def _sums(goal: Goal) -> Iterator[Found]:
    """``a + b``, ``b - a`` and ``k*a + b``."""
    key, keys, costs = goal.bank.hash.of_values(goal.target), goal.bank.ints.keys, goal.costs
    for factor in (1, *FACTORS):
        partner = goal.positions(key - factor * keys)
        good = np.flatnonzero(partner >= 0)
        if factor == 1:
            good = good[good <= partner[good]]
        extra = 1 if abs(factor) == 1 else 3
        cost = costs + costs[partner] + extra
        for i in cheapest(cost, good, goal.limit):
            a, b = goal.expr(i), goal.expr(partner[i])
            term = a if abs(factor) == 1 else Expr("mul", (const(abs(factor)), a))
            yield int(cost[i]), (Expr("add", (b, term)) if factor > 0 else Expr("sub", (b, term)))


def _shifts(goal: Goal) -> Iterator[Found]:
    """``k*a + c`` with any c, by hashes of the differences to the value at the first point."""
    values, bank = goal.bank.ints.values, goal.bank
    one = bank.hash.of_values(np.ones(bank.points, dtype=np.int64))
    centred = bank.ints.keys - values[:, 0] * one
    wanted = bank.hash.of_values(goal.target) - goal.target[0] * one
    if wanted == 0:
        return
    for k in (1, -1, 2, -2, 3, -3, 4, 5, 6, 7, 8, 9, 10):
        good = np.flatnonzero(k * centred == wanted)
        for i in cheapest(goal.costs, good, goal.limit - (2 if abs(k) == 1 else 4)):
            c = int(goal.target[0] - k * int(values[i, 0]))
            e = goal.expr(i)
            term = e if abs(k) == 1 else Expr("mul", (const(abs(k)), e))
            op, sides = ("add", (term, const(c))) if k > 0 else ("sub", (const(c), term))
            yield int(goal.costs[i]) + (2 if abs(k) == 1 else 4), Expr(op, sides)


def _products(goal: Goal) -> Iterator[Found]:
    """``a * b``: find b as the quotient of target and a; if a is 0 somewhere, b is free there."""
    values, target = goal.bank.ints.values, goal.target
    zero = target == 0
    divides = np.arange(len(values))
    for k in np.flatnonzero(~zero):
        column = values[divides, k]
        safe = np.where(column == 0, 1, column)
        divides = divides[(column != 0) & (target[k] % safe == 0)]
    free = (values[divides][:, zero] == 0).any(1)
    whole = divides[~free]
    if len(whole):
        quotient = target // values[whole]
        partner = goal.positions(goal.bank.hash.of_values(quotient))
        good = np.flatnonzero(partner >= 0)
        cost = goal.costs[whole] + goal.costs[partner] + 1
        for i in cheapest(cost, good, goal.limit):
            a, b = goal.expr(whole[i]), goal.expr(partner[i])
            yield int(cost[i]), Expr("mul", (b, a))
    yield from _partial_products(goal, divides[free][: 4 * HITS])


def _partial_products(goal: Goal, factors: NDArray[np.intp]) -> Iterator[Found]:
    """``a * b`` for factors a with zeros, by comparing at the other points only."""
    values = goal.bank.ints.values
    for i in factors:
        need = np.flatnonzero(values[i] != 0)
        quotient = goal.target[need] // values[i, need]
        good = _matching(lambda v: v, goal.columns[need], quotient)
        for j in good[:2]:
            pair = (goal.expr(j), goal.expr(i))
            yield int(goal.costs[i] + goal.costs[j]) + 1, Expr("mul", pair)


def _bit_operators(goal: Goal) -> Iterator[Found]:
    """``a ^ b``, ``a & b`` and ``a | b`` of stored expressions with only the values 0 and 1."""
    values, target = goal.bank.ints.values, goal.target
    bits = np.flatnonzero(are_bits(values))
    partner = goal.positions(goal.bank.hash.of_values(values[bits] ^ target))
    pairs = [("bitxor", bits, partner)]
    masks, wanted = pack(values[bits] == 1), pack((target == 1)[None])[0]
    for op, sound in (
        ("bitand", ((~masks & wanted) == 0).all(1)),
        ("bitor", ((masks & ~wanted) == 0).all(1)),
    ):
        some = np.flatnonzero(sound)[:RIGHT_SETS]
        here, there = masks[some, None], masks[None, some]
        joined = here & there if op == "bitand" else here | there
        p, q = np.nonzero((joined == wanted).all(2))
        pairs.append((op, bits[some[p]], bits[some[q]]))
    for op, a, b in pairs:
        cost = goal.costs[a] + goal.costs[b] + 1
        good = np.flatnonzero((b >= 0) & (a < b))
        for i in cheapest(cost, good, goal.limit):
            yield int(cost[i]), Expr(op, (goal.expr(a[i]), goal.expr(b[i])))


def _divisions(goal: Goal, d: int, stored: int) -> Iterator[Found]:
    """``a % d`` and ``a // d`` of the cheapest stored expressions."""
    operators: list[tuple[str, Any]] = [("floordiv", np.floor_divide)]
    if goal.target.min() >= 0 and goal.target.max() < d:
        operators.append(("mod", np.mod))
    for op, function in operators:
        good = _matching(lambda v, f=function: f(v, d), goal.columns, goal.target, stored)
        for i in cheapest(goal.costs, good, goal.limit - 1):
            yield int(goal.costs[i]) + 2, Expr(op, (goal.expr(i), const(d)))


def _modular_sums(goal: Goal, m: int) -> Iterator[Found]:
    """``(a + b) % m`` and ``(b - a) % m`` by a hash that is linear modulo m."""
    target = goal.target
    if target.min() < 0 or target.max() >= m or m > MAX_MODULUS:
        return
    digits = int(42 / np.log2(m))
    rng = np.random.default_rng(m)
    # the type is wide enough for exact sums of products below m * m
    exact: Any = np.float32 if goal.bank.points * m * m < 1 << 24 else np.float64
    weights = rng.integers(0, m, size=(goal.bank.points, digits)).astype(exact)
    values = goal.bank.ints.values
    reduced = (values - values // m * m).astype(exact)
    residues = (reduced @ weights).astype(np.int64) % m
    wanted = (target.astype(exact) @ weights).astype(np.int64) % m
    place = m ** np.arange(digits, dtype=np.int64)
    packed = residues @ place
    order = np.argsort(packed, kind="stable")  # of equal keys, the cheapest comes first
    ordered = packed[order]
    for sign, op in ((-1, "add"), (1, "sub")):
        need = ((wanted + sign * residues) % m) @ place
        at = np.searchsorted(ordered, need)
        at[at == len(order)] = 0
        partner = order[at]
        good = np.flatnonzero(packed[partner] == need)
        cost = goal.costs + goal.costs[partner] + 3
        for i in cheapest(cost, good, goal.limit):
            total = Expr(op, (goal.expr(partner[i]), goal.expr(i)))
            yield int(cost[i]), Expr("mod", (total, const(m)))


def _branches(goal: Goal, separator: Separator) -> Iterator[Found]:
    """``p if c else q`` from two branches such that one of them is right at each point."""
    branches = Branches.of(goal.bank, goal.target, stored=len(goal.costs), distinct=RIGHT_SETS)
    masks = branches.right
    p, q = np.nonzero(((masks[:, None] | masks[None]) == goal.bank.hash.full).all(2))
    p, q = p[p < q], q[p < q]
    cost = branches.costs[p] + branches.costs[q]
    for n, k in enumerate(np.argsort(cost, kind="stable")[:BRANCH_PAIRS]):
        only_p, only_q = masks[p[k]] & ~masks[q[k]], masks[q[k]] & ~masks[p[k]]
        room = goal.limit - int(cost[k]) - 1
        if room <= 3 or not only_p.any() or not only_q.any():
            continue
        e, f = branches.expr(p[k]), branches.expr(q[k])
        inner = separator.within(room)
        seek = inner.separate if n < THOROUGH else inner.cheap
        for c, test in seek(only_p, only_q)[:HITS]:
            yield int(cost[k]) + c + 1, Expr("if", (test, e, f))


def _extremes(goal: Goal) -> Iterator[Found]:
    """``max(a, b)`` and ``min(a, b)``, where a or b equals the target at each point."""
    values, target = goal.bank.ints.values, goal.target
    for op, relation in (("max", np.less_equal), ("min", np.greater_equal)):
        inside = np.flatnonzero(relation(values, target).all(1))
        masks = pack(values[inside] == target)
        first = first_of_each(masks)[:RIGHT_SETS]
        inside, masks = inside[first], masks[first]
        p, q = np.nonzero(((masks[:, None] | masks[None]) == goal.bank.hash.full).all(2))
        cost = goal.costs[inside[p]] + goal.costs[inside[q]] + 1
        for k in cheapest(cost, np.flatnonzero(p < q), goal.limit):
            yield int(cost[k]), Expr(op, (goal.expr(inside[p[k]]), goal.expr(inside[q[k]])))
