"""Compare two linear networks in exact arithmetic.

Floats are dyadic fractions, so a power of two makes all weights integers and nothing is rounded.
A state space is characterised by its impulse response ``W A^k B`` and its free response. If two
state spaces of orders n and m agree on the first n + m + 2 steps of both responses, they agree at
every step (Cayley-Hamilton theorem for their difference, with one more coordinate for the bias).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats
from mips_verify.normalize.space import StateSpace

Exact = NDArray[np.object_]  # Python integers or fractions


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """The responses at the read-out: ``impulse[k] = W A^k B``, and ``free[t]`` without input."""

    impulse: list[Exact]
    free: list[Exact]


def responses(space: StateSpace, steps: int, bits: int) -> Responses:
    """The first ``steps`` exact responses, for weights that are multiples of ``2 ** -bits``."""
    n = space.order
    A = np.block([[space.A, space.c[:, None]], [np.zeros((1, n)), np.ones((1, 1))]])
    B = np.vstack([space.B, np.zeros((1, space.B.shape[1]))])
    start = np.append(space.h0, 1.0)[:, None]
    W = np.hstack([space.W, space.b[:, None]])
    A, W = _integers(A, bits), _integers(W, bits)
    block = np.hstack([_integers(B, bits), A @ _integers(start, bits)])
    block[:, :-1] *= 1 << bits  # so that all columns have the scale of the free response
    impulse, free = [], []
    for k in range(steps):
        scale = Fraction(1, 1 << (bits * (k + 3)))
        now = W @ block * scale
        impulse.append(now[:, :-1])
        free.append(now[:, -1])
        block = A @ block
    return Responses(impulse, free)


def _integers(values: Floats, bits: int) -> Exact:
    out = np.empty(values.shape, dtype=object)
    for place, value in np.ndenumerate(values):
        scaled = Fraction(float(value)) * (1 << bits)
        out[place] = scaled.numerator
    return out


def _bits(*spaces: StateSpace) -> int:
    """The least number of binary places that represent all weights."""
    weights = np.concatenate([space.weights for space in spaces])
    return max(Fraction(float(w)).denominator.bit_length() - 1 for w in weights)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two state spaces differ at the read-out.

    Attributes:
        exact: whether they agree on all sequences of every length, in exact arithmetic.
        response: the largest difference among the responses that decide ``exact``.
        bound: for each unit of the read-out's first layer, the largest difference on any sequence
            of the given length and range; ``(m,)``.
    """

    exact: bool
    response: Fraction
    bound: Exact


def compare(before: StateSpace, after: StateSpace, length: int, low: int, high: int) -> Comparison:
    """Compare exactly; the bound holds for up to ``length`` inputs from ``low`` to ``high``."""
    decisive = before.order + after.order + 2
    bits = _bits(before, after)
    old, new = (responses(s, max(decisive, length), bits) for s in (before, after))
    impulse = [a - b for a, b in zip(new.impulse, old.impulse, strict=True)]
    free = [a - b for a, b in zip(new.free, old.free, strict=True)]
    seen = [abs(v) for part in (impulse, free) for d in part[:decisive] for v in d.ravel()]
    middle, radius = Fraction(low + high, 2), Fraction(high - low, 2)
    centre = spread = np.zeros(len(before.b), dtype=object)
    bound = centre
    for t in range(length):
        centre = centre + impulse[t].sum(axis=1) * middle
        spread = spread + np.abs(impulse[t]).sum(axis=1) * radius
        bound = np.maximum(bound, np.abs(free[t] + centre) + spread)
    return Comparison(not any(seen), max(seen, default=Fraction(0)), bound)


def through(layers: tuple[tuple[Floats, Floats], ...], bound: Exact) -> float:
    """The largest change of an output if the read-out's first layer changes by ``bound``.

    ReLU changes by no more than its argument, so the bound is multiplied by absolute weights.
    """
    for weight, _ in layers[1:]:
        exact = np.array([[Fraction(abs(float(w))) for w in row] for row in weight], dtype=object)
        bound = exact @ bound
    try:
        return float(max(bound))
    except OverflowError:
        return math.inf
