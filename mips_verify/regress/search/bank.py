"""Bottom-up enumeration of expressions with observational equivalence.

Expressions are grown in layers of equal cost (syntax-tree nodes) over fixed points; of all
that have the same values there only the first is kept (Albarghouthi, Gulwani and Kincaid,
"Recursive program synthesis", CAV 2013; Udupa et al., TRANSIT, PLDI 2013). A vector of
values is known by a linear hash, so that sums, differences and conditionals are compared
without computing a single value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr
from mips_verify.regress.search.bitsets import Masks, are_bits, pack, unpack
from mips_verify.regress.search.storage import LEAF, Origin, Pool

OPERATORS: Final = (
    "add", "sub", "mul", "mod", "floordiv", "bitand", "bitor", "bitxor", "abs", "min", "max",
    "int", "neg", "if", "eq", "ne", "lt", "ge", "gt", "le", "and", "or",
)  # fmt: skip
_CODE: Final = {op: i for i, op in enumerate(OPERATORS)}
COMMUTATIVE: Final = frozenset({"add", "mul", "bitand", "bitor", "bitxor", "min", "max"})
MIRROR: Final = {"eq": "eq", "ne": "ne", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}
CHUNK: Final = 1 << 19  # values computed at once: about an L2 cache of them
RAW_PER_EXPRESSION: Final = 16  # candidates looked at for each one that may be kept
MEMORY: Final = 1 << 28  # bytes of values


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """What expressions are built from: a variable, a constant, or a shared subterm.

    Attributes:
        expr: what the leaf stands for.
        values: its value at each of the points, shape ``(p,)``.
        cost: the layer that it enters at; a subterm may be offered below its size.
    """

    expr: Expr
    values: Ints
    cost: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Candidates of one operator: their keys, one axis an argument, and the arguments."""

    op: str
    keys: Ints
    arguments: tuple[NDArray[np.intp], ...]


