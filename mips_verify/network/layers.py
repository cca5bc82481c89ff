"""Building blocks of ReLU layers: parallel linear paths, deeper copies, interpolants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Layers


def beside(layers: Layers, linear: Floats) -> Layers:
    """The same perceptron plus ``linear @ z``, as one perceptron of plain ReLU layers.

    The path runs as ``relu(u) - relu(-u)`` through every hidden layer, which takes two units per
    nonzero row of ``linear``. Without a hidden layer the two matrices are added.

    Args:
        layers: weight ``(out, in)`` and bias ``(out,)`` of each layer.
        linear: the matrix of the path, ``(outputs, inputs)``.
    """
    if len(layers) == 1:
        ((weight, bias),) = layers
        return ((weight + linear, bias),)
    rows = np.flatnonzero(np.abs(linear).max(axis=1) > 0)
    path, k = linear[rows], 2 * len(rows)
    lift = np.eye(linear.shape[0])[:, rows]
    (first, bias), *middle = layers[:-1]
    out = [(np.vstack([first, path, -path]), np.concatenate([bias, np.zeros(k)]))]
    for weight, bias in middle:
        n, m = weight.shape
        wide = np.zeros((n + k, m + k))
        wide[:n, :m] = weight
        wide[n:, m:] = np.eye(k)
        out.append((wide, np.concatenate([bias, np.zeros(k)])))
    weight, bias = layers[-1]
    out.append((np.hstack([weight, lift, -lift]), bias))
    return tuple(out)


def deepened(layers: Layers, depth: int) -> Layers:
    """The same function with ``depth`` layers; a new layer passes on z as relu(z) - relu(-z)."""
    while len(layers) < depth:
        *inner, (weight, bias) = layers
        eye = np.eye(len(weight))
        signed = np.vstack([weight, -weight]), np.concatenate([bias, -bias])
        layers = (*inner, signed, (np.hstack([eye, -eye]), np.zeros(len(weight))))
    return layers


def diagonal(blocks: Sequence[Floats]) -> Floats:
    """The block-diagonal matrix of the given matrices."""
    out = np.zeros((sum(len(b) for b in blocks), sum(b.shape[1] for b in blocks)))
    row = column = 0
    for b in blocks:
        out[row : row + b.shape[0], column : column + b.shape[1]] = b
        row, column = row + b.shape[0], column + b.shape[1]
    return out


def joined(parts: Sequence[Layers]) -> Layers:
    """Perceptrons that read the same, as one that gives the outputs of all."""
    depth = max(map(len, parts))
    (first, *rest) = zip(*(deepened(p, depth) for p in parts), strict=True)
    out = [(np.vstack([w for w, _ in first]), np.concatenate([b for _, b in first]))]
    out += [(diagonal([w for w, _ in p]), np.concatenate([b for _, b in p])) for p in rest]
    return tuple(out)


def mapped(layers: Layers, top: Floats, shift: Floats | None = None) -> Layers:
    """``top @ layers(z) + shift``."""
    weight, bias = layers[-1]
    return (*layers[:-1], (top @ weight, top @ bias + (0.0 if shift is None else shift)))


def relu_where(layers: Layers, active: NDArray[np.bool_], top: Floats, bias: Floats) -> Layers:
    """``top @ v + bias``, where v is the output of ``layers`` with ReLU on ``active`` rows."""
    weight, shift = layers[-1]
    free = ~active
    rows = np.vstack([weight[active], weight[free], -weight[free]])
    start = np.concatenate([shift[active], shift[free], -shift[free]])
    columns = np.hstack([top[:, active], top[:, free], -top[:, free]])
    return (*layers[:-1], (rows, start), (columns, bias))


@dataclass(frozen=True, slots=True, eq=False)
class Interpolant:
    """``start + sum_i steps[i] * relu(x - kinks[i])``, constant below the first kink.

    Attributes:
        start: value to the left of all kinks, ``(outputs,)``.
        kinks: points at which the slope changes, ``(units,)``, rising.
        steps: the changes of slope, ``(units, outputs)``.
    """

    start: Floats
    kinks: Floats
    steps: Floats


def interpolate(points: Sequence[int] | NDArray[np.int64], values: Floats) -> Interpolant:
    """The piecewise linear function through ``values``, without kinks where it is straight.

    Args:
        points: rising integers, ``(n,)``.
        values: the values at these points, ``(n, outputs)``.
    """
    x = np.asarray(points, dtype=np.float64)
    slopes = np.diff(values, axis=0) / np.diff(x)[:, None]
    steps = np.diff(np.vstack([np.zeros((1, values.shape[1])), slopes]), axis=0)
    bends = np.abs(steps).max(axis=1, initial=0.0) > 1e-9
    return Interpolant(values[0].copy(), x[:-1][bends], steps[bends])
