"""Affine hulls over the integers: all equalities and congruences that hold at given points.

The hull of points b, p1, p2, ... is ``b + L``, where the differences ``p - b`` span the integer
lattice L. Its equalities come from the orthogonal complement of L, its congruences from the
Smith normal form of a basis (Cohen, A Course in Computational Algebraic Number
Theory, sections 2.4.2 and 2.4.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Final

from mips_verify.algebra.integer_lattice import Row, insert, reduced_echelon, smith

LARGEST_PRIME: Final = 10_000  # larger prime factors of a modulus are not split off


@dataclass(frozen=True, slots=True)
class Relation:
    """``coefficients . point == constant``; modulo ``modulus``, unless that is 0."""

    coefficients: Row
    constant: int
    modulus: int = 0

    def holds(self, point: Sequence[int]) -> bool:
        """Whether the point satisfies the relation."""
        d = sum(c * v for c, v in zip(self.coefficients, point, strict=True)) - self.constant
        return d == 0 if self.modulus == 0 else d % self.modulus == 0


@dataclass(frozen=True, slots=True)
class AffineLattice:
    """``base + span(rows)`` over the integers; ``rows`` are in Hermite normal form."""

    base: Row
    rows: tuple[Row, ...] = ()

    def join(self, point: Sequence[int]) -> AffineLattice:
        """The smallest affine lattice that also contains ``point``; ``self`` if it already does."""
        v = [int(p) - b for p, b in zip(point, self.base, strict=True)]
        rows = insert(self.rows, v)
        return self if rows is self.rows else AffineLattice(self.base, rows)

    def equalities(self, order: Sequence[int]) -> list[Relation]:
        """A basis of the equalities; each is solved for one column.

        Args:
            order: all columns; equalities express earlier ones through later ones.
        """
        pivots, reduced = reduced_echelon(self.rows, reversed(order))
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
        """The congruences that do not follow from the equalities, with moduli up to ``largest``.

        A congruence modulo 1147 may consist of one modulo 31 and one modulo 37, each between fewer
        columns; such parts are returned separately (Chinese remainder theorem).
        """
        if not self.rows:
            return []
        divisors, v = smith(self.rows, len(self.base), chain=False)
        relations = []
        for divisor, column in zip(divisors, zip(*v, strict=True), strict=True):
            moduli: dict[tuple[int, ...], int] = {}
            for q in _coprime_factors(divisor):
                support = tuple(i for i, c in enumerate(column) if c % q)
                moduli[support] = moduli.get(support, 1) * q
            for support, d in moduli.items():
                if d <= largest:
                    normal = [c if i in support else 0 for i, c in enumerate(column)]
                    # a part has few columns and reads best with a leading coefficient of 1
                    unit = _unit(normal, d) if len(moduli) > 1 else 1
                    scaled = [c * unit % d for c in normal]
                    near = [c - d if c > d // 2 else c for c in scaled]  # small numbers read best
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


def _coprime_factors(n: int) -> Iterator[int]:
    """Coprime factors whose product is ``n``: powers of small primes, and the rest."""
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
    """The factor that makes the first invertible coefficient 1 modulo ``d``."""
    return next((pow(c, -1, d) for c in normal if gcd(c, d) == 1), 1)
