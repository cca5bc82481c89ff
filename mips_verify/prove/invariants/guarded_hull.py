"""Guarded affine hulls: what holds between terms wherever a guard does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.affine_hull import AffineLattice, span
from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import TRUE, Expr, conjoin, definedness, evaluate
from mips_verify.prove.invariants.relations import implies, relation

MOST_POINTS = 200
LARGEST_MODULUS = 1_000
LARGEST_OF_STATE = 1_000_000  # between variables at every state: samples rarely make one up
LARGEST_COEFFICIENT = 10**9


@dataclass(frozen=True, slots=True)
class Facet:
    """The affine lattice of ``columns`` over the states where ``guard`` holds.

    Attributes:
        guard: a condition on the state, defined everywhere.
        columns: terms over the state, those to be expressed through later ones first.
        lattice: holds every point seen so far.
    """

    guard: Expr
    columns: tuple[Expr, ...]
    lattice: AffineLattice

    def conditions(self) -> list[Expr]:
        """The equalities and congruences, each defined everywhere."""
        order = range(len(self.columns))
        everywhere = self.guard == TRUE and all(t.op == "var" for t in self.columns)
        largest = LARGEST_OF_STATE if everywhere else LARGEST_MODULUS
        found = self.lattice.equalities(order) + self.lattice.congruences(largest)
        conditions = []
        for r in found:
            if max(map(abs, (*r.coefficients, r.constant))) > LARGEST_COEFFICIENT:
                continue
            used = [t for c, t in zip(r.coefficients, self.columns, strict=True) if c]
            if r.modulus and any(t.op == "mul" for t in used):
                continue  # Z3 hardly ever decides those, and takes long about it
            guard = conjoin([*map(definedness, used), self.guard])
            conditions.append(implies(guard, relation(r, self.columns)))
        return conditions

    def join(self, state: Mapping[str, int]) -> Facet:
        """The facet that also admits ``state``."""
        if not evaluate(self.guard, state):
            return self
        try:
            point = [evaluate(t, state) for t in self.columns]
        except ValueError:  # a term without a value there: its conditions do not speak of it
            return self
        lattice = self.lattice.join(point)
        return self if lattice is self.lattice else replace(self, lattice=lattice)


def facet(guard: Expr, columns: Sequence[Expr], points: Ints) -> Facet:
    """The facet through some of the ``points``, shape ``(m, columns)``, m at least 1."""
    # counterexamples to induction join what the choice leaves out
    return Facet(guard, tuple(columns), span(spread(points).tolist()))


def spread(points: Ints) -> Ints:
    """Few of the points, evenly spread, which with sorted rows keeps them different."""
    if len(points) <= MOST_POINTS:
        return points
    return points[np.linspace(0, len(points) - 1, MOST_POINTS).astype(np.int64)]
