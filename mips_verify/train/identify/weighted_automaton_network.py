"""A weighted automaton as a recurrent ReLU network with one hidden layer in f."""

from __future__ import annotations

import math

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.algebra.integer_lattice import lattice_basis
from mips_verify.kernel.domain import Domain
from mips_verify.network.layers import beside
from mips_verify.network.network import Layers, Network
from mips_verify.train.identify.labelled_words import letter_number
from mips_verify.train.identify.weighted_automaton import WeightedAutomaton

_ROOM = 4.0  # a gate is exact for values of up to this multiple of the largest value seen


def switched_network(
    automaton: WeightedAutomaton, domain: Domain, index: Ints, g: Layers
) -> Network:
    """``h' = A_x h``, exact for states as large as those on the letters ``index (n, length)``."""
    n = automaton.rank
    states = np.concatenate([automaton.start[None], automaton.states(index).reshape(-1, n)])
    matrices = np.concatenate([automaton.A, np.zeros((len(automaton.A), n, 1))], axis=2)
    return Network(switched_layers(matrices, domain, states), g, automaton.start, domain.channels)


def switched_layers(matrices: Floats, domain: Domain, states: Floats) -> Layers:
    """Layers that give ``M_x [h, 1]``, exact for states as large as ``states``.

    If e is the number of the letter read and ``|v| < c``, then ``[e >= x] v`` is
    ``relu(v + c + 2c (e - x)) - relu(c + 2c (e - x))``. So for each letter x > 0 the layers add to
    ``M_0 [h, 1]`` the change of the matrix from x - 1 to x, if e >= x. A change of rank r takes
    r + 1 units.

    Args:
        matrices: one matrix per letter, ``(letters, rows, n + 1)``.
        domain: the letters; the layers read ``[h, x]``.
        states: ``(count, n)``.
    """
    n, channels = states.shape[1], domain.channels
    number, shift = letter_number(domain)
    states = np.hstack([states, np.ones((len(states), 1))])
    weights, biases, outs = [], [], []
    for x in range(1, len(matrices)):
        left, right = factors(matrices[x] - matrices[x - 1])
        if not len(right):
            continue
        room = 2.0 ** math.ceil(math.log2(_ROOM * max(1.0, float(np.abs(states @ right.T).max()))))
        ramp = 2 * room * number
        offset = room + 2 * room * (shift - x)
        weights += [np.concatenate([v[:n], ramp]) for v in right]
        weights.append(np.concatenate([np.zeros(n), ramp]))
        biases += [offset + v[n] for v in right] + [offset]
        outs.append(np.hstack([left, -left.sum(axis=1, keepdims=True)]))
    linear = np.hstack([matrices[0][:, :n], np.zeros((len(matrices[0]), channels))])
    bias = matrices[0][:, n]
    if not outs:
        return ((linear, bias),)
    return beside(((np.array(weights), np.array(biases)), (np.hstack(outs), bias)), linear)


def factors(matrix: Floats, tolerance: float = 1e-9) -> tuple[Floats, Floats]:
    """``left @ right = matrix``; both are integers if ``matrix`` is one of small integers.

    ``right`` consists of independent rows of ``matrix``. If other rows of integers are no integer
    combinations of these, it is a basis of the lattice that all rows span.
    """
    left, right = _independent_rows(matrix, tolerance)
    if _whole(matrix) and not _whole(left):
        basis = np.array(lattice_basis(matrix.astype(np.int64).tolist()), dtype=np.float64)
        whole = np.rint(np.linalg.lstsq(basis.T, matrix.T, rcond=None)[0].T).astype(np.float64)
        if np.array_equal(whole @ basis, matrix):
            return whole, basis
    return left, right


def _whole(values: Floats) -> bool:
    return bool((values == np.rint(values)).all())


def _independent_rows(matrix: Floats, tolerance: float) -> tuple[Floats, Floats]:
    """Rows of the matrix from which all are combined, and the coefficients before them."""
    scale = max(1.0, float(np.abs(matrix).max(initial=0.0)))
    rest, chosen = matrix.copy(), []
    while True:
        sizes = np.abs(rest).max(axis=1, initial=0.0)
        # the first row that is large enough, because early rows are simple
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
    left: Floats = np.linalg.lstsq(right.T, matrix.T, rcond=None)[0].T.astype(np.float64)
    near = np.rint(left)
    return np.where(np.abs(left - near) < 1e-9, near, left) + 0.0, right
