"""Sampled joint states of two machines, and the queries that miners make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Bools, Ints
from mips_verify.algebra.batch import evaluate_batch
from mips_verify.kernel.expr import TRUE, Expr, definedness, var
from mips_verify.kernel.obligations import Pair
from mips_verify.prove.invariants.guarded_hull import GuardedHull, hull_through


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Joint states of two machines, the initial one first.

    Attributes:
        pair: the machines.
        states: shape ``(m, variables)``, in the order of ``pair.state``.
        complete: whether ``states`` are all reachable states over the domain.
        hull: the affine hull of the state variables.
        free: the variables through which the hull expresses the others.
        finite: the complete samples of the variables that have finitely many joint states;
            ``None`` if there are no such variables or they were not determined yet.
    """

    pair: Pair
    states: Ints
    complete: bool
    hull: GuardedHull
    free: tuple[str, ...]
    finite: Samples | None = None

    def column(self, name: str) -> Ints:
        """The values of one state variable."""
        return self.states[:, self.pair.state.index(name)]

    def values(self, e: Expr) -> Ints | None:
        """The values of a term over the state; ``None`` if it has no value at some sample."""
        env = {name: self.states[:, i] for i, name in enumerate(self.pair.state)}
        with np.errstate(all="ignore"):
            defined = definedness(e)
            if defined != TRUE and not evaluate_batch(defined, env).all():
                return None
            values = evaluate_batch(e, env)
        return np.broadcast_to(values, len(self.states))

    def hull_of(
        self, terms: Sequence[Expr], guard: Expr = TRUE, where: Bools | None = None
    ) -> GuardedHull:
        """The hull of the terms that have values, over the samples ``where`` the guard holds."""
        found = [self.values(e) for e in terms]
        kept = [e for e, v in zip(terms, found, strict=True) if v is not None]
        columns = [v for v in found if v is not None]
        points = np.stack(columns, axis=1) if kept else np.zeros((len(self.states), 0), np.int64)
        return hull_through(guard, kept, points if where is None else points[where])


def sampled(pair: Pair, states: Ints, *, complete: bool) -> Samples:
    """Joint states ``(m, variables)`` with their hull."""
    columns = [var(name) for name in pair.state]
    hull = hull_through(TRUE, columns, states)
    dependent = {
        next(i for i, c in enumerate(r.coefficients) if c)
        for r in hull.lattice.equalities(range(len(columns)))
    }
    free = tuple(name for i, name in enumerate(pair.state) if i not in dependent)
    return Samples(pair, states, complete, hull, free)
