"""The network: f, g and h0, exactly as in the paper's GeneralRNN (arXiv 2402.05110, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats

Layers = tuple[tuple[Floats, Floats], ...]


def mlp(layers: Layers, z: Floats) -> Floats:
    """A ReLU perceptron without an activation after its last layer; ``z`` is ``(..., in)``."""
    for i, (weight, bias) in enumerate(layers):
        z = z @ weight.T + bias
        if i < len(layers) - 1:
            z = np.maximum(z, 0.0)
    return z


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """``h_t = f([h_{t-1}, x_t])``, ``y_t = round(g(h_t))`` in float64.

    Attributes:
        f: layers ``(weight (out, in), bias (out,))``; the first reads ``[h, x]``.
        g: layers from the hidden state to the outputs.
        h0: the hidden state before the first input, shape ``(hidden,)``.
        channels: inputs read at each step.
    """

    f: Layers
    g: Layers
    h0: Floats
    channels: int

    def __post_init__(self) -> None:
        if self.h0.ndim != 1 or not np.isfinite(self.h0).all():
            raise ValueError(f"h0 has shape {self.h0.shape}; expected finite values along one axis")
        width = self.hidden + self.channels
        for name, layers, inputs in (("f", self.f, width), ("g", self.g, self.hidden)):
            for i, (weight, bias) in enumerate(layers):
                if bias.ndim != 1 or weight.shape != (*bias.shape, inputs):
                    raise ValueError(
                        f"layer {i} of {name} has weight {weight.shape} and bias {bias.shape}, "
                        f"expected {inputs} inputs"
                    )
                if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
                    raise ValueError(f"layer {i} of {name} holds a weight that is not finite")
                inputs = weight.shape[0]
            if not layers or (name == "f" and inputs != self.hidden):
                raise ValueError(f"{name} does not end in {self.hidden} values")

    @property
    def hidden(self) -> int:
        """Size of the hidden state."""
        return int(self.h0.shape[0])

    @property
    def outputs(self) -> int:
        """Outputs given after each step."""
        return int(self.g[-1][1].shape[0])

    def start(self, count: int) -> Floats:
        """``count`` copies of ``h0``, shape ``(count, hidden)``."""
        return np.tile(self.h0, (count, 1))

    def step(self, h: Floats, x: NDArray[np.int64]) -> Floats:
        """The states after one more letter: ``(n, hidden), (n, channels) -> (n, hidden)``."""
        return mlp(self.f, np.concatenate([h, np.asarray(x, dtype=np.float64)], axis=-1))

    def read(self, h: Floats) -> NDArray[np.int64]:
        """The rounded outputs at hidden states ``(..., hidden)``, shape ``(..., outputs)``."""
        return np.rint(mlp(self.g, h)).astype(np.int64)

    def run(self, x: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int64]]:
        """Run whole sequences ``(n, length, channels)``.

        Returns:
            hidden states ``(n, length + 1, hidden)``, the initial state first, and the
            rounded outputs ``(n, length, outputs)``.
        """
        n, length, _ = x.shape
        states = np.empty((n, length + 1, self.hidden))
        states[:, 0] = self.h0
        for t in range(length):
            states[:, t + 1] = self.step(states[:, t], x[:, t])
        return states, self.read(states[:, 1:])


def layers_of(pairs: Sequence[tuple[object, object]]) -> Layers:
    """Layers as float64 arrays, from anything that numpy can convert."""
    return tuple(
        (np.array(weight, dtype=np.float64), np.array(bias, dtype=np.float64))
        for weight, bias in pairs
    )
