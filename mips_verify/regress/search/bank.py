"""A bank of expressions: bottom-up enumeration with observational equivalence.

Expressions are built in layers of equal cost (syntax-tree nodes) and evaluated at fixed points.
Of those with equal values, only the first is kept (Albarghouthi, Gulwani and Kincaid,
"Recursive program synthesis", CAV 2013; Udupa et al., TRANSIT, PLDI 2013).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import BINARY
from mips_verify.kernel.expr import Expr, const
from mips_verify.regress.regression_budgets import DEFAULT, RAW_PER_EXPRESSION, VALUE_MEMORY
from mips_verify.regress.search.bitsets import Masks, pack, unpack
from mips_verify.regress.search.candidates import Block, Candidates
from mips_verify.regress.search.storage import LEAF, Origin, Pool
from mips_verify.regress.search.vector_hash import VectorHash
from mips_verify.work import spend

OPERATORS: Final = (
    "add", "sub", "mul", "mod", "floordiv", "bitand", "bitor", "bitxor", "abs", "min", "max",
    "int", "neg", "if", "eq", "ne", "lt", "ge", "gt", "le", "and", "or",
)  # fmt: skip
_CODE: Final = {op: i for i, op in enumerate(OPERATORS)}


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A building block of expressions: a variable, a constant, or a shared subterm.

    Attributes:
        expr: the expression of the leaf.
        values: its value at each point, shape ``(p,)``.
        cost: the layer that contains the leaf; for a subterm this may be less than its size.
    """

    expr: Expr
    values: Ints
    cost: int = 1


