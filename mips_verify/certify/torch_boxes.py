"""A network with weights that torch can train, and its images of boxes of hidden states.

Interval arithmetic, which is what a trained network has to satisfy: Gowal et al., arXiv 1810.12715.
A box of one point is a state, so that one function serves both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.certify.certifying import Model
from mips_verify.network.network import Network
from mips_verify.network.torch_cells import Layer
from mips_verify.network.torch_recurrent import Stacked


@dataclass(frozen=True, slots=True)
class Box:
    """All between two ends, coordinate by coordinate, ``(m, k)`` each."""

    low: Tensor
    high: Tensor

    def columns(self, start: int, stop: int) -> Box:
        """Some of the coordinates."""
        return Box(self.low[:, start:stop], self.high[:, start:stop])

    def affine(self, weight: Tensor, bias: Tensor) -> Box:
        """The image under ``weight @ z + bias``."""
        middle = (self.low + self.high) / 2 @ weight.T + bias
        radius = (self.high - self.low) / 2 @ weight.abs().T
        return Box(middle - radius, middle + radius)

    def plus(self, other: Box) -> Box:
        """The sum."""
        return Box(self.low + other.low, self.high + other.high)

    def tanh(self) -> Box:
        """The hyperbolic tangent."""
        return Box(torch.tanh(self.low), torch.tanh(self.high))

    def sigmoid(self) -> Box:
        """The logistic function."""
        return Box(torch.sigmoid(self.low), torch.sigmoid(self.high))

    def relu(self) -> Box:
        """``max(z, 0)``."""
        return Box(torch.relu(self.low), torch.relu(self.high))

    def by(self, gate: Box) -> Box:
        """The product with a box of numbers that are not negative."""
        low = torch.minimum(gate.low * self.low, gate.high * self.low)
        return Box(low, torch.maximum(gate.low * self.high, gate.high * self.high))


class Trainable:
    """A network whose weights are torch tensors.

    Attributes:
        model: the network from which it started.
        weights: all weights and biases, in the order in which :func:`_weights` lists them.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.weights = [torch.tensor(w, dtype=torch.float32) for w in _weights(model)]
        for weight in self.weights:
            weight.requires_grad_()

    def inputs(self, x: Ints) -> Tensor:
        """Words ``(n, length, channels)`` as what the network reads, ``(n, length, columns)``."""
        flat = x.reshape(-1, x.shape[2])
        rows = self.model.coded(flat) if isinstance(self.model, Stacked) else flat
        return torch.tensor(rows, dtype=torch.float32).reshape(*x.shape[:2], -1)

    def start(self, count: int) -> Box:
        """The first state, ``count`` times."""
        h = torch.tensor(self.model.start(count), dtype=torch.float32)
        return Box(h, h)

    def step(self, box: Box, inputs: Tensor) -> Box:
        """The images of boxes of states under one letter each."""
        if isinstance(self.model, Network):
            low, high = (torch.cat([end, inputs], dim=1) for end in (box.low, box.high))
            return self._perceptron(Box(low, high), 0, len(self.model.f))
        given, at, after = Box(inputs, inputs), 0, []
        for i, layer in enumerate(self.model.layers):
            state = self._recur(layer, i, box.columns(at, at + layer.state), given)
            after.append(state)
            given, at = state.columns(0, layer.hidden), at + layer.state
        return Box(torch.cat([s.low for s in after], 1), torch.cat([s.high for s in after], 1))

    def scores(self, box: Box) -> Box:
        """What the read-out gives, before it is rounded or compared."""
        if isinstance(self.model, Network):
            first = len(self.model.f)
            return self._perceptron(box, first, first + len(self.model.g))
        return self._read(box).affine(self.weights[-2], self.weights[-1])

    def behind(self, box: Box, best: Tensor) -> Tensor:
        """The most by which each score may exceed that of number ``best``, ``(m, scores)``."""
        read, weight, bias = self._read(box), self.weights[-2], self.weights[-1]
        middle, radius = (read.low + read.high) / 2, (read.high - read.low) / 2
        ahead = weight[None] - weight[best][:, None]
        lead = torch.einsum("msk,mk->ms", ahead, middle) + bias[None] - bias[best][:, None]
        return lead + torch.einsum("msk,mk->ms", ahead.abs(), radius)

    def export(self) -> Model:
        """The network as it is now, in numpy."""
        parts = [w.detach().numpy().astype(np.float64) for w in self.weights]
        pairs = tuple(zip(parts[::2], parts[1::2], strict=True))
        if isinstance(self.model, Network):
            k = len(self.model.f)
            return replace(self.model, f=pairs[:k], g=pairs[k:])
        layers = tuple(
            Layer(layer.cell, *pairs[2 * i], *pairs[2 * i + 1])
            for i, layer in enumerate(self.model.layers)
        )
        return replace(self.model, layers=layers, weight=parts[-2], bias=parts[-1])

    def _read(self, box: Box) -> Box:
        """What the read-out reads: the output of the last layer."""
        assert isinstance(self.model, Stacked)
        last = self.model.layers[-1]
        end = self.model.hidden - last.state
        return box.columns(end, end + last.hidden)

    def _perceptron(self, box: Box, first: int, stop: int) -> Box:
        for i in range(first, stop):
            box = box.affine(self.weights[2 * i], self.weights[2 * i + 1])
            box = box.relu() if i < stop - 1 else box
        return box

    def _recur(self, layer: Layer, number: int, state: Box, given: Box) -> Box:
        n = layer.hidden
        from_x, from_h, bias_x, bias_h = self.weights[4 * number : 4 * number + 4]
        x = given.affine(from_x, bias_x)
        h = state.columns(0, n).affine(from_h, bias_h)
        if layer.cell == "gru":
            return _gru(state, x, h, n)
        if layer.cell == "lstm":
            return _lstm(state.columns(n, 2 * n), x.plus(h), n)
        return x.plus(h).tanh() if layer.cell == "rnn_tanh" else x.plus(h).relu()


def _weights(model: Model) -> list[Floats]:
    """Weights and biases in turn; of a torch layer both weights, then both biases."""
    if isinstance(model, Network):
        return [part for pair in (*model.f, *model.g) for part in pair]
    inside = [
        part
        for layer in model.layers
        for part in (layer.weight_ih, layer.weight_hh, layer.bias_ih, layer.bias_hh)
    ]
    return [*inside, model.weight, model.bias]


def _gru(state: Box, x: Box, h: Box, n: int) -> Box:
    gates = x.columns(0, 2 * n).plus(h.columns(0, 2 * n)).sigmoid()
    reset, keep = gates.columns(0, n), gates.columns(n, 2 * n)
    new = x.columns(2 * n, 3 * n).plus(h.columns(2 * n, 3 * n).by(reset)).tanh()
    low, high = state.low - new.low, state.high - new.high  # a mean of the new and the old state
    return Box(
        new.low + torch.minimum(keep.low * low, keep.high * low),
        new.high + torch.maximum(keep.low * high, keep.high * high),
    )


def _lstm(memory: Box, gates: Box, n: int) -> Box:
    opens, forgets = gates.columns(0, n).sigmoid(), gates.columns(n, 2 * n).sigmoid()
    new, gives = gates.columns(2 * n, 3 * n).tanh(), gates.columns(3 * n, 4 * n).sigmoid()
    cell = memory.by(forgets).plus(new.by(opens))
    out = cell.tanh().by(gives)
    return Box(torch.cat([out.low, cell.low], 1), torch.cat([out.high, cell.high], 1))
