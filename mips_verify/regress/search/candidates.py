"""Candidates for the next layer of an enumeration: all operators applied to stored expressions.

A candidate is identified by the hash of its values. The hash is linear, so sums, differences
and conditionals are hashed without computing values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.regress.search.bitsets import are_bits, pack, unpack
from mips_verify.regress.search.storage import Pool
from mips_verify.regress.search.vector_hash import VectorHash

CHUNK: Final = 1 << 19  # values computed at once; about the size of an L2 cache


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Candidates for one operator: their hashes, with one axis per argument, and the arguments."""

    op: str
    keys: Ints
    arguments: tuple[NDArray[np.intp], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Forms candidates from the closed layers of two pools.

    Attributes:
        ints: the integer expressions.
        bools: the conditions.
        hash: the hash of values and masks.
        divisors: the constants for ``//`` and ``%``, each with the index of its leaf.
        many: if a layer has more conditionals, these are formed last.
    """

    ints: Pool
    bools: Pool
    hash: VectorHash
    divisors: tuple[tuple[int, int], ...]
    many: int

    def of_ints(self, cost: int) -> Iterator[Block]:
        """Integer candidates of this cost; the most readable operators come first."""
        ints = self.ints
        splits = list(_splits(cost - 1, ints.layers))
        triples = [(t, p, q) for t in range(3, cost - 2) for p, q in _splits(cost - 1 - t, cost)]
        rows = [layer.stop - layer.start for layer in map(ints.layer, range(ints.layers))]
        tests = [b - a for a, b in pairwise(self.bools.first)]
        # conditionals are the most numerous; if there are too many, they come last
        last = sum(tests[t] * rows[p] * rows[q] for t, p, q in triples) > self.many
        for left, right in splits:
            yield from self._linear(left, right)
        for triple in triples if not last else ():
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
        for triple in triples if last else ():
            yield from self._conditionals(*triple)

    def of_bools(self, cost: int) -> Iterator[Block]:
        """Conditions of this cost."""
        for left, right in _splits(cost - 1, self.ints.layers):
            if left >= right:
                yield from self._comparisons(left, right)
        for left, right in _splits(cost - 1, self.bools.layers):
            if left >= right:
                yield from self._connectives(left, right)

    def _linear(self, left: int, right: int) -> Iterator[Block]:
        a, b = self.ints.layer(left), self.ints.layer(right)
        here, there = self.ints.keys[a], self.ints.keys[b]
        for rows in _chunks(len(here), max(1, len(there))):
            i, j = np.arange(a.start, a.stop)[rows], np.arange(b.start, b.stop)
            if left >= right:
                yield Block("add", here[rows, None] + there, (i, j))
            yield Block("sub", here[rows, None] - there, (i, j))

    def _products(self, left: int, right: int) -> Iterator[Block]:
        """Products; also bit operators, which on bits are linear in the product and the sum."""
        for i, j in self._pairs(left, right):
            A, B = self.ints.values[i], self.ints.values[j]
            product = self.hash.of_values(A[:, None, :] * B[None, :, :])
            p, q = np.flatnonzero(are_bits(A)), np.flatnonzero(are_bits(B))
            if len(p) and len(q):
                both = product[np.ix_(p, q)]
                total = self.ints.keys[i[p], None] + self.ints.keys[j[q]]
                yield Block("bitand", both, (i[p], j[q]))
                yield Block("bitor", total - both, (i[p], j[q]))
                yield Block("bitxor", total - 2 * both, (i[p], j[q]))
            yield Block("mul", product, (i, j))

    def _extremes(self, left: int, right: int) -> Iterator[Block]:
        for i, j in self._pairs(left, right):
            A, B = self.ints.values[i], self.ints.values[j]
            smaller = self.hash.of_values(np.minimum(A[:, None, :], B[None, :, :]))
            total = self.ints.keys[i, None] + self.ints.keys[j]
            yield Block("min", smaller, (i, j))
            yield Block("max", total - smaller, (i, j))

    def _divisions(self, cost: int) -> Iterator[Block]:
        for i in self._rows(self.ints, cost):
            values, keys = self.ints.values[i], self.ints.keys[i]
            for d, leaf in self.divisors:
                quotient = self.hash.of_values(values // d)
                yield Block("mod", (keys - d * quotient)[:, None], (i, np.array([leaf])))
                yield Block("floordiv", quotient[:, None], (i, np.array([leaf])))

    def _unary(self, cost: int) -> Iterator[Block]:
        for i in self._rows(self.ints, cost):
            yield Block("abs", self.hash.of_values(np.abs(self.ints.values[i])), (i,))
            yield Block("neg", -self.ints.keys[i], (i,))
        for i in self._rows(self.bools, cost):
            truth = unpack(self.bools.values[i], self.hash.points)
            yield Block("int", self.hash.of_values(truth.astype(np.int8)), (i,))

    def _conditionals(self, test: int, then: int, other: int) -> Iterator[Block]:
        """``p if c else q``: the hash of p at the true points plus that of q at the others."""
        c, p, q = self.bools.layer(test), self.ints.layer(then), self.ints.layer(other)
        count = (p.stop - p.start) * (q.stop - q.start)
        if not count or c.stop == c.start:
            return
        weighted_p = (self.ints.values[p] * self.hash.weights).T
        weighted_q = (self.ints.values[q] * self.hash.weights).T
        for rows in _chunks(c.stop - c.start, count):
            i = np.arange(c.start, c.stop)[rows]
            truth = unpack(self.bools.values[i], self.hash.points).astype(np.int64)
            keys = (truth @ weighted_p)[:, :, None] + ((1 - truth) @ weighted_q)[:, None, :]
            arguments = (i, np.arange(p.start, p.stop), np.arange(q.start, q.stop))
            yield Block("if", keys, arguments)

    def _comparisons(self, left: int, right: int) -> Iterator[Block]:
        """All six comparisons; only two are computed, as the others follow from these."""
        whole = self.hash.of_masks(self.hash.full[None])[0]
        for i, j in self._pairs(left, right):
            A, B = self.ints.values[i][:, None, :], self.ints.values[j][None, :, :]
            equal, less = self.hash.of_masks(pack(A == B)), self.hash.of_masks(pack(A < B))
            yield Block("eq", equal, (i, j))
            yield Block("lt", less, (i, j))
            # the hash of a union of disjoint masks is the sum of their hashes
            yield Block("gt", whole - equal - less, (i, j))
            yield Block("ne", whole - equal, (i, j))
            yield Block("ge", whole - less, (i, j))
            yield Block("le", equal + less, (i, j))

    def _connectives(self, left: int, right: int) -> Iterator[Block]:
        a, b = self.bools.layer(left), self.bools.layer(right)
        for rows in _chunks(a.stop - a.start, max(1, b.stop - b.start)):
            i, j = np.arange(a.start, a.stop)[rows], np.arange(b.start, b.stop)
            both = self.bools.values[i][:, None] & self.bools.values[j][None]
            total = self.bools.keys[i, None] + self.bools.keys[j]
            meet = self.hash.of_masks(both)
            yield Block("and", meet, (i, j))
            yield Block("or", total - meet, (i, j))

    def _rows(self, pool: Pool, cost: int) -> Iterator[NDArray[np.intp]]:
        """The positions of a layer, in chunks."""
        layer = pool.layer(cost)
        for rows in _chunks(layer.stop - layer.start, self.hash.points):
            yield np.arange(layer.start, layer.stop)[rows]

    def _pairs(self, left: int, right: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Pairs of positions from two layers, in chunks; within one layer, about half of them."""
        a, b = self.ints.layer(left), self.ints.layer(right)
        i, j = np.arange(a.start, a.stop), np.arange(b.start, b.stop)
        for columns in _chunks(len(j), self.hash.points * 64):
            wide = len(j[columns]) * self.hash.points
            for rows in _chunks(len(i), wide):
                if left != right or i[rows][-1] >= j[columns][0]:
                    yield i[rows], j[columns]


def _splits(total: int, layers: int) -> Iterator[tuple[int, int]]:
    """Pairs of costs that add up to ``total``, both in closed layers."""
    for left in range(1, total):
        if left < layers and total - left < layers:
            yield left, total - left


def _chunks(rows: int, width: int) -> Iterator[slice]:
    """Slices of ``rows`` rows of ``width`` entries; at most :data:`CHUNK` entries per slice."""
    step = max(1, CHUNK // max(1, width))
    for start in range(0, rows, step):
        yield slice(start, min(rows, start + step))
