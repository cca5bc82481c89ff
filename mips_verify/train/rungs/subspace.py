"""Subspace identification: the smallest linear system behind the labels, where there is one.

Impulse response by least squares, state space by Hankel SVD (Ho and Kalman, 1966; Van Overschee
and De Moor, 1996). With one-hot inputs the system is linear in a table of each channel, or of all
channels together, which becomes a piecewise linear layer of f.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.network.layers import beside, interpolate
from mips_verify.network.network import Layers, Network
from mips_verify.progress import Say
from mips_verify.train.identify.ho_kalman import LinearSystem, impulse_response, realise
from mips_verify.train.identify.impulse_response import letter_response
from mips_verify.train.identify.labelled_words import letter_index, letter_number
from mips_verify.train.rung import Fit

_RESIDUAL = 0.01  # labels are integers: a linear system misses none of them by more
_SPARE = 64  # sequences beyond two for each unknown
_LETTERS = 64  # one-hot columns at most, all channels together
_JOINT = 1024  # letters at most where each has a column of its own
_SEEN = 64  # sequences for each of many letters


@dataclass(frozen=True, slots=True)
class Subspace:
    """Labels that are an affine function of the inputs so far."""

    name: str = "subspace"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """A linear network of minimal order, or a note with the residual."""
        del progress  # a closed solution
        rows = _some_rows(data, data.domain.channels, seed)
        found = _identify(data.x[rows].astype(np.float64), data.y[rows])
        if isinstance(found, str):
            return Fit(None, 0, found)
        system, bias, offset = found
        f: Layers = ((np.hstack([system.A, system.B]), bias),)
        g: Layers = ((system.C, offset),)
        return Fit(Network(f, g, np.zeros(system.order), data.domain.channels), 0, "solved")


@dataclass(frozen=True, slots=True)
class OneHotSubspace:
    """Labels that are an affine function of the one-hot inputs so far."""

    name: str = "one-hot subspace"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """A network whose f is linear in h and a table in x, or a note with the residual."""
        del progress  # a closed solution
        if one_hot_width(data.domain) > _LETTERS:
            return Fit(None, 0, f"more than {_LETTERS} letters")
        rows = _some_rows(data, one_hot_width(data.domain), seed)
        found = _identify(one_hot(data.x[rows], data.domain), data.y[rows])
        if isinstance(found, str):
            return Fit(None, 0, found)
        system, bias, offset = found
        f = table_layers(system.A, system.B, bias, data.domain)
        g: Layers = ((system.C, offset),)
        return Fit(Network(f, g, np.zeros(system.order), data.domain.channels), 0, "solved")


@dataclass(frozen=True, slots=True)
class LetterSubspace:
    """Labels that are a sum, over the steps so far, of a number for each letter.

    A letter is all channels together, so that what is added may be any function of them.
    """

    name: str = "letter subspace"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """A network whose f is linear in h and a table of the letter's number."""
        del progress  # a closed solution
        size = data.domain.size
        if size > _JOINT:
            return Fit(None, 0, f"more than {_JOINT} letters")
        rng = np.random.default_rng(seed)
        rows = rng.choice(len(data), min(len(data), _SEEN * size), replace=False)
        index = letter_index(data.x[rows], data.domain)
        full, worst = letter_response(index, size, data.y[rows])
        if worst > _RESIDUAL:
            return Fit(None, 0, f"not linear: residual {worst:.3g}")
        response = np.concatenate([full[..., 1:] - full[..., :1], full[..., :1]], axis=2)
        found = _realise(response)
        if isinstance(found, str):
            return Fit(None, 0, found)
        system, bias, offset = found
        f = table_layers(system.A, system.B, bias, Domain(("x",), (0,), (size - 1,)))
        g: Layers = ((system.C, offset),)
        f = reading_letters(f, system.order, data.domain)
        return Fit(Network(f, g, np.zeros(system.order), data.domain.channels), 0, "solved")


def one_hot_width(domain: Domain) -> int:
    """Columns of :func:`one_hot`."""
    return sum(high - low for low, high in zip(domain.lows, domain.highs, strict=True))


def one_hot(x: np.ndarray, domain: Domain) -> Floats:
    """Indicator columns for every value of every channel except its lowest.

    The lowest is left out because the columns of a channel would sum to the constant.
    """
    columns = [
        x[..., i : i + 1] == np.arange(low + 1, high + 1)
        for i, (low, high) in enumerate(zip(domain.lows, domain.highs, strict=True))
    ]
    return np.concatenate(columns, axis=-1).astype(np.float64)


