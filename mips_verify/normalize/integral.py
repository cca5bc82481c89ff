"""Integer coordinates: bases of the lattice that the inputs generate.

The vectors ``A^k B``, with the bias as one more input, span a module over the integers that A
maps into itself. If the impulse response consists of integers, this module is a lattice, and in
a basis of the lattice all weights are integers (Rouchaleau, Wyman and Kalman, Algebraic structure
of linear dynamical systems III, PNAS 1972).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.algebra.integer_lattice import lattice_basis
from mips_verify.normalize.integer_autoencoders import generated, independent, size_reduced
from mips_verify.normalize.rationals import CLOSE
from mips_verify.normalize.space import StateSpace, solve

_DEPENDENT = 1e-6  # a row whose new part is below this share of the largest entry is dependent


def integral(space: StateSpace, linear: bool) -> Iterator[StateSpace]:
    """The system in lattice bases, with the initial state as origin; weights are not rounded yet.

    Args:
        space: a reachable and observable state space.
        linear: whether the read-out is linear, so that the outputs give the impulse response.
    """
    counted = space.shifted(space.h0)
    inputs = _krylov(counted.A, np.column_stack([counted.B, counted.c]))
    bases = [_seen_basis(counted, inputs)] if linear else []
    bases.append(generated(inputs)[0])
    for basis in bases:
        if basis is not None and len(basis) == space.order:
            yield counted.in_basis(basis.T)


def integer_space(space: StateSpace, linear: bool) -> StateSpace | None:
    """The system in a lattice basis with all weights but those of a nonlinear read-out rounded.

    Args:
        space: a reachable and observable state space.
        linear: whether the read-out is linear; if not, its first layer is not rounded.

    Returns:
        None if in no lattice basis the weights are within :data:`CLOSE` of integers.
    """
    for after in integral(space, linear):
        read = (after.W, after.b) if linear else ()
        parts = (after.A, after.B, after.c, after.h0, *read)
        if all(np.abs(part - np.rint(part)).max(initial=0.0) <= CLOSE for part in parts):
            A, B, c, h0 = (np.rint(part) + 0.0 for part in parts[:4])
            W, b = (np.rint(part) + 0.0 for part in read) if linear else (after.W, after.b)
            return StateSpace(A, B, c, h0, W, b)
    return None


def _seen_basis(space: StateSpace, inputs: Floats) -> Floats | None:
    """The lattice in the coordinates ``W A^k h``, which are integers if outputs are; or None."""
    seen = _krylov(space.A.T, space.W.T)
    view = independent(seen, _DEPENDENT * float(np.abs(seen).max(initial=0.0)))
    if len(view) < space.order:
        return None
    values = inputs @ view.T
    if np.abs(values - np.rint(values)).max() > CLOSE:
        return None
    rows = lattice_basis([[int(v) for v in row] for row in np.rint(values)])
    exact = np.array(rows, dtype=np.float64)
    if len(exact) < space.order:
        return None
    return size_reduced(solve(view, exact.T).T)


def _krylov(A: Floats, V: Floats) -> Floats:
    """The columns of ``V, A V, ..., A^(n-1) V`` as rows."""
    rows = []
    for _ in range(len(A)):
        rows.append(V.T)
        V = A @ V
    return np.vstack(rows)
