"""Conditions that are true at given points and false at others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import first_of_each
from mips_verify.algebra.simplify import complement
from mips_verify.kernel.expr import Expr, conjoin, const
from mips_verify.regress.regression_budgets import (
    CONJUNCTS,
    COVER,
    COVER_STARTS,
    HITS,
    OPERANDS,
    SIDES,
)
from mips_verify.regress.search.bank import Bank
from mips_verify.regress.search.bitsets import Masks, population, unpack

FILTER: Final = 10  # points at which all pairs are compared; then only remaining pairs are
WINDOW: Final = 64  # widest range of values of a membership: the bits of a word

UNLIMITED: Final = 1 << 30

Found = tuple[int, Expr]


@dataclass(frozen=True, slots=True, eq=False)
class Separator:
    """Finds conditions over the expressions of a bank.

    Attributes:
        bank: the expressions that conditions are built from.
        costs: the costs of ``bank.ints``, shape ``(n,)``.
        guard_costs: the costs of ``bank.bools``.
        limit: only conditions with a lower cost are wanted.
    """

    bank: Bank
    costs: NDArray[np.int32]
    guard_costs: NDArray[np.int32]
    limit: int = UNLIMITED

    @staticmethod
    def of(bank: Bank, limit: int = UNLIMITED) -> Separator:
        """The separator for the current content of a bank."""
        return Separator(bank, bank.ints.costs(), bank.bools.costs(), limit)

    def within(self, limit: int) -> Separator:
        """The same separator with another limit."""
        return replace(self, limit=limit)

    def separate(self, true: Masks, false: Masks) -> list[Found]:
        """Conditions that are true at all points of ``true`` and false at all points of ``false``.

        Other points do not matter. Masks are single rows, shape ``(words,)``, both non-empty.

        Returns:
            Pairs of cost and condition, cheapest first.
        """
        found = [*self._known(true, false), *self._with_constant(true, false)]
        found += self._equalities(true, false)
        found += self._orders(true, false)
        found += self.conjunctions(true, false)
        found += self.disjunctions(true, false)
        return sorted(found, key=lambda f: f[0])

    def cheap(self, true: Masks, false: Masks) -> list[Found]:
        """Like :meth:`separate`, but only with stored conditions and comparisons with constants."""
        found = [*self._known(true, false), *self._with_constant(true, false)]
        return sorted(found, key=lambda f: f[0])

    def _points(self, mask: Masks) -> NDArray[np.intp]:
        return np.flatnonzero(unpack(mask[None], self.bank.points)[0])

    def _known(self, true: Masks, false: Masks) -> Iterator[Found]:
        masks = self.bank.bools.values
        good = ((~masks & true) == 0).all(1) & ((masks & false) == 0).all(1)
        for i in cheapest(self.guard_costs, np.flatnonzero(good), self.limit):
            yield int(self.guard_costs[i]), self.bank.bool_expr(int(i))

    def _with_constant(self, true: Masks, false: Masks) -> Iterator[Found]:
        """Comparisons with any constant, and memberships."""
        values = self.bank.ints.values[:OPERANDS]
        inside, outside = values[:, self._points(true)], values[:, self._points(false)]
        low_in, high_in = inside.min(1), inside.max(1)
        low_out, high_out = outside.min(1), outside.max(1)
        cuts = (
            (high_in < low_out, "le", high_in),
            (high_in < low_out, "lt", low_out),
            (low_in > high_out, "ge", low_in),
            (low_in > high_out, "gt", high_out),
            ((low_in == high_in) & (outside != low_in[:, None]).all(1), "eq", low_in),
            ((low_out == high_out) & (inside != low_out[:, None]).all(1), "ne", low_out),
        )
        for good, op, number in cuts:
            for i in cheapest(self.costs, np.flatnonzero(good), self.limit - 2):
                sides = (self.bank.int_expr(int(i)), const(int(number[i])))
                yield int(self.costs[i]) + 2, Expr(op, sides)
        yield from self._memberships(inside, outside)

    def _memberships(self, inside: NDArray[Any], outside: NDArray[Any]) -> Iterator[Found]:
        """Memberships ``e in values``, for expressions that share no value between the two sets."""
        low = np.minimum(inside.min(1), outside.min(1))
        high = np.maximum(inside.max(1), outside.max(1))
        narrow = np.flatnonzero(high - low < WINDOW)
        mine = _occupied(inside[narrow] - low[narrow, None])
        theirs = _occupied(outside[narrow] - low[narrow, None])
        disjoint = narrow[(mine & theirs) == 0]
        for i in cheapest(self.costs, disjoint, self.limit - 3):
            member = self.bank.int_expr(int(i))
            for values, negated in ((inside[i], False), (outside[i], True)):
                entries = tuple(int(v) for v in np.unique(values))
                e = Expr("in", (member,), entries)
                cost = int(self.costs[i]) + 1 + len(entries) + negated
                yield cost, complement(e) if negated else e

    def _equalities(self, true: Masks, false: Masks) -> Iterator[Found]:
        """``a == b`` and ``a != b``, for expressions that agree on one set, found by hashes."""
        for mine, theirs, op in ((true, false, "eq"), (false, true, "ne")):
            agree, differ = self._points(mine), self._points(theirs)
            if len(agree) < 2:
                continue
            values = self.bank.ints.values[:OPERANDS]
            keys = self.bank.hash.at(values, agree)
            order = np.argsort(keys, kind="stable")
            hits = 0
            for step in range(1, 5):  # compare neighbours in the order of hashes
                same = np.flatnonzero(keys[order[step:]] == keys[order[:-step]])
                p, q = order[same], order[same + step]
                apart = (values[p][:, differ] != values[q][:, differ]).all(1)
                cost = self.costs[p[apart]] + self.costs[q[apart]] + 1
                for k in cheapest(cost, np.arange(len(cost)), self.limit):
                    a, b = sorted((int(p[apart][k]), int(q[apart][k])))
                    yield (
                        int(cost[k]),
                        Expr(op, (self.bank.int_expr(a), self.bank.int_expr(b))),
                    )
                    hits += 1
            if hits >= HITS:
                return

    def _orders(self, true: Masks, false: Masks) -> Iterator[Found]:
        """``a < b`` and ``a <= b`` among the cheapest expressions."""
        if self.limit <= 3:
            return
        columns = np.ascontiguousarray(self.bank.ints.values[:SIDES].T)
        above, below = self._points(true), self._points(false)
        for op, holds, fails in (
            ("lt", np.less, np.greater_equal),
            ("le", np.less_equal, np.greater),
        ):
            relations = [(holds, k) for k in above] + [(fails, k) for k in below]
            # a few points are tested for all pairs, the others only for pairs that remain
            relations = relations[::-2] + relations[-2::-2]
            good = np.ones((columns.shape[1],) * 2, dtype=np.bool_)
            for relation, k in relations[:FILTER]:
                good &= relation(columns[k][:, None], columns[k][None, :])
            a, b = np.nonzero(good)
            for relation, k in relations[FILTER:]:
                kept = relation(columns[k, a], columns[k, b])
                a, b = a[kept], b[kept]
            cost = self.costs[a] + self.costs[b] + 1
            for k in cheapest(cost, np.arange(len(cost)), self.limit):
                sides = (self.bank.int_expr(int(a[k])), self.bank.int_expr(int(b[k])))
                yield int(cost[k]), Expr(op, sides)

    def conjunctions(self, true: Masks, false: Masks) -> Iterator[Found]:
        """Conjunctions of stored conditions that are true on ``true``, by weighted set cover."""
        if self.limit <= 7:  # the cost of two comparisons
            return
        masks = self.bank.bools.values
        holds = np.flatnonzero(((~masks & true) == 0).all(1))[: 8 * CONJUNCTS]
        excluded = ~masks[holds] & false
        first = first_of_each(excluded)[:CONJUNCTS]
        holds, excluded = holds[first], excluded[first]
        some = (excluded != 0).any(1)
        holds, excluded = holds[some], excluded[some]
        if not len(holds):
            return
        costs = self.guard_costs[holds]
        for chosen in (*_pair_covers(excluded, costs, false), *_greedy(excluded, costs, false)):
            cost = int(costs[list(chosen)].sum()) + len(chosen) - 1
            if cost < self.limit:
                yield cost, conjoin([self.bank.bool_expr(int(holds[k])) for k in chosen])

    def disjunctions(self, true: Masks, false: Masks) -> Iterator[Found]:
        """Disjunctions that are true on ``true``: negated conjunctions for ``false``."""
        for cost, e in self.conjunctions(false, true):
            yield cost, complement(e)


def cheapest(cost: NDArray[Any], good: NDArray[np.intp], limit: int) -> NDArray[np.intp]:
    """The :data:`HITS` cheapest of the indices ``good``, below a limit; on ties, the earlier."""
    good = good[cost[good] < limit]
    return good[np.argsort(cost[good], kind="stable")[:HITS]]


def _occupied(values: NDArray[Any]) -> Masks:
    """The set of values, from 0 to 63, that occur in each row, as bits."""
    bits = np.left_shift(np.uint64(1), values.astype(np.uint64))
    return np.asarray(np.bitwise_or.reduce(bits, axis=1))


def _pair_covers(
    excluded: Masks, costs: NDArray[np.int32], false: Masks
) -> Iterator[tuple[int, ...]]:
    """The cheapest pairs of conditions that together exclude all false points."""
    best: list[tuple[int, int, int]] = []
    step = max(1, (1 << 18) // max(1, len(costs)))
    for start in range(0, len(costs), step):
        rows = slice(start, start + step)
        union = excluded[rows, None] | excluded[None]
        i, j = np.nonzero((union == false).all(2))
        i = i + start
        total = costs[i] + costs[j]
        first = np.argsort(total, kind="stable")[:HITS]
        best += zip(total[first].tolist(), i[first].tolist(), j[first].tolist(), strict=True)
    for _, p, q in sorted(best)[: 2 * HITS]:
        if p < q:
            yield p, q


def _greedy(excluded: Masks, costs: NDArray[np.int32], false: Masks) -> Iterator[tuple[int, ...]]:
    """Greedy covers that start with one of the strongest conditions, without redundant members."""
    starts = np.lexsort((costs, -population(excluded)))[:COVER_STARTS]
    seen: set[tuple[int, ...]] = set()
    for start in starts:
        chosen = [int(start)]
        rest = false & ~excluded[start]
        while rest.any() and len(chosen) < COVER:
            gain = population(excluded & rest)
            k = int(np.argmax(gain / (1.0 + costs)))
            if gain[k] == 0:
                break
            chosen.append(k)
            rest = rest & ~excluded[k]
        if rest.any():
            continue
        cover = tuple(sorted(_thinned(chosen, excluded, false)))
        if cover not in seen and len(cover) > 1:
            seen.add(cover)
            yield cover


def _thinned(chosen: list[int], excluded: Masks, false: Masks) -> list[int]:
    """The cover without members that are redundant, given the others."""
    for k in list(chosen):
        others = [j for j in chosen if j != k]
        if others and (np.bitwise_or.reduce(excluded[others], axis=0) == false).all():
            chosen = others
    return chosen