class Bank:
    """All expressions up to :attr:`cost` over the points of the leaves.

    Attributes:
        ints: integer expressions; ``values`` holds rows of ``p`` integers.
        bools: conditions that are neither always true nor always false; ``values`` holds
            bit masks over the points, 64 per word, first point lowest.
        hash: the hash of values and masks.
        cost: the last layer.
        work: candidates formed so far.
        exhausted: whether the budget cut the last layer short.
    """

    def __init__(
        self,
        leaves: Sequence[Leaf],
        *,
        divisors: Sequence[int] = (),
        bound: int = 1 << 12,
        max_expressions: int = DEFAULT.max_expressions,
    ) -> None:
        """Start with the leaves of cost 1.

        Args:
            leaves: at least one leaf; all have the same points.
            divisors: constants above 1 for ``//`` and ``%``.
            bound: expressions with a larger absolute value at some point are dropped.
            max_expressions: most expressions kept; a memory limit may lower it.
        """
        self.leaves = tuple(leaves)
        self.points = len(leaves[0].values)
        largest = max(int(np.abs(leaf.values).max(initial=0)) for leaf in leaves)
        self.bound = max(bound, largest)
        narrow = self.bound <= 1 << 15  # then products of two values fit in int32
        self.dtype = np.int32 if narrow else np.int64
        self.budget = min(max_expressions, VALUE_MEMORY // (self.points * (4 if narrow else 8)))
        self.hash = VectorHash.over(self.points)
        self.ints = Pool(self.points, self.dtype)
        self.bools = Pool(len(self.hash.full), np.uint64)
        used = sorted({d for d in divisors if d > 1})
        numbered = tuple((d, self._constant_leaf(d)) for d in used)
        self._candidates = Candidates(self.ints, self.bools, self.hash, numbered, self.budget)
        self.work = self.cost = 0
        self.exhausted = False
        self.grow()

    def _constant_leaf(self, value: int) -> int:
        """The index of the leaf for this constant, which is added if missing."""
        for i, leaf in enumerate(self.leaves):
            if leaf.expr == const(value):
                return i
        values = np.full(self.points, value, dtype=np.int64)
        self.leaves += (Leaf(const(value), values, cost=-1),)
        return len(self.leaves) - 1

    def __len__(self) -> int:
        return len(self.ints) + len(self.bools)

    def grow(self) -> None:
        """Add the next layer, or the part of it that the budget allows."""
        cost = self.cost + 1
        bools = self._collect(self.bools, self._candidates.of_bools(cost))
        ints = self._collect(self.ints, self._candidates.of_ints(cost))
        self._close_bools(*bools)
        self._close_ints(cost, *ints)
        self.cost = cost

    def _collect(self, pool: Pool, blocks: Iterator[Block]) -> tuple[Ints, Origin]:
        """Keys and origins of the new candidates; of those with equal keys, only the first."""
        keys: list[Ints] = [np.zeros(0, dtype=np.int64)]
        origins = [Origin.of(LEAF, np.zeros(0))]
        for block in blocks:
            if self.exhausted:
                break
            flat = np.ascontiguousarray(block.keys).ravel()
            self.work += len(flat)
            spend(len(flat))
            self.exhausted = self.work > RAW_PER_EXPRESSION * self.budget
            fresh = pool.not_recent(flat)
            where = np.unravel_index(fresh, block.keys.shape)
            arguments = [a[i] for a, i in zip(block.arguments, where, strict=True)]
            keys.append(flat[fresh])
            origins.append(Origin.of(_CODE[block.op], *arguments))
        every = np.concatenate(keys)
        unique, at = np.unique(every, return_index=True)
        at = np.sort(at[pool.unseen(unique)])
        return every[at], Origin.concatenate(origins)[at]

    def _trim(self, count: int) -> int:
        """How many of ``count`` new expressions the budget still allows."""
        room = max(0, self.budget - len(self))
        self.exhausted |= count > room
        return min(count, room)

    def _close_bools(self, keys: Ints, origin: Origin) -> None:
        keep = np.arange(self._trim(len(keys)))
        origin = origin[keep]
        masks = np.zeros((len(keep), len(self.hash.full)), dtype=np.uint64)
        for code in np.unique(origin.op):
            rows = np.flatnonzero(origin.op == code)
            masks[rows] = self._bool_values(OPERATORS[code], origin[rows])
        real = (masks != 0).any(1) & (masks != self.hash.full).any(1)
        kept = np.flatnonzero(real)
        self.bools.append(masks[kept], keys[keep][kept], origin[kept])

    def _close_ints(self, cost: int, keys: Ints, origin: Origin) -> None:
        leaf = [i for i, x in enumerate(self.leaves) if x.cost == cost]
        given = np.array([self.leaves[i].values for i in leaf], dtype=self.dtype)
        given = given.reshape(len(leaf), self.points)
        leaf_keys = self.hash.of_values(given)
        _, at = np.unique(leaf_keys, return_index=True)
        at = np.sort(at)
        at = at[self.ints.unseen(leaf_keys[at])]
        new = ~np.isin(keys, leaf_keys[at])
        keep = np.flatnonzero(new)[: self._trim(int(new.sum()))]
        origin = origin[keep]
        spend(len(keep) * self.points)
        values = np.zeros((len(keep), self.points), dtype=self.dtype)
        for code in np.unique(origin.op):
            rows = np.flatnonzero(origin.op == code)
            values[rows] = self._int_values(OPERATORS[code], origin[rows])
        small = np.flatnonzero((np.abs(values) <= self.bound).all(1))
        self.ints.append(
            np.concatenate([given[at], values[small]]),
            np.concatenate([leaf_keys[at], keys[keep][small]]),
            Origin.concatenate((Origin.of(LEAF, np.asarray(leaf)[at]), origin[small])),
        )

    def _int_values(self, op: str, origin: Origin) -> NDArray[Any]:
        """Values of integer expressions with the same operator, shape ``(n, p)``."""
        ints = self.ints.values
        if op == "int":
            return unpack(self.bools.values[origin.a], self.points)
        if op == "if":
            truth = unpack(self.bools.values[origin.a], self.points)
            return np.where(truth, ints[origin.b], ints[origin.c])
        A = ints[origin.a]
        if op in ("mod", "floordiv"):
            d = np.array([self.leaves[b].values[0] for b in origin.b], dtype=self.dtype)
            return np.asarray(BINARY[op](A, d[:, None]))
        if op in ("abs", "neg"):
            return np.abs(A) if op == "abs" else -A
        return np.asarray(BINARY[op](A, ints[origin.b]))

    def _bool_values(self, op: str, origin: Origin) -> Masks:
        """Masks of conditions with the same operator, shape ``(n, words)``."""
        if op in ("and", "or"):
            a, b = self.bools.values[origin.a], self.bools.values[origin.b]
            return np.asarray(a & b if op == "and" else a | b)
        return pack(BINARY[op](self.ints.values[origin.a], self.ints.values[origin.b]))

    def int_expr(self, position: int) -> Expr:
        """The integer expression at a position of :attr:`ints`."""
        code, a, b, c = self.ints.origin.at(position)
        if code == LEAF:
            return self.leaves[a].expr
        op = OPERATORS[code]
        if op == "int":
            return Expr("int", (self.bool_expr(a),))
        if op == "if":
            return Expr("if", (self.bool_expr(a), self.int_expr(b), self.int_expr(c)))
        if op in ("abs", "neg"):
            return Expr(op, (self.int_expr(a),))
        if op in ("mod", "floordiv"):
            return Expr(op, (self.int_expr(a), self.leaves[b].expr))
        return Expr(op, (self.int_expr(a), self.int_expr(b)))

    def bool_expr(self, position: int) -> Expr:
        """The condition at a position of :attr:`bools`."""
        code, a, b, _ = self.bools.origin.at(position)
        op = OPERATORS[code]
        if op in ("and", "or"):
            return Expr(op, (self.bool_expr(a), self.bool_expr(b)))
        return Expr(op, (self.int_expr(a), self.int_expr(b)))
