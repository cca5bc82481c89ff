"""Ho-Kalman: a linear system from its impulse response, by SVD of the Hankel matrix (1966)."""

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
        """The impulse response ``C A^k B`` for the first ``steps``, shape ``(steps, p, m)``."""
        out, block = [], self.B
        for _ in range(steps):
            out.append(self.C @ block)
            block = self.A @ block
        return np.array(out)


def realise(response: Floats, tolerance: float = 1e-7) -> LinearSystem:
    """The smallest linear system with the given impulse response (Ho and Kalman, 1966).

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
