"""The impulse response of labels to inputs, or to letters of an alphabet of any size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.train import training_budgets as budgets

_ENOUGH = 1e-11  # relative size of the gradient at which the iteration ends


def impulse_response(inputs: Floats, outputs: Floats) -> tuple[Floats, float]:
    """Least squares fit of ``y_t = sum_k M_k u_{t-k}`` over whole sequences.

    Args:
        inputs: ``(n, length, m)``; for a constant term, one channel is always 1.
        outputs: ``(n, length, p)``.

    Returns:
        ``M``, ``(length, p, m)``, and the largest residual.
    """
    n, length, m = inputs.shape
    normal = np.zeros((length * m, length * m))
    moment = np.zeros((length * m, outputs.shape[2]))
    past = np.zeros((n, length, m))
    blocks = []
    for t in range(length):
        past = np.concatenate([inputs[:, t : t + 1], past[:, :-1]], axis=1)
        rows = past.reshape(n, -1)
        blocks.append(rows)
        normal += rows.T @ rows
        moment += rows.T @ outputs[:, t]
    inverse = np.linalg.pinv(normal, rcond=1e-12, hermitian=True)
    solution = inverse @ moment
    for _ in range(2):  # refinement: the normal equations square the condition number
        rest = [outputs[:, t] - rows @ solution for t, rows in enumerate(blocks)]
        solution += inverse @ sum(rows.T @ r for rows, r in zip(blocks, rest, strict=True))
    worst = max(
        float(np.abs(outputs[:, t] - rows @ solution).max()) for t, rows in enumerate(blocks)
    )
    return solution.reshape(length, m, -1).transpose(0, 2, 1), worst


def letter_response(index: Ints, letters: int, labels: NDArray[np.int64]) -> tuple[Floats, float]:
    """Least squares fit of ``y_t = sum_k M_k[x_{t-k}]`` by conjugate gradients.

    The columns for random letters are nearly orthogonal, so a few iterations are enough.

    Args:
        index: letters as numbers, ``(n, length)``.
        letters: size of the alphabet.
        labels: ``(n, length, outputs)``.

    Returns:
        ``M``, ``(length, outputs, letters)``, and the largest residual.
    """
    length, outputs = index.shape[1], labels.shape[2]
    counts = np.array([np.bincount(index[:, : length - k].ravel(), minlength=letters)
                       for k in range(length)])  # fmt: skip
    scale = 1.0 / np.sqrt(np.maximum(counts, 1))[..., None]  # (lag, letter, 1)
    solution = np.zeros((length, letters, outputs))
    rest = labels.astype(np.float64)
    size = float(np.linalg.norm(rest)) or 1.0
    gradient = scale * _adjoint(index, rest, letters)
    direction, square = gradient, float((gradient**2).sum())
    first = square
    for i in range(budgets.RESPONSE_ITERATIONS):
        if square <= _ENOUGH**2 * first:
            break
        left = float(np.linalg.norm(rest))
        if i == budgets.RESPONSE_PATIENCE and left > budgets.RESPONSE_HOPELESS * size:
            break
        moved = _predict(index, scale * direction)
        step = square / float((moved**2).sum())
        solution += step * direction
        rest = rest - step * moved
        gradient = scale * _adjoint(index, rest, letters)
        before, square = square, float((gradient**2).sum())
        direction = gradient + (square / before) * direction
    response = scale * solution
    worst = np.abs(labels - _predict(index, response)).max(initial=0.0)
    return response.transpose(0, 2, 1), float(worst)


def _predict(index: Ints, response: Floats) -> Floats:
    """``(n, length, outputs)`` from ``(lag, letter, outputs)``."""
    n, length = index.shape
    out = np.zeros((n, length, response.shape[2]))
    for k in range(length):
        out[:, k:] += response[k][index[:, : length - k]]
    return out


def _adjoint(index: Ints, rest: Floats, letters: int) -> Floats:
    """The transpose of :func:`_predict`."""
    length, outputs = rest.shape[1:]
    out = np.empty((length, letters, outputs))
    for k in range(length):
        at = index[:, : length - k].ravel()
        for i in range(outputs):
            out[k, :, i] = np.bincount(at, rest[:, k:, i].ravel(), minlength=letters)
    return out