class Bank:
    """All expressions up to :attr:`cost` over the points of the leaves.

    Attributes:
        ints: integer expressions; ``values`` holds rows of ``p`` integers.
        bools: conditions that are neither always true nor always false; ``values`` holds
            bit masks over the points, 64 a word, the first point lowest.
        exhausted: whether the budget ended the last layer early.
    """

    def __init__(
        self,
        leaves: Sequence[Leaf],
        *,
        divisors: Sequence[int] = (),
        bound: int = 1 << 12,
        max_expressions: int = 400_000,
    ) -> None:
        """Start with the leaves of cost 1.

        Args:
            leaves: at least one, all over the same points.
            divisors: constants, above 1, for ``//`` and ``%``.
            bound: expressions with a value beyond it are dropped.
            max_expressions: the budget; together with the memory for their values.
        """
        self.leaves = tuple(leaves)
        self.points = len(leaves[0].values)
        self.divisors = tuple(sorted({d for d in divisors if d > 1}))
        largest = max(int(np.abs(leaf.values).max(initial=0)) for leaf in leaves)
        self.bound = max(bound, largest)
        narrow = self.bound <= 1 << 15  # products of two stay inside int32
        self.dtype = np.int32 if narrow else np.int64
        width = self.points * (4 if narrow else 8)
        self.budget = min(max_expressions, MEMORY // width)
        self.work = 0
        self.exhausted = False
        rng = np.random.default_rng(self.points)
        self._hash: Ints = rng.integers(-(2**62), 2**62, size=self.points) | 1
        words = (self.points + 63) // 64
        self._mix: Ints = rng.integers(-(2**62), 2**62, size=words) | 1
        if words == 1:
            self._mix[:] = 1
        self.full: Masks = pack(np.ones((1, self.points), dtype=np.bool_))[0]
        self.ints = Pool(self.points, self.dtype)
        self.bools = Pool(words, np.uint64)
        self.cost = 0
        self._divisor_leaf = [self._constant_leaf(d) for d in self.divisors]
        self.grow()

    def _constant_leaf(self, value: int) -> int:
        """The number of a leaf that is this constant, added beyond the given ones."""
        for i, leaf in enumerate(self.leaves):
            if leaf.expr.op == "const" and leaf.expr.value == value:
                return i
        values = np.full(self.points, value, dtype=np.int64)
        self.leaves += (Leaf(Expr("const", (), value), values, cost=-1),)
        return len(self.leaves) - 1

    def __len__(self) -> int:
        return len(self.ints) + len(self.bools)

    def key(self, values: NDArray[Any]) -> Ints:
        """The linear hash of rows of integers, shape ``(..., p)`` to ``(...)``."""
        return np.asarray(values @ self._hash)

    def partial_key(self, values: NDArray[Any], points: NDArray[np.intp]) -> Ints:
        """The hash of rows at some of the points only."""
        return np.asarray(values[:, points] @ self._hash[points])

    def mask_key(self, masks: Masks) -> Ints:
        """The hash of rows of bit masks."""
        return np.asarray(masks.view(np.int64) @ self._mix)

    def grow(self) -> None:
        """Add the next layer; once the budget is spent, what it still allows."""
        cost = self.cost + 1
        bools = self._collect(self.bools, self._bool_blocks(cost))
        keys, origin = self._collect(self.ints, self._int_blocks(cost))
        self._close_bools(*bools)
        self._close_ints(cost, keys, origin)
        self.cost = cost

    def _collect(self, pool: Pool, blocks: Iterator[_Block]) -> tuple[Ints, Origin]:
        """Keys and origins of the new candidates, the first of each key."""
        keys: list[Ints] = [np.zeros(0, dtype=np.int64)]
        origins = [Origin.of(LEAF, np.zeros(0))]
        for block in blocks:
            if self.exhausted:
                break
            flat = np.ascontiguousarray(block.keys).ravel()
            self.work += len(flat)
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
        masks = np.zeros((len(keep), len(self.full)), dtype=np.uint64)
        for code in np.unique(origin.op):
            rows = np.flatnonzero(origin.op == code)
            masks[rows] = self._bool_values(OPERATORS[code], origin[rows])
        real = (masks != 0).any(1) & (masks != self.full).any(1)
        kept = np.flatnonzero(real)
        self.bools.append(masks[kept], keys[keep][kept], origin[kept])

    def _close_ints(self, cost: int, keys: Ints, origin: Origin) -> None:
        leaf = [i for i, x in enumerate(self.leaves) if x.cost == cost]
        given = np.array([self.leaves[i].values for i in leaf], dtype=self.dtype)
        given = given.reshape(len(leaf), self.points)
        leaf_keys = self.key(given)
        _, at = np.unique(leaf_keys, return_index=True)
        at = np.sort(at)
        at = at[self.ints.unseen(leaf_keys[at])]
        new = ~np.isin(keys, leaf_keys[at])
        keep = np.flatnonzero(new)[: self._trim(int(new.sum()))]
        origin = origin[keep]
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

    def _int_blocks(self, cost: int) -> Iterator[_Block]:
        """Candidates of this cost, the operators a reader likes best first.

        Conditionals are the most numerous: where they are too many they come last.
        """
        ints = self.ints
        splits = list(_splits(cost - 1, ints.layers))
        triples = [(t, p, q) for t in range(3, cost - 2) for p, q in _splits(cost - 1 - t, cost)]
        rows = [layer.stop - layer.start for layer in map(ints.layer, range(ints.layers))]
        tests = [b - a for a, b in pairwise(self.bools.first)]
        many = sum(tests[t] * rows[p] * rows[q] for t, p, q in triples) > self.budget
        for left, right in splits:
            yield from self._linear(left, right)
        for triple in triples if not many else ():
            yield from self._conditionals(*triple)
        for left, right in splits:
            if left >= right:
                yield from self._products(left, right)
        if cost >= 3 and self.divisors:
            yield from self._divisions(cost - 2)
        for left, right in splits:
            if left >= right:
                yield from self._extremes(left, right)
        if cost >= 2:
            yield from self._unary(cost - 1)
        for triple in triples if many else ():
            yield from self._conditionals(*triple)

    def _linear(self, left: int, right: int) -> Iterator[_Block]:
        a, b = self.ints.layer(left), self.ints.layer(right)
        here, there = self.ints.keys[a], self.ints.keys[b]
        for rows in _chunks(len(here), max(1, len(there)), CHUNK):
            i, j = np.arange(a.start, a.stop)[rows], np.arange(b.start, b.stop)
            if left >= right:
                yield _Block("add", here[rows, None] + there, (i, j))
            yield _Block("sub", here[rows, None] - there, (i, j))

    def _products(self, left: int, right: int) -> Iterator[_Block]:
        """Products, and the bit operators, which are sums of products on bits."""
        for i, j in self._pairs(left, right):
            A, B = self.ints.values[i], self.ints.values[j]
            product = (A[:, None, :] * B[None, :, :]) @ self._hash
            p, q = np.flatnonzero(are_bits(A)), np.flatnonzero(are_bits(B))
            if len(p) and len(q):
                both = product[np.ix_(p, q)]
                total = self.ints.keys[i[p], None] + self.ints.keys[j[q]]
                yield _Block("bitand", both, (i[p], j[q]))
                yield _Block("bitor", total - both, (i[p], j[q]))
                yield _Block("bitxor", total - 2 * both, (i[p], j[q]))
            yield _Block("mul", product, (i, j))

    def _extremes(self, left: int, right: int) -> Iterator[_Block]:
        for i, j in self._pairs(left, right):
            A, B = self.ints.values[i], self.ints.values[j]
            smaller = np.minimum(A[:, None, :], B[None, :, :]) @ self._hash
            total = self.ints.keys[i, None] + self.ints.keys[j]
            yield _Block("min", smaller, (i, j))
            yield _Block("max", total - smaller, (i, j))

    def _divisions(self, cost: int) -> Iterator[_Block]:
        layer = self.ints.layer(cost)
        for rows in _chunks(layer.stop - layer.start, self.points, CHUNK):
            i = np.arange(layer.start, layer.stop)[rows]
            values, keys = self.ints.values[i], self.ints.keys[i]
            for d, leaf in zip(self.divisors, self._divisor_leaf, strict=True):
                quotient = self.key(values // self.dtype(d))
                yield _Block("mod", (keys - d * quotient)[:, None], (i, np.array([leaf])))
                yield _Block("floordiv", quotient[:, None], (i, np.array([leaf])))

    def _unary(self, cost: int) -> Iterator[_Block]:
        layer = self.ints.layer(cost)
        for rows in _chunks(layer.stop - layer.start, self.points, CHUNK):
            i = np.arange(layer.start, layer.stop)[rows]
            yield _Block("abs", self.key(np.abs(self.ints.values[i])), (i,))
            yield _Block("neg", -self.ints.keys[i], (i,))
        layer = self.bools.layer(cost)
        for rows in _chunks(layer.stop - layer.start, self.points, CHUNK):
            i = np.arange(layer.start, layer.stop)[rows]
            truth = unpack(self.bools.values[i], self.points)
            yield _Block("int", self.key(truth.astype(np.int8)), (i,))

    def _conditionals(self, test: int, then: int, other: int) -> Iterator[_Block]:
        """``p if c else q``: its hash is p's over the true points plus q's over the others."""
        c, p, q = self.bools.layer(test), self.ints.layer(then), self.ints.layer(other)
        count = (p.stop - p.start) * (q.stop - q.start)
        if not count or c.stop == c.start:
            return
        weighted_p = (self.ints.values[p] * self._hash).T
        weighted_q = (self.ints.values[q] * self._hash).T
        for rows in _chunks(c.stop - c.start, count, CHUNK):
            i = np.arange(c.start, c.stop)[rows]
            truth = unpack(self.bools.values[i], self.points).astype(np.int64)
            keys = (truth @ weighted_p)[:, :, None] + ((1 - truth) @ weighted_q)[:, None, :]
            arguments = (i, np.arange(p.start, p.stop), np.arange(q.start, q.stop))
            yield _Block("if", keys, arguments)

    def _bool_blocks(self, cost: int) -> Iterator[_Block]:
        for left, right in _splits(cost - 1, self.ints.layers):
            if left >= right:
                yield from self._comparisons(left, right)
        for left, right in _splits(cost - 1, self.bools.layers):
            if left >= right:
                yield from self._connectives(left, right)

    def _comparisons(self, left: int, right: int) -> Iterator[_Block]:
        """All six from two: the others are complements."""
        whole = self.mask_key(self.full[None])[0]
        for i, j in self._pairs(left, right):
            A, B = self.ints.values[i][:, None, :], self.ints.values[j][None, :, :]
            equal, less = pack(A == B), pack(A < B)
            e, s = self.mask_key(equal), self.mask_key(less)
            yield _Block("eq", e, (i, j))
            yield _Block("lt", s, (i, j))
            # hashes of disjoint masks add up, in one word and in many
            yield _Block("gt", whole - e - s, (i, j))
            yield _Block("ne", whole - e, (i, j))
            yield _Block("ge", whole - s, (i, j))
            yield _Block("le", e + s, (i, j))

    def _connectives(self, left: int, right: int) -> Iterator[_Block]:
        a, b = self.bools.layer(left), self.bools.layer(right)
        for rows in _chunks(a.stop - a.start, max(1, b.stop - b.start), CHUNK):
            i, j = np.arange(a.start, a.stop)[rows], np.arange(b.start, b.stop)
            both = self.bools.values[i][:, None] & self.bools.values[j][None]
            total = self.bools.keys[i, None] + self.bools.keys[j]
            meet = self.mask_key(both)
            yield _Block("and", meet, (i, j))
            yield _Block("or", total - meet, (i, j))

    def _pairs(self, left: int, right: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Positions of both layers, in pieces; each unordered pair once or a little more."""
        a, b = self.ints.layer(left), self.ints.layer(right)
        i, j = np.arange(a.start, a.stop), np.arange(b.start, b.stop)
        for columns in _chunks(len(j), self.points * 64, CHUNK):
            wide = len(j[columns]) * self.points
            for rows in _chunks(len(i), wide, CHUNK):
                if left != right or i[rows][-1] >= j[columns][0]:
                    yield i[rows], j[columns]

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
            return np.asarray(_APPLY[op](A, d[:, None]))
        if op in ("abs", "neg"):
            return np.abs(A) if op == "abs" else -A
        return np.asarray(_APPLY[op](A, ints[origin.b]))

    def _bool_values(self, op: str, origin: Origin) -> Masks:
        """Masks of conditions with the same operator, shape ``(n, words)``."""
        if op in ("and", "or"):
            a, b = self.bools.values[origin.a], self.bools.values[origin.b]
            return np.asarray(a & b if op == "and" else a | b)
        return pack(_APPLY[op](self.ints.values[origin.a], self.ints.values[origin.b]))

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


_APPLY: Final[dict[str, Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "mod": np.mod,
    "floordiv": np.floor_divide, "min": np.minimum, "max": np.maximum,
    "bitand": np.bitwise_and, "bitor": np.bitwise_or, "bitxor": np.bitwise_xor,
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "ge": np.greater_equal,
    "gt": np.greater, "le": np.less_equal,
}  # fmt: skip


def _splits(total: int, layers: int) -> Iterator[tuple[int, int]]:
    """Costs of two arguments that add up to ``total``, inside the closed layers."""
    for left in range(1, total):
        if left < layers and total - left < layers:
            yield left, total - left


def _chunks(rows: int, width: int, limit: int) -> Iterator[slice]:
    """Slices over ``rows`` rows of ``width`` entries, at most ``limit`` entries each."""
    step = max(1, limit // max(1, width))
    for start in range(0, rows, step):
        yield slice(start, min(rows, start + step))
