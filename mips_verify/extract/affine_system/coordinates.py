"""Readable coordinates for an affine system: the basis in which its program is shortest.

Any unimodular change of basis ``z -> T z`` keeps integers integers. The search walks by
elementary steps (add or subtract one coordinate to another, flip a sign), always to the
neighbour with the fewest syntax-tree nodes, from several starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Ints

WALKS = 8
SCRAMBLE = 6  # elementary steps that lead from the given basis to a random start
STEPS = 400  # per walk


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """``z' = A z + B u + c`` and, for each output, ``y = C z + D u + e`` or ``P z' + R u + q``.

    ``u`` are functions of the letter, the inputs themselves where all is affine in them.
    ``P`` is the reading of the output from the new state; rows that have none repeat the first
    reading and say so in ``has_new``.
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

    def moved(self, T: Ints, inverse: Ints) -> Form:
        """The same system in the coordinates ``T z``."""
        return Form(
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


def with_new_reading(A: Ints, B: Ints, c: Ints, C: Ints, D: Ints, e: Ints) -> Form:
    """Add the reading from the new state where it exists: ``P A = C``, ``R = D - P B``."""
    P = np.rint(np.linalg.lstsq(A.T.astype(float), C.T.astype(float), rcond=None)[0].T)
    P = P.astype(np.int64)
    for k, row in enumerate(C):
        unit = np.nonzero((row == A).all(axis=1))[0]
        if len(unit):
            P[k] = np.eye(len(A), dtype=np.int64)[unit[0]]
    has_new = (P @ A == C).all(axis=1)
    return Form(A, B, c, C, D, e, P, D - P @ B, e - P @ c, has_new.astype(np.int64))


def row_cost(coefficients: Ints, constants: Ints, weights: Ints) -> Ints:
    """Nodes of each row's combination, where term ``k`` has ``weights[k]`` nodes.

    The size of :func:`mips_verify.algebra.linear_form.combination`, for ``(..., k)`` coefficients.
    """
    used = coefficients != 0
    terms = used.sum(axis=-1)
    factor = 2 * (used & (np.abs(coefficients) != 1))
    nodes = (used * weights + factor).sum(axis=-1) + terms - 1 + 2 * (constants != 0)
    bare = (coefficients <= 0).all(axis=-1) & (constants <= 0) & (coefficients >= -1).all(axis=-1)
    nodes = nodes + (bare & (terms > 0))
    return np.where(terms == 0, 1, nodes)


def form_cost(form: Form, weights: Ints) -> float:
    """Syntax-tree nodes of the form as a machine; ties go to small and positive numbers."""
    r = form.A.shape[0]
    state = np.concatenate([np.ones(r, dtype=np.int64), weights])
    step = np.concatenate([form.A, form.B], axis=1)
    total = r + row_cost(step, form.c, state).sum()
    direct = row_cost(np.concatenate([form.C, form.D], axis=1), form.e, state)
    renewed = row_cost(np.concatenate([form.P, form.R], axis=1), form.q, state)
    best = np.where(form.has_new == 1, np.minimum(direct, renewed), direct)
    ugly = np.abs(step).sum() + 0.5 * (step < 0).sum() + np.abs(form.C).sum()
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


def shortest(form: Form, weights: Ints, rng: np.random.Generator) -> Form:
    """The cheapest form that the walks reach."""
    moves = list(elementary(len(form.A)))
    best = _descend(form, weights, moves)
    for _ in range(WALKS if len(form.A) > 1 else 0):
        start = form
        for k in rng.integers(0, len(moves), size=SCRAMBLE):
            start = start.moved(*moves[k])
        other = _descend(start, weights, moves)
        if form_cost(other, weights) < form_cost(best, weights):
            best = other
    return best


def _descend(form: Form, weights: Ints, moves: list[tuple[Ints, Ints]]) -> Form:
    cost = form_cost(form, weights)
    for _ in range(STEPS):
        neighbours = [form.moved(*move) for move in moves]
        costs = [form_cost(n, weights) for n in neighbours]
        k = int(np.argmin(costs))
        if costs[k] >= cost:
            return form
        form, cost = neighbours[k], costs[k]
    return form
