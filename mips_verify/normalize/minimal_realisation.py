"""Minimal realisation: the reachable and observable part of the state (Kalman, 1963)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Network
from mips_verify.normalize.result import Check, normaliser
from mips_verify.normalize.space import DeclinedError, StateSpace

_RANK = 1e-8  # a direction with a smaller singular value, as a share of the largest, is dropped


@normaliser("minimal")
def minimal(network: Network, space: StateSpace, check: Check) -> StateSpace:
    """Drop directions of the state that no input reaches or that no output depends on.

    The initial state becomes the origin, and the bias is treated as one more input.
    """
    del check
    space = space.shifted(space.h0)
    result = reachable_and_observable(space)
    if result.order == 0:
        return _constant(space)
    if result.order < space.order:
        return result
    if not network.h0.any():
        raise DeclinedError("inputs reach, and outputs depend on, every direction of the state")
    return space


def reachable_and_observable(space: StateSpace) -> StateSpace:
    """That part of a state space whose initial state is its origin; it may be of order 0."""
    reach = _krylov_basis(space.A, np.hstack([space.B, space.c[:, None]]))
    reached = _projected(space, reach)
    return _projected(reached, _krylov_basis(reached.A.T, reached.W.T))


def _constant(space: StateSpace) -> StateSpace:
    """A network whose outputs never change; its one state variable is always 0."""
    m, channels = len(space.b), space.B.shape[1]
    zero = np.zeros(1)
    return StateSpace(
        np.zeros((1, 1)), np.zeros((1, channels)), zero, zero, np.zeros((m, 1)), space.b
    )


def _krylov_basis(A: Floats, V: Floats) -> Floats:
    """Orthonormal columns that span ``V, A V, A^2 V, ...``, found one block after the other."""
    basis = np.zeros((len(A), 0))
    scale = np.linalg.norm(V, axis=0)
    block = V[:, scale > _RANK * max(scale.max(initial=0.0), 1e-300)]
    block = block / np.linalg.norm(block, axis=0)
    while block.shape[1]:
        for _ in range(2):  # twice is enough for orthogonality up to rounding
            block = block - basis @ (basis.T @ block)
        u, s, _ = np.linalg.svd(block, full_matrices=False)
        fresh = u[:, s > _RANK]
        basis = np.hstack([basis, fresh])
        block = A @ fresh / max(1.0, float(np.abs(A).max()))
    return basis


def _projected(space: StateSpace, Q: Floats) -> StateSpace:
    return replace(
        space,
        A=Q.T @ space.A @ Q,
        B=Q.T @ space.B,
        c=Q.T @ space.c,
        h0=Q.T @ space.h0,
        W=space.W @ Q,
    )
