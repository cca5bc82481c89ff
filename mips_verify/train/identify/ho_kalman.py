"""Realisation of a linear system from its impulse response (Ho and Kalman, 1966)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class LinearSystem:
    """``h' = A h + B u``, ``y = C h'``; ``A`` is ``(n, n)``, ``B`` ``(n, m)``, ``C`` ``(p, n)``."""

    A: Floats
    B: Floats
    C: Floats

    @property
    def order(self) -> int:
        """Number of state variables."""
        return int(self.A.shape[0])

    def response(self, steps: int) -> Floats:
        """The first Markov parameters ``C A^k B``, shape ``(steps, p, m)``."""
        out, block = [], self.B
        for _ in range(steps):
            out.append(self.C @ block)
            block = self.A @ block
        return np.array(out)


def impulse_response(inputs: Floats, outputs: Floats) -> tuple[Floats, float]:
    """Least squares fit of ``y_t = sum_k M_k u_{t-k}`` over whole sequences.

    Args:
        inputs: ``(n, length, m)``, a channel that is always 1 included where wanted.
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


def realise(response: Floats, tolerance: float = 1e-7) -> LinearSystem:
    """The smallest linear system with the given Markov parameters, by Hankel SVD.

    Args:
        response: ``(length, p, m)``.
        tolerance: singular values below this share of the largest count as zero.
    """
    length, p, m = response.shape
    columns = length // 2
    rows = length - columns
    if columns == 0:
        return LinearSystem(np.zeros((p, p)), response[0], np.eye(p))
    hankel = np.block([[response[i + j] for j in range(columns)] for i in range(rows)])
    u, s, vt = np.linalg.svd(hankel, full_matrices=False)
    n = max(1, int((s > max(s[0] * tolerance, 1e-12)).sum()))
    observability = u[:, :n] * np.sqrt(s[:n])
    control = np.sqrt(s[:n])[:, None] * vt[:n]
    a = np.linalg.lstsq(observability[:-p], observability[p:], rcond=None)[0]
    return LinearSystem(a, control[:, :m], observability[:p])
