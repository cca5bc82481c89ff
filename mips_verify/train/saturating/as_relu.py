"""Saturating units as a plain ReLU network.

``min(max(v, lower), upper) = upper - relu(upper - lower - relu(v - lower))``. So layers compute
``v`` and the bounds, and one more layer follows for each kind of bound that is reached.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from mips_verify.algebra.arrays import Floats
from mips_verify.data import Dataset
from mips_verify.network.layers import deepened, diagonal, mapped, relu_where
from mips_verify.network.network import Layers, Network
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.weighted_automaton_network import switched_layers
from mips_verify.train.optimise.scaling import Scaling
from mips_verify.train.saturating.loss import LetterSource
from mips_verify.train.saturating.units import Layout, Letters, Weights, states, unpack


@torch.no_grad()
def export(layout: Layout, theta: Tensor, source: LetterSource, data: Dataset) -> Network:
    """The only member of ``theta`` as a plain network on raw inputs and outputs."""
    rows = slice(0, None, max(1, len(source) // budgets.UNITS_STATES))
    x = Letters(source.x.index[rows], source.x.u[rows])
    met = states(layout, theta, x)[0].flatten(0, 1).numpy()
    weights = unpack(layout, theta)
    start = weights.start[0].numpy().copy()
    met = np.concatenate([start[None], met])
    f = _update(layout, weights, data, met)
    g = _together([_read(weights, k, source.values[k]) for k in range(layout.outputs)])
    return Network(f, g, start, data.domain.channels)


def _update(layout: Layout, weights: Weights, data: Dataset, met: Floats) -> Layers:
    """The layers of f: affine parts and both bounds of all units, then the ReLUs of the bounds."""
    affine, lower, upper = _tables(layout, weights, data)
    values = np.hstack([met, np.ones((len(met), 1))])
    straight, low, high = (
        np.einsum("kin,bn->kbi", table, values) for table in (affine, lower, upper)
    )
    below = (straight < low).any(axis=(0, 1))
    above = (np.maximum(straight, low) > high).any(axis=(0, 1))
    n = layout.hidden
    # rows: v - lower, lower, upper; if no lower bound is reached: 0, v, upper
    first = np.where(below[:, None], affine - lower, 0.0)
    second = np.where(below[:, None], lower, affine)
    third = np.where(above[:, None], upper, 0.0)
    layers = switched_layers(np.concatenate([first, second, third], axis=1), data.domain, met)
    eye, none, nowhere = np.eye(n), np.zeros((n, n)), np.zeros(n, dtype=np.bool_)
    if not below.any() and not above.any():
        return mapped(layers, np.hstack([none, eye, none]))
    # rows: max(v, lower), upper
    top = np.vstack([np.hstack([eye, eye, none]), np.hstack([none, none, eye])])
    if below.any():
        layers = relu_where(layers, np.concatenate([below, nowhere, nowhere]), top, np.zeros(2 * n))
    else:
        layers = mapped(layers, top)
    if not above.any():
        return mapped(layers, np.hstack([eye, none]))
    sign = np.where(above, -1.0, 1.0)
    layers = mapped(layers, np.block([[np.diag(sign), np.diag(above * 1.0)], [none, eye]]))
    active = np.concatenate([above, nowhere])
    return relu_where(layers, active, np.hstack([np.diag(sign), np.diag(above * 1.0)]), np.zeros(n))


def _tables(layout: Layout, weights: Weights, data: Dataset) -> tuple[Floats, Floats, Floats]:
    """Affine part, lower and upper bound per letter, ``(letters, n, n + 1)``, acting on [h, 1]."""
    c, scaling = layout.channels, Scaling.of(data)
    u = (data.domain.all_sequences(1)[:, 0] - scaling.x_middle) / scaling.x_half
    out = []
    for part in (weights.affine[0], *(b[0].expand(layout.letters, -1, -1) for b in
                 (weights.lower, weights.upper))):  # fmt: skip
        table = part.numpy()
        constant = table[..., 0] + np.einsum("kic,kc->ki", table[..., 1 : 1 + c], u)
        out.append(np.concatenate([table[..., 1 + c :], constant[..., None]], axis=2))
    return out[0], out[1], out[2]


def _read(weights: Weights, k: int, values: tuple[int, int] | None) -> Layers:
    """The layers of g for one output; two values are joined by a ramp from 0 to 1."""
    p, u = weights.p[0, k].numpy(), weights.u[0, k].numpy()
    p0, q, u0 = (float(v[0, k]) for v in (weights.p0, weights.q, weights.u0))
    layers: Layers = ((np.stack([u, p]), np.array([u0, p0])),)
    layers = relu_where(layers, np.array([True, False]), np.array([[q, 1.0]]), np.zeros(1))
    if values is None:
        return layers
    low, high = values
    layers = mapped(layers, np.ones((2, 1)), np.array([0.0, -1.0]))
    top = np.array([[1.0, -1.0]]) * (high - low)
    return relu_where(layers, np.array([True, True]), top, np.array([float(low)]))


def _together(parts: list[Layers]) -> Layers:
    """One perceptron that applies all ``parts`` to the same input and joins their outputs."""
    depth = max(map(len, parts))
    deep = [deepened(layers, depth) for layers in parts]
    biases = [np.concatenate([p[i][1] for p in deep]) for i in range(depth)]
    weights = [np.vstack([p[0][0] for p in deep])]
    weights += [diagonal([p[i][0] for p in deep]) for i in range(1, depth)]
    return tuple(zip(weights, biases, strict=True))
