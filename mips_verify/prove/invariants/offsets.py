"""Affine relations with an offset that depends on a variable of few values, the key.

For example, if the machines number the same 15 states in different orders, then
``(s - (3, 11, 0, ...)[q]) % 15 == 0`` holds. All such relations for one key come from one
lattice: the differences between states with the same value of the key span it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.affine_hull import Relation, span
from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr, conjoin, const, var
from mips_verify.prove.invariants.guarded_hull import spread
from mips_verify.prove.invariants.relations import at_least, at_most, equation, linear
from mips_verify.prove.invariants.samples import Samples
from mips_verify.prove.limits import (
    LARGEST_COEFFICIENT,
    LARGEST_MODULUS,
    LONGEST_OFFSET_TABLE,
    MOST_OFFSET_COLUMNS,
    MOST_OFFSET_KEYS,
)

LARGEST_VALUE: Final = 2**30  # largest sampled value: its products with coefficients fit int64


@dataclass(frozen=True, slots=True, eq=False)
class Offsets:
    """A relation that holds up to an offset: ``offsets[i]`` if the key is ``reached[i]``."""

    key: str
    columns: tuple[str, ...]
    relation: Relation
    reached: Ints
    offsets: Ints

    @property
    def linked(self) -> frozenset[str]:
        """The variables that occur in the relation."""
        used = zip(self.relation.coefficients, self.columns, strict=True)
        return frozenset({self.key, *(n for c, n in used if c)})

    def condition(self, form: str) -> Expr:
        """``(u - table[key]) % m == 0`` if "congruent", ``u % m == table[key]`` if "equal"."""
        inside, look = look_up(var(self.key), self.reached, self.offsets)
        r, terms = self.relation, [var(n) for n in self.columns]
        total = linear(r.coefficients, terms)
        if r.modulus and form == "congruent":
            apart = linear((*r.coefficients, -1), [*terms, look])
            return conjoin([inside, equation(Expr("mod", (apart, const(r.modulus))), const(0))])
        left = Expr("mod", (total, const(r.modulus))) if r.modulus else total
        return conjoin([inside, equation(left, look)])


def offset_tables(samples: Samples, keys: Iterable[str]) -> list[Offsets]:
    """The relations whose offset depends on one of ``keys``; keys with few values come first."""
    found: list[Offsets] = []
    counts = {k: len(np.unique(samples.column(k))) for k in keys if k in samples.free}
    for key in sorted(counts, key=lambda k: counts[k])[:MOST_OFFSET_KEYS]:
        values = samples.column(key)
        if values.min() < values.max() < values.min() + LONGEST_OFFSET_TABLE:
            found += _by_key(samples, key, values)
    return found


def unlinked(found: Iterable[Offsets]) -> list[Offsets]:
    """For each set of variables, the relations of one key; others are mostly equivalent."""
    first: dict[frozenset[str], str] = {}
    return [o for o in found if first.setdefault(o.linked, o.key) == o.key]


def _by_key(samples: Samples, key: str, values: Ints) -> Iterator[Offsets]:
    rest = tuple(n for n in samples.free if n != key)[:MOST_OFFSET_COLUMNS]
    if not rest:
        return
    points = np.stack([samples.column(n) for n in rest], axis=1)
    if np.abs(points).max() > LARGEST_VALUE:
        return
    reached, first, where = np.unique(values, return_index=True, return_inverse=True)
    differences = np.unique(points - points[first][where.ravel()], axis=0)
    lattice = span([[0] * len(rest), *spread(differences).tolist()])
    relations = lattice.equalities(range(len(rest))) + lattice.congruences(LARGEST_MODULUS)
    for r in relations:
        if max(map(abs, r.coefficients)) > LARGEST_COEFFICIENT:
            continue
        sums = points @ np.array(r.coefficients, dtype=np.int64)
        if r.modulus:
            sums %= r.modulus
        offsets = sums[first]
        linear_too = _progression(reached, offsets, r.modulus)  # then the hull already has it
        if not linear_too and (sums == offsets[where.ravel()]).all():
            yield Offsets(key, rest, r, reached, offsets)


def _progression(keys: Ints, offsets: Ints, modulus: int) -> bool:
    """Whether the offset is an affine function of the key."""
    ahead = np.diff(offsets) * (keys[1] - keys[0]) - np.diff(keys) * (offsets[1] - offsets[0])
    return not (ahead % modulus if modulus else ahead).any()


def look_up(key: Expr, reached: Ints, values: Ints) -> tuple[Expr, Expr]:
    """The condition that ``key`` is one of the sorted ``reached``, and the table lookup by it."""
    low, high = int(reached[0]), int(reached[-1])
    entries = np.zeros(high - low + 1, dtype=np.int64)
    entries[reached - low] = values
    if len(reached) == len(entries):
        inside = conjoin([at_least(key, low), at_most(key, high)])
    else:
        inside = Expr("in", (key,), tuple(map(int, reached)))
    index = linear((1,), (key,), -low)
    return inside, Expr("table", (index,), tuple(map(int, entries)))