def table_layers(a: Floats, table: Floats, bias: Floats, domain: Domain) -> Layers:
    """``A h + table @ one_hot(x) + bias`` as layers of f that read ``[h, x]``.

    Each channel's table is interpolated by relu(x - kink) units, so it is exact on integers.

    Args:
        a: ``(m, n)``.
        table: ``(m, one_hot_width(domain))``.
        bias: ``(m,)``.
        domain: the letters.
    """
    (m, n), channels = a.shape, domain.channels
    units: list[Floats] = []
    kinks: list[float] = []
    slopes: list[Floats] = []
    column, start = 0, bias.copy()
    for i, (low, high) in enumerate(zip(domain.lows, domain.highs, strict=True)):
        values = np.hstack([np.zeros((m, 1)), table[:, column : column + high - low]]).T
        column += high - low
        curve = interpolate(range(low, high + 1), values)
        start += curve.start
        units += [np.eye(n + channels)[n + i]] * len(curve.kinks)
        kinks += list(curve.kinks)
        slopes += list(curve.steps)
    linear = np.hstack([a, np.zeros((m, channels))])
    if not units:
        return ((linear, start),)
    hidden = (np.array(units), -np.array(kinks))
    return beside((hidden, (np.array(slopes).T, start)), linear)


def reading_letters(f: Layers, hidden: int, domain: Domain) -> Layers:
    """Layers that read ``[h, x]``, from layers that read ``[h, number of the letter]``."""
    strides, shift = letter_number(domain)
    weight, bias = f[0]
    number = weight[:, hidden]
    first = np.hstack([weight[:, :hidden], np.outer(number, strides)]), bias + number * shift
    return (first, *f[1:])


def _some_rows(data: Dataset, width: int, seed: int) -> np.ndarray:
    """Row numbers of enough sequences: two for each unknown, and some to spare."""
    count = min(len(data), 2 * data.length * width + _SPARE)
    return np.random.default_rng(seed).choice(len(data), count, replace=False)


def _identify(inputs: Floats, labels: np.ndarray) -> tuple[LinearSystem, Floats, Floats] | str:
    """System without the constant channel, the bias of f and the bias of g; or why not."""
    n, length, _ = inputs.shape
    ones = np.ones((n, length, 1))
    response, worst = impulse_response(np.concatenate([inputs, ones], axis=2), labels)
    if worst > _RESIDUAL:
        return f"not linear: residual {worst:.3g}"
    return _realise(response)


def _realise(response: Floats) -> tuple[LinearSystem, Floats, Floats] | str:
    """The smallest system with that response, whose last channel is always 1."""
    length, m = len(response), response.shape[2] - 1
    response = np.where(np.abs(response) < 1e-8, 0.0, response)
    candidates = [(realise(response), np.zeros(response.shape[1]))]
    if length >= 3:
        candidates.append(_with_offset(response))
    exact = [
        (system, offset) for system, offset in candidates if _same(system, offset, response, m)
    ]
    if not exact:
        return f"no linear system of order {length // 2} or less"
    system, offset = min(exact, key=lambda pair: pair[0].order)
    system = _tidy(system)
    return LinearSystem(system.A, system.B[:, :m], system.C), system.B[:, m], offset


def _with_offset(response: Floats) -> tuple[LinearSystem, Floats]:
    """Realise all but the first parameter, extend back, give the mismatch of 1 to g's bias."""
    tail = realise(response[1:])
    before: Floats = np.linalg.lstsq(tail.A, tail.B, rcond=None)[0].astype(np.float64)
    missing = response[0] - tail.C @ before
    return LinearSystem(tail.A, before, tail.C), missing[:, -1]


def _same(system: LinearSystem, offset: Floats, response: Floats, m: int) -> bool:
    """Whether system plus offset answers an impulse at time 0 as ``response`` does."""
    mine = system.response(len(response))
    mine[0, :, m] += offset
    return bool(np.abs(mine - response).max() < 1e-6 * max(1.0, np.abs(response).max()))


def _tidy(system: LinearSystem) -> LinearSystem:
    """One state variable: scale it so that C is 1, and clear away rounding noise."""
    if system.order != 1 or system.C.shape[0] != 1 or abs(system.C[0, 0]) < 1e-9:
        return system
    gain: Floats = system.B * system.C[0, 0]
    return LinearSystem(_clear(system.A), _clear(gain), np.ones_like(system.C))


def _clear(values: Floats) -> Floats:
    near: Floats = np.rint(values)
    cleared: Floats = np.where(np.abs(values - near) < 1e-7, near, values)
    return cleared
