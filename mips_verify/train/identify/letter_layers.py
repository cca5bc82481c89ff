"""Functions of a letter as ReLU layers: a table per channel, or one for the whole letter."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.kernel.domain import Domain
from mips_verify.network.layers import beside, interpolate
from mips_verify.network.network import Layers
from mips_verify.train.identify.labelled_words import letter_number


def one_hot_width(domain: Domain) -> int:
    """Number of columns of :func:`one_hot`."""
    return sum(high - low for low, high in zip(domain.lows, domain.highs, strict=True))


def one_hot(x: np.ndarray, domain: Domain) -> Floats:
    """Indicator columns for every value of every channel except its lowest.

    The lowest value is left out because all columns of a channel would sum to the constant 1.
    """
    columns = [
        x[..., i : i + 1] == np.arange(low + 1, high + 1)
        for i, (low, high) in enumerate(zip(domain.lows, domain.highs, strict=True))
    ]
    return np.concatenate(columns, axis=-1).astype(np.float64)


def table_layers(a: Floats, table: Floats, bias: Floats, domain: Domain) -> Layers:
    """``A h + table @ one_hot(x) + bias`` as layers of f that read ``[h, x]``.

    Units relu(x - kink) interpolate each channel's table, exactly on integers.

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
    """Layers that read ``[h, x]``, made from layers that read ``[h, number of the letter]``."""
    strides, shift = letter_number(domain)
    weight, bias = f[0]
    number = weight[:, hidden]
    first = np.hstack([weight[:, :hidden], np.outer(number, strides)]), bias + number * shift
    return (first, *f[1:])
