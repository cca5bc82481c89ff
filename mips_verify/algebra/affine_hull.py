"""Affine hulls over the integers: all equalities and congruences that hold at given points.

The hull of points b, p1, p2, ... is ``b + L`` with L the integer lattice spanned by the
differences. Its equalities are the orthogonal complement of L, its congruences come from
the Smith normal form of a basis (Cohen, A Course in Computational Algebraic Number
Theory, sections 2.4.2 and 2.4.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Final

Row = tuple[int, ...]
LARGEST_PRIME: Final = 10_000  # of the factors that are told apart


@dataclass(frozen=True, slots=True)
class Relation:
    """``coefficients . point == constant``, modulo ``modulus`` unless that is 0."""

    coefficients: Row
    constant: int
    modulus: int = 0

    def holds(self, point: Sequence[int]) -> bool:
        """Whether the point satisfies it."""
        d = sum(c * v for c, v in zip(self.coefficients, point, strict=True)) - self.constant
        return d == 0 if self.modulus == 0 else d % self.modulus == 0


@dataclass(frozen=True, slots=True)
class AffineLattice:
    """``base + span(rows)`` over the integers; ``rows`` are in Hermite normal form."""

    base: Row
    rows: tuple[Row, ...] = ()

    def join(self, point: Sequence[int]) -> AffineLattice:
        """The smallest affine lattice that also holds ``point``; ``self`` if it already does."""
        v = [int(p) - b for p, b in zip(point, self.base, strict=True)]
        rows = _insert(self.rows, v)
        return self if rows is self.rows else AffineLattice(self.base, rows)

    def equalities(self, order: Sequence[int]) -> list[Relation]:
        """A basis of the equalities, each solved for one column; first choices come first.

        Args:
            order: all columns, those to be expressed through the others first.
        """
        pivots, reduced = _reduce(self.rows, tuple(reversed(order)))
        found = []
        for column in order:
            if column in pivots:
                continue
            # pivot * x[other] + entry * x[column] + ... = 0 along every row of the basis
            entries = {
                other: Fraction(reduced[k][column], reduced[k][other])
                for other, k in pivots.items()
                if reduced[k][column]
            }
            scale = lcm(*(f.denominator for f in entries.values()))
            normal = [0] * len(self.base)
            normal[column] = scale
            for other, f in entries.items():
                normal[other] = int(-f * scale)
            found.append(self._through_base(normal))
        return found

    def congruences(self, largest: int) -> list[Relation]:
        """The congruences beyond the equalities, with moduli from 2 to ``largest``.

        One modulo 1147 may be two that share no column, modulo 31 and modulo 37: each set of
        columns has its own (Chinese remainder theorem).
        """
        if not self.rows:
            return []
        divisors, columns = _smith(self.rows, len(self.base))
        relations = []
        for divisor, column in zip(divisors, columns, strict=False):
            moduli: dict[tuple[int, ...], int] = {}
            for q in _coprime_factors(divisor):
                support = tuple(i for i, c in enumerate(column) if c % q)
                moduli[support] = moduli.get(support, 1) * q
            for support, d in moduli.items():
                if d <= largest:
                    normal = [c if i in support else 0 for i, c in enumerate(column)]
                    # what splits off is between few columns, and simple once it is monic
                    unit = _unit(normal, d) if len(moduli) > 1 else 1
                    scaled = [c * unit % d for c in normal]
                    near = [c - d if c > d // 2 else c for c in scaled]  # to 0 reads best
                    relations.append(self._through_base(near, d))
        return relations

    def _through_base(self, normal: Sequence[int], modulus: int = 0) -> Relation:
        constant = sum(c * b for c, b in zip(normal, self.base, strict=True))
        return Relation(tuple(normal), constant % modulus if modulus else constant, modulus)


def span(points: Iterable[Sequence[int]]) -> AffineLattice:
    """The affine hull of at least one point."""
    it = iter(points)
    lattice = AffineLattice(tuple(map(int, next(it))))
    for point in it:
        lattice = lattice.join(point)
    return lattice


def _reduce(rows: Sequence[Row], order: Sequence[int]) -> tuple[dict[int, int], list[list[int]]]:
    """Gauss-Jordan without fractions: the row of each pivot column, and the rows.

    Args:
        rows: independent integer rows.
        order: columns in the order in which they become pivots.
    """
    pivots: dict[int, int] = {}
    m = [list(r) for r in rows]
    for column in order:
        k = len(pivots)
        found = next((i for i in range(k, len(m)) if m[i][column]), None)
        if found is None:
            continue
        m[k], m[found] = m[found], m[k]
        for i, row in enumerate(m):
            if i != k and row[column]:
                p, q = m[k][column], row[column]
                new = [p * a - q * b for a, b in zip(row, m[k], strict=True)]
                common = gcd(*new) or 1
                m[i] = [a // common for a in new]
        pivots[column] = k
    return pivots, m


def _insert(rows: tuple[Row, ...], v: list[int]) -> tuple[Row, ...]:
    """Hermite normal form of the lattice of ``rows`` and ``v``; ``rows`` itself if v is in it."""
    by_pivot = {_pivot(r): list(r) for r in rows}
    changed = set()
    for column in range(len(v)):
        if not v[column]:
            continue
        if column not in by_pivot:
            by_pivot[column] = v if v[column] > 0 else [-a for a in v]
            changed.add(column)
            break
        a, b = by_pivot[column], v
        if b[column] % a[column] == 0:
            v = _minus(b, b[column] // a[column], a)
            continue
        while b[column]:  # Euclid on whole rows
            a, b = b, _minus(a, a[column] // b[column], b)
        # the rest is kept small, or numbers grow exponentially with the columns
        v = _reduced(b, by_pivot, column)
        by_pivot[column] = a if a[column] > 0 else [-s for s in a]
        changed.add(column)
    if not changed:
        return rows
    for column in sorted(by_pivot, reverse=True):
        by_pivot[column] = _reduced(by_pivot[column], by_pivot, column)
    return tuple(tuple(by_pivot[c]) for c in sorted(by_pivot))


def _reduced(v: list[int], by_pivot: dict[int, list[int]], after: int) -> list[int]:
    """``v`` with its entries right of a column reduced by the pivots there."""
    for column in range(after + 1, len(v)):
        if v[column] and column in by_pivot:
            v = _minus(v, v[column] // by_pivot[column][column], by_pivot[column])
    return v


def _minus(a: list[int], q: int, b: list[int]) -> list[int]:
    return [s - q * t for s, t in zip(a, b, strict=True)] if q else a


def _pivot(row: Row) -> int:
    return next(i for i, a in enumerate(row) if a)


def _coprime_factors(n: int) -> Iterator[int]:
    """Factors without a common divisor: powers of small primes, and what is left."""
    for p in range(2, LARGEST_PRIME):
        if p * p > n:
            break
        q = gcd(n, p ** n.bit_length()) if n % p == 0 else 1
        if q > 1:
            yield q
            n //= q
    if n > 1:
        yield n


def _unit(normal: Sequence[int], d: int) -> int:
    """What makes the first coefficient that can be 1 modulo ``d`` that."""
    return next((pow(c, -1, d) for c in normal if gcd(c, d) == 1), 1)


def _smith(rows: Sequence[Row], n: int) -> tuple[list[int], list[list[int]]]:
    """Diagonal d and columns of V, unimodular, with U A V = diag(d) for the rows A."""
    a = [list(r) for r in rows]
    v = [[int(i == j) for j in range(n)] for i in range(n)]
    t = 0
    while t < len(a):
        cells = [(abs(a[i][j]), i, j) for i in range(t, len(a)) for j in range(t, n) if a[i][j]]
        if not cells:
            break
        _, i, j = min(cells)
        a[t], a[i] = a[i], a[t]
        for row in a + v:
            row[t], row[j] = row[j], row[t]
        for i in range(t + 1, len(a)):
            if q := a[i][t] // a[t][t]:
                a[i] = [s - q * p for s, p in zip(a[i], a[t], strict=True)]
        for j in range(t + 1, n):
            if q := a[t][j] // a[t][t]:
                for row in a + v:
                    row[j] -= q * row[t]
        # remainders are smaller pivots; without any the row and the column are done
        if not any(a[i][t] for i in range(t + 1, len(a))) and not any(a[t][t + 1 :]):
            t += 1
    return [abs(a[i][i]) for i in range(t)], [[v[r][i] for r in range(n)] for i in range(t)]
