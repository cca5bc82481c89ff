"""A weighted automaton as a recurrent ReLU network with one hidden layer in f."""

from __future__ import annotations

import math

import numpy as np

from mips_verify.domain import Domain
from mips_verify.network.layers import beside
from mips_verify.network.network import Array, Layers, Network
from mips_verify.network.weighted import WeightedAutomaton
from mips_verify.network.words import Ints, letter_number

_ROOM = 4.0  # times the largest value seen that a gate must let through


def switched_network(
    automaton: WeightedAutomaton, domain: Domain, index: Ints, g: Layers
) -> Network:
    """``h' = A_x h`` exactly, for states like those met on the letters ``index (n, length)``.

    With the letter's number e, ``[e >= x] v = relu(v + c + 2c (e - x)) - relu(c + 2c (e - x))`` for
    every ``|v| < c``. So f is ``A_0 h`` and, for each letter x > 0, the change from the letter
    before it, switched on from x on: as many units as the changes have ranks, and one for each.
    """
    n, channels = automaton.rank, domain.channels
    number, shift = letter_number(domain)
    states = automaton.states(index).reshape(-1, n)
    states = np.concatenate([automaton.start[None], states])
    weights, biases, outs = [], [], []
    for x in range(1, len(automaton.A)):
        left, right = factors(automaton.A[x] - automaton.A[x - 1])
        if not len(right):
            continue
        room = 2.0 ** math.ceil(math.log2(_ROOM * max(1.0, float(np.abs(states @ right.T).max()))))
        ramp = 2 * room * number
        offset = room + 2 * room * (shift - x)
        weights += [np.concatenate([v, ramp]) for v in right]
        weights.append(np.concatenate([np.zeros(n), ramp]))
        biases += [offset] * (len(right) + 1)
        outs.append(np.hstack([left, -left.sum(axis=1, keepdims=True)]))
    linear = np.hstack([automaton.A[0], np.zeros((n, channels))])
    if not outs:
        f: Layers = ((linear, np.zeros(n)),)
    else:
        f = beside(((np.array(weights), np.array(biases)), (np.hstack(outs), np.zeros(n))), linear)
    return Network(f, g, automaton.start, channels)


def factors(matrix: Array, tolerance: float = 1e-9) -> tuple[Array, Array]:
    """``left @ right = matrix``; ``right`` are rows of it, as many as its rank."""
    scale = max(1.0, float(np.abs(matrix).max(initial=0.0)))
    rest, chosen = matrix.copy(), []
    while True:
        sizes = np.abs(rest).max(axis=1, initial=0.0)
        # the first of the rows that are large enough: early rows are the simple ones
        large = np.flatnonzero(sizes > max(tolerance * scale, 0.5 * sizes.max(initial=0.0)))
        if not len(large):
            break
        row = rest[large[0]] / np.linalg.norm(rest[large[0]])
        chosen.append(int(large[0]))
        rest = rest - np.outer(rest @ row, row)
        rest[chosen] = 0.0
    right = matrix[chosen]
    if not chosen:
        return np.zeros((len(matrix), 0)), right
    left: Array = np.linalg.lstsq(right.T, matrix.T, rcond=None)[0].T.astype(np.float64)
    near = np.rint(left)
    return np.where(np.abs(left - near) < 1e-9, near, left) + 0.0, right
