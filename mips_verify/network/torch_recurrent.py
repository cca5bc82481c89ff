"""Recurrent networks trained elsewhere: layers of cells, encoded inputs, a linear read-out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.kernel.domain import Domain
from mips_verify.network.coding import GIVES, one_hot
from mips_verify.network.torch_cells import Layer

INPUTS: Final = ("numbers", "one-hot")


@dataclass(frozen=True, slots=True, eq=False)
class Stacked:
    """A ``torch.nn.RNN``, ``GRU`` or ``LSTM`` with a linear read-out of its last layer.

    Attributes:
        domain: the letters; one-hot inputs have a column for every value of a channel.
        layers: the first layer reads the inputs, each further layer the output of the one before.
        weight: weights of the read-out, ``(scores, hidden)``.
        bias: bias of the read-out, ``(scores,)``.
        origin: the state before the first letter, all layers one after the other.
        reads: ``numbers`` (the value of a channel is one input) or ``one-hot``.
        gives: ``round`` (each score is an output, rounded) or ``argmax`` (one output, the value
            of the largest score).
        values: the output value of each score with ``argmax``, ``(scores,)``.

    Raises:
        ValueError: parts do not fit together.
    """

    domain: Domain
    layers: tuple[Layer, ...]
    weight: Floats
    bias: Floats
    origin: Floats
    reads: str
    gives: str
    values: Ints

    def __post_init__(self) -> None:
        if self.reads not in INPUTS or self.gives not in GIVES:
            raise ValueError(
                f"inputs are {' or '.join(INPUTS)} and outputs {' or '.join(GIVES)}, "
                f"not '{self.reads}' and '{self.gives}'"
            )
        if not self.layers:
            raise ValueError("there is no layer")
        width = self._columns()
        for i, layer in enumerate(self.layers):
            if layer.weight_ih.shape[1] != width:
                raise ValueError(
                    f"weight_ih of layer {i} reads {layer.weight_ih.shape[1]} inputs, "
                    f"expected {width}"
                )
            width = layer.hidden
        scores = len(self.values) if self.gives == "argmax" else len(self.bias)
        shapes = {"weight": (scores, width), "bias": (scores,), "origin": (self.hidden,)}
        for name, shape in shapes.items():
            found = getattr(self, name)
            if found.shape != shape:
                raise ValueError(f"{name} has shape {found.shape}, expected {shape}")
            if not np.isfinite(found).all():
                raise ValueError(f"{name} holds a value that is not finite")

    def _columns(self) -> int:
        ranges = zip(self.domain.lows, self.domain.highs, strict=True)
        if self.reads == "one-hot":
            return sum(hi - lo + 1 for lo, hi in ranges)
        return self.domain.channels

    @property
    def hidden(self) -> int:
        """Size of the state of all layers together."""
        return sum(layer.state for layer in self.layers)

    @property
    def outputs(self) -> int:
        """Outputs given after each step."""
        return 1 if self.gives == "argmax" else len(self.bias)

    def start(self, count: int) -> Floats:
        """``count`` copies of the first state, ``(count, hidden)``."""
        return np.tile(self.origin, (count, 1))

    def step(self, h: Floats, x: Ints) -> Floats:
        """The states after one more letter: ``(n, hidden), (n, channels) -> (n, hidden)``."""
        given, at, after = self.coded(np.asarray(x)), 0, []
        for layer in self.layers:
            state = layer.step(h[:, at : at + layer.state], given)
            after.append(state)
            given, at = state[:, : layer.hidden], at + layer.state
        return np.concatenate(after, axis=1)

    def coded(self, x: Ints) -> Floats:
        """Letters ``(n, channels)`` as inputs of the first layer."""
        if self.reads == "numbers":
            return x.astype(np.float64)
        return one_hot(self.domain, x)

    def read(self, h: Floats) -> Ints:
        """The outputs at states ``(..., hidden)``, shape ``(..., outputs)``."""
        end = self.hidden - self.layers[-1].state
        scores = h[..., end : end + self.layers[-1].hidden] @ self.weight.T + self.bias
        if self.gives == "argmax":
            best: Ints = self.values[scores.argmax(axis=-1)]
            return best[..., None]
        return np.rint(scores).astype(np.int64)

    def run(self, x: Ints) -> tuple[Floats, Ints]:
        """States ``(n, length + 1, hidden)`` and outputs ``(n, length, outputs)``."""
        return run(self, x)


@dataclass(frozen=True, slots=True, eq=False)
class Functions:
    """A network given by a pair of functions.

    Attributes:
        origin: the state before the first letter, ``(hidden,)``.
        outputs: outputs given after each step.
        step: ``(n, hidden), (n, channels) -> (n, hidden)``, the states after one more letter.
        read: ``(..., hidden) -> (..., outputs)``, integers.
    """

    origin: Floats
    outputs: int
    step: Callable[[Floats, Ints], Floats]
    read: Callable[[Floats], Ints]

    @property
    def hidden(self) -> int:
        """Numbers in a state."""
        return len(self.origin)

    def start(self, count: int) -> Floats:
        """``count`` copies of the first state, ``(count, hidden)``."""
        return np.tile(np.asarray(self.origin, dtype=np.float64), (count, 1))

    def run(self, x: Ints) -> tuple[Floats, Ints]:
        """States ``(n, length + 1, hidden)`` and outputs ``(n, length, outputs)``."""
        return run(self, x)


def run(network: Stacked | Functions, x: Ints) -> tuple[Floats, Ints]:
    """States ``(n, length + 1, hidden)`` and outputs ``(n, length, outputs)`` of sequences."""
    n, length, _ = x.shape
    states = np.empty((n, length + 1, network.hidden))
    states[:, 0] = network.start(n)
    for t in range(length):
        states[:, t + 1] = network.step(states[:, t], x[:, t])
    return states, network.read(states[:, 1:])
