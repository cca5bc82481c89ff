"""Readable coordinates for an affine system: the basis in which its program is shortest.

Any unimodular change of basis ``z -> T z`` keeps integers integers. The search starts from several
bases. It applies elementary steps (add one coordinate to another or subtract it, flip a sign), each
time the step that leads to the fewest syntax-tree nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.extract import extraction_budgets as budgets


@dataclass(frozen=True, slots=True, eq=False)
class Realisation:
    """``z' = A z + B u + c`` and, for each output, ``y = C z + D u + e`` or ``P z' + R u + q``.

    ``u`` are functions of the letter, or the inputs themselves if the system is affine in them.
    ``C`` reads an output from the state before the step. If ``has_new`` is 1, ``P`` can also read
    it from the state after the step.
    """

    A: Ints
    B: Ints
    c: Ints
    C: Ints
    D: Ints
    e: Ints
    P: Ints
    R: Ints
    q: Ints
    has_new: Ints

    def moved(self, T: Ints, inverse: Ints) -> Realisation:
        """The same system in the coordinates ``T z``."""
        return Realisation(
            T @ self.A @ inverse,
            T @ self.B,
            T @ self.c,
            self.C @ inverse,
            self.D,
            self.e,
            self.P @ inverse,
            self.R,
            self.q,
            self.has_new,
        )


def with_new_reading(A: Ints, B: Ints, c: Ints, C: Ints, D: Ints, e: Ints) -> Realisation:
    """The realisation with ``P``, for outputs that have one: ``P A = C``, ``R = D - P B``."""
    P = np.rint(np.linalg.lstsq(A.T.astype(float), C.T.astype(float), rcond=None)[0].T)
    P = P.astype(np.int64)
    for k, row in enumerate(C):
        unit = np.nonzero((row == A).all(axis=1))[0]
        if len(unit):
            P[k] = np.eye(len(A), dtype=np.int64)[unit[0]]
    has_new = (P @ A == C).all(axis=1)
    return Realisation(A, B, c, C, D, e, P, D - P @ B, e - P @ c, has_new.astype(np.int64))


def row_cost(coefficients: Ints, constants: Ints, weights: Ints) -> Ints:
    """Nodes of each row's combination, if term ``k`` has ``weights[k]`` nodes.

    For coefficients ``(..., k)``, the size of :func:`mips_verify.algebra.linear_form.combination`.
    """
    used = coefficients != 0
    terms = used.sum(axis=-1)
    factor = 2 * (used & (np.abs(coefficients) != 1))
    nodes = (used * weights + factor).sum(axis=-1) + terms - 1 + 2 * (constants != 0)
    bare = (coefficients <= 0).all(axis=-1) & (constants <= 0) & (coefficients >= -1).all(axis=-1)
    nodes = nodes + (bare & (terms > 0))
    return np.where(terms == 0, 1, nodes)


def realisation_cost(realisation: Realisation, weights: Ints) -> float:
    """Syntax-tree nodes of the machine; ties go to small and positive coefficients."""
    r = realisation.A.shape[0]
    state = np.concatenate([np.ones(r, dtype=np.int64), weights])
    step = np.concatenate([realisation.A, realisation.B], axis=1)
    total = r + row_cost(step, realisation.c, state).sum()
    direct = row_cost(np.concatenate([realisation.C, realisation.D], axis=1), realisation.e, state)
    renewed = row_cost(np.concatenate([realisation.P, realisation.R], axis=1), realisation.q, state)
    best = np.where(realisation.has_new == 1, np.minimum(direct, renewed), direct)
    ugly = np.abs(step).sum() + 0.5 * (step < 0).sum() + np.abs(realisation.C).sum()
    return float(total + best.sum() + 1e-3 * ugly)


def elementary(r: int) -> Iterator[tuple[Ints, Ints]]:
    """The elementary unimodular matrices of size ``r`` with their inverses."""
    unit = np.eye(r, dtype=np.int64)
    for i in range(r):
        for j in range(r):
            for sign in (1, -1):
                if i != j:
                    step = unit.copy()
                    step[i, j] = sign
                    yield step, 2 * unit - step
        flip = unit.copy()
        flip[i, i] = -1
        yield flip, flip


def shortest(realisation: Realisation, weights: Ints, rng: np.random.Generator) -> Realisation:
    """The cheapest realisation that a few descents from random starts reach."""
    moves = list(elementary(len(realisation.A)))
    best = _descend(realisation, weights, moves)
    for _ in range(budgets.WALKS if len(realisation.A) > 1 else 0):
        start = realisation
        for k in rng.integers(0, len(moves), size=budgets.SCRAMBLE):
            start = start.moved(*moves[k])
        other = _descend(start, weights, moves)
        if realisation_cost(other, weights) < realisation_cost(best, weights):
            best = other
    return best


def _descend(
    realisation: Realisation, weights: Ints, moves: list[tuple[Ints, Ints]]
) -> Realisation:
    cost = realisation_cost(realisation, weights)
    for _ in range(budgets.WALK_STEPS):
        neighbours = [realisation.moved(*move) for move in moves]
        costs = [realisation_cost(n, weights) for n in neighbours]
        k = int(np.argmin(costs))
        if costs[k] >= cost:
            return realisation
        realisation, cost = neighbours[k], costs[k]
    return realisation
