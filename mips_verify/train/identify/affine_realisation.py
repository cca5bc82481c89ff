"""Subspace identification: the smallest affine system that gives the labels, if there is one.

The impulse response is fitted by least squares, and a singular value decomposition of its Hankel
matrix gives the state space (Ho and Kalman, 1966; Van Overschee and De Moor, 1996). Labels are
integers, so the response is, too; in a basis of the lattice that the inputs generate, all weights
are then integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.data import Dataset
from mips_verify.network.network import Layers, Network
from mips_verify.normalize.integral import integer_space
from mips_verify.normalize.space import StateSpace
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.ho_kalman import LinearSystem, realise
from mips_verify.train.identify.impulse_response import impulse_response

SILENT = 2  # lags without effect after which inputs are taken to be forgotten
RESIDUAL = 0.01  # largest error of a fit; labels are integers, so an exact fit is far below


@dataclass(frozen=True, slots=True, eq=False)
class AffineSystem:
    """``h' = A h + B u + b``, ``y = C h' + d``, started at ``h = 0``."""

    A: Floats
    B: Floats
    C: Floats
    b: Floats
    d: Floats

    @property
    def order(self) -> int:
        """Number of state variables."""
        return int(self.A.shape[0])

    def network(self, f: Layers, channels: int) -> Network:
        """The network with this read-out and with ``f``, which computes the update from letters."""
        return Network(f, ((self.C, self.d),), np.zeros(self.order), channels)


def some_rows(data: Dataset, width: int, seed: int) -> np.ndarray:
    """Indices of enough sequences for a fit with ``width`` inputs per step."""
    count = min(len(data), 2 * data.length * width + budgets.SPARE_SEQUENCES)
    return np.random.default_rng(seed).choice(len(data), count, replace=False)


def identify_affine(inputs: Floats, labels: np.ndarray) -> AffineSystem | str:
    """The smallest affine system from ``inputs (n, length, m)`` to labels, or why none exists."""
    n, length, _ = inputs.shape
    ones = np.ones((n, length, 1))
    response, worst = impulse_response(np.concatenate([inputs, ones], axis=2), labels)
    if worst > RESIDUAL:
        return f"not linear: residual {worst:.3g}"
    return realise_affine(response)


def realise_affine(response: Floats) -> AffineSystem | str:
    """The smallest system with the given response, whose last input channel is always 1."""
    length, m = len(response), response.shape[2] - 1
    response = np.where(np.abs(response) < 1e-8, 0.0, response)
    candidates = [(realise(response), np.zeros(response.shape[1]))]
    if length >= 3:
        candidates.append(_with_offset(response))
    if (memory := _finite_memory(response)) is not None:
        candidates.append(memory)
    exact = [
        (system, offset) for system, offset in candidates if _same(system, offset, response, m)
    ]
    if not exact:
        return f"no linear system of order {length // 2} or less"
    system, offset = min(exact, key=lambda pair: pair[0].order)
    system = _tidy(system)
    found = AffineSystem(system.A, system.B[:, :m], system.C, system.B[:, m], offset)
    return _in_integers(found, response)


def _in_integers(system: AffineSystem, response: Floats) -> AffineSystem:
    """The system in integer coordinates, if it then still has the response ``response``."""
    start = np.zeros(system.order)
    space = StateSpace(system.A, system.B, system.b, start, system.C, system.d)
    if (space.weights == np.rint(space.weights)).all():
        return system
    whole = integer_space(space, linear=True)
    if whole is None:
        return system
    B = np.hstack([whole.B, whole.c[:, None]])
    same = _same(LinearSystem(whole.A, B, whole.W), whole.b, response, whole.B.shape[1])
    return AffineSystem(whole.A, whole.B, whole.W, whole.c, whole.b) if same else system


def _with_offset(response: Floats) -> tuple[LinearSystem, Floats]:
    """Realise the response without its first step, extend it backwards, and offset the outputs.

    The offset is the error of the extension at the channel that is always 1.
    """
    tail = realise(response[1:])
    before: Floats = np.linalg.lstsq(tail.A, tail.B, rcond=None)[0].astype(np.float64)
    missing = response[0] - tail.C @ before
    return LinearSystem(tail.A, before, tail.C), missing[:, -1]


def _finite_memory(response: Floats) -> tuple[LinearSystem, Floats] | None:
    """Realise a response that ends before the sequences do, such as a sum over a window.

    What is 0 at the last lags is taken to stay 0, so the Hankel matrix may be as large as the
    memory is long. The size of a response that goes on is bounded by half the length instead.

    Returns:
        None if fewer than :data:`SILENT` lags at the end are 0.
    """
    length = len(response)
    last = np.flatnonzero(np.abs(response).max(axis=(1, 2)))
    if not len(last) or length - 1 - last[-1] < SILENT:
        return None
    whole = np.concatenate([response, np.zeros_like(response)])
    offset = np.zeros(response.shape[1])
    if not np.abs(response[1:, :, -1]).any():  # a constant in the outputs needs no state
        offset = response[0, :, -1].copy()
        whole[0, :, -1] = 0.0
    return realise(whole), offset


def _same(system: LinearSystem, offset: Floats, response: Floats, m: int) -> bool:
    """Whether the system with the offset has the response ``response``."""
    mine = system.response(len(response))
    mine[0, :, m] += offset
    return bool(np.abs(mine - response).max() < 1e-6 * max(1.0, np.abs(response).max()))


def _tidy(system: LinearSystem) -> LinearSystem:
    """A system of order 1, scaled to C = 1 and cleared of rounding noise; others are unchanged."""
    if system.order != 1 or system.C.shape[0] != 1 or abs(system.C[0, 0]) < 1e-9:
        return system
    gain: Floats = system.B * system.C[0, 0]
    return LinearSystem(_clear(system.A), _clear(gain), np.ones_like(system.C))


def _clear(values: Floats) -> Floats:
    near: Floats = np.rint(values)
    cleared: Floats = np.where(np.abs(values - near) < 1e-7, near, values)
    return cleared
