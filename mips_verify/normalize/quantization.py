"""Quantisation: weights near simple rationals are rounded to them, to integers if possible."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Network
from mips_verify.normalize.exact import Exact, compare
from mips_verify.normalize.formula import terms
from mips_verify.normalize.integral import integral
from mips_verify.normalize.rationals import DENOMINATORS, rationals, tolerance
from mips_verify.normalize.result import Check, is_integer, normaliser
from mips_verify.normalize.space import DeclinedError, StateSpace, with_linear_part

_RESPONSE = (
    1e-2  # largest change of the impulse response, as a share of its first step if that is above 1
)
_ROUNDING = 0.5  # a larger change of an output could change the integer it is rounded to


@normaliser("quantization", largest=_ROUNDING)
def quantization(network: Network, space: StateSpace, check: Check) -> StateSpace:
    """Round f, and g if it is linear; the result is kept only if the outputs stay the same.

    If the rounded weights are not integers, the system is rounded in integer coordinates, too.
    """
    found, reasons = [], []
    for start in itertools.chain([space], integral(space, len(network.g) == 1)):
        try:
            after = _rounded(network, start)
            _demand_same(network, space, after, check)
        except DeclinedError as reason:
            reasons.append(reason)
            continue
        if is_integer(with_linear_part(network, after)):
            return after
        found.append(after)
    if not found:
        raise reasons[0]
    return min(found, key=terms)


def _rounded(network: Network, space: StateSpace) -> StateSpace:
    """The system with f rounded and, if g is linear and near rationals, g rounded, too."""
    A, B, c, h0 = _rounded_f(space)
    after = replace(space, A=_floats(A), B=_floats(B), c=_floats(c), h0=_floats(h0))
    return _with_rounded_reading(after) if len(network.g) == 1 else after


def _rounded_f(space: StateSpace) -> list[Exact]:
    parts = [space.A, space.B, space.c, space.h0]
    near = rationals(np.concatenate([part.ravel() for part in parts]))
    if near is None:
        raise DeclinedError(
            f"some weight of f is within {tolerance(DENOMINATORS[-1]):.0e} of no rational with a "
            f"denominator of up to {DENOMINATORS[-1]}"
        )
    ends = np.cumsum([part.size for part in parts])[:-1]
    pieces = np.split(near, ends)
    return [piece.reshape(part.shape) for piece, part in zip(pieces, parts, strict=True)]


def _with_rounded_reading(space: StateSpace) -> StateSpace:
    """The system with its linear read-out rounded, if it is near rationals."""
    W, b = rationals(space.W), rationals(space.b)
    if W is None or b is None:
        return space
    return replace(space, W=_floats(W), b=_floats(b))


def _floats(values: Exact) -> Floats:
    return values.astype(np.float64)


def _demand_same(network: Network, before: StateSpace, after: StateSpace, check: Check) -> None:
    found = compare(before, after, check.length, check.low, check.high)
    size = max(1.0, float(np.abs(before.W @ before.B).max(initial=0.0)))
    if found.response > _RESPONSE * size:
        raise DeclinedError(
            f"rounding would change the impulse response by {float(found.response):.2g}"
        )
    sequences = check.sequences(network.channels)
    rounded = with_linear_part(network, after)
    if (rounded.run(sequences)[1] != network.run(sequences)[1]).any():
        raise DeclinedError("rounding would change a rounded output on the check's sequences")
