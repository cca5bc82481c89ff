"""De-biasing: a shift of the state that makes the bias of f, or the initial state, zero."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Network
from mips_verify.normalize.formula import terms
from mips_verify.normalize.result import Check, normaliser
from mips_verify.normalize.space import DeclinedError, StateSpace

_FIXED = 1e-9


@normaliser("debias")
def debias(network: Network, space: StateSpace, check: Check) -> StateSpace:
    """Shift the origin to the fixed point or to the initial state, whichever leaves fewer terms.

    If the origin is the fixed point ``s = A s + c``, the bias of f is zero and that of g changes.
    """
    del network, check
    shifted = [space.shifted(space.h0)]
    fixed = _fixed_point(space)
    if fixed is not None:
        shifted.append(space.shifted(fixed))
    best = min(shifted, key=terms)
    if terms(best) < terms(space):
        return best
    if not (np.abs(space.c) > _FIXED).any():
        raise DeclinedError("the bias of f is zero already")
    if fixed is None:
        raise DeclinedError(
            "no state is a fixed point under zero input, so no shift removes the bias"
        )
    raise DeclinedError(
        "a shift only moves terms from the bias to the initial state and the read-out"
    )


def _fixed_point(space: StateSpace) -> Floats | None:
    away = np.eye(space.order) - space.A
    s: Floats = np.linalg.lstsq(away, space.c, rcond=_FIXED)[0].astype(np.float64)
    return s if np.abs(away @ s - space.c).max() < _FIXED else None
