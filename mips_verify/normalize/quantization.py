"""Quantisation: weights near simple rationals become these, integers wherever that is possible."""

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

_MARKOV = 1e-2  # largest change of a Markov parameter, as a share of the first if that is above 1
_ROUNDING = 0.5  # a larger change of an output could change the integer it is rounded to


@normaliser("quantization", largest=_ROUNDING)
def quantization(network: Network, space: StateSpace, check: Check) -> StateSpace:
    """Round f, and g where it is linear; kept only if the rounded outputs stay what they were.

    Where rounding the weights at hand does not give integers, integer coordinates are looked for.
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
    """Every weight that can be rounded."""
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
    """The linear read-out rounded where it lies near rationals, else as it is."""
    W, b = rationals(space.W), rationals(space.b)
    if W is None or b is None:
        return space
    return replace(space, W=_floats(W), b=_floats(b))


def _floats(values: Exact) -> Floats:
    return values.astype(np.float64)


def _demand_same(network: Network, before: StateSpace, after: StateSpace, check: Check) -> None:
    found = compare(before, after, check.length, check.low, check.high)
    size = max(1.0, float(np.abs(before.W @ before.B).max(initial=0.0)))
    if found.markov > _MARKOV * size:
        raise DeclinedError(
            f"rounding would change a Markov parameter by {float(found.markov):.2g}"
        )
    sequences = check.sequences(network.channels)
    rounded = with_linear_part(network, after)
    if (rounded.run(sequences)[1] != network.run(sequences)[1]).any():
        raise DeclinedError("rounding would change a rounded output on the check's sequences")
