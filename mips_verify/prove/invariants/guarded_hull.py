"""Guarded affine hulls: affine relations between terms that hold whenever a guard holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.affine_hull import AffineLattice, span
from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import TRUE, Expr, conjoin, definedness, evaluate
from mips_verify.prove.invariants.relations import implies, relation
from mips_verify.prove.limits import (
    LARGEST_COEFFICIENT,
    LARGEST_MODULUS,
    LARGEST_STATE_MODULUS,
    MOST_POINTS,
)


@dataclass(frozen=True, slots=True)
class GuardedHull:
    """The affine lattice of ``terms`` over the states that satisfy ``guard``.

    Attributes:
        guard: a condition on the state, defined everywhere.
        terms: terms over the state; relations express earlier ones through later ones.
        lattice: a lattice that contains the values of the terms at every state seen so far.
    """

    guard: Expr
    terms: tuple[Expr, ...]
    lattice: AffineLattice

    def conditions(self) -> list[Expr]:
        """The equalities and congruences, each defined everywhere."""
        order = range(len(self.terms))
        everywhere = self.guard == TRUE and all(t.op == "var" for t in self.terms)
        largest = LARGEST_STATE_MODULUS if everywhere else LARGEST_MODULUS
        found = self.lattice.equalities(order) + self.lattice.congruences(largest)
        conditions = []
        for r in found:
            if max(map(abs, (*r.coefficients, r.constant))) > LARGEST_COEFFICIENT:
                continue
            used = [t for c, t in zip(r.coefficients, self.terms, strict=True) if c]
            if r.modulus and any(t.op == "mul" for t in used):
                continue  # Z3 takes long on congruences of products and rarely decides them
            guard = conjoin([*map(definedness, used), self.guard])
            conditions.append(implies(guard, relation(r, self.terms)))
        return conditions

    def join(self, state: Mapping[str, int]) -> GuardedHull:
        """The smallest hull that also admits ``state``."""
        if not evaluate(self.guard, state):
            return self
        try:
            point = [evaluate(t, state) for t in self.terms]
        except ValueError:  # a term has no value at this state, so the conditions do not apply
            return self
        lattice = self.lattice.join(point)
        return self if lattice is self.lattice else replace(self, lattice=lattice)


def hull_through(guard: Expr, terms: Sequence[Expr], points: Ints) -> GuardedHull:
    """The hull of a selection of ``points``, shape ``(m, terms)``, m at least 1."""
    # Houdini joins any omitted state that a step can reach
    return GuardedHull(guard, tuple(terms), span(spread(points).tolist()))


def spread(points: Ints) -> Ints:
    """At most :data:`MOST_POINTS` rows, evenly spaced: a spread of values if rows are sorted."""
    if len(points) <= MOST_POINTS:
        return points
    return points[np.linspace(0, len(points) - 1, MOST_POINTS).astype(np.int64)]
