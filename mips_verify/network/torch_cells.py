"""The recurrent cells of torch.nn, evaluated in numpy: RNN, GRU and LSTM in any number of layers.

Equations and tensor names are those in the documentation of torch.nn.RNN, GRU and LSTM, so that a
state dict fits unchanged: Elman 1990; Cho et al., arXiv 1406.1078; Hochreiter and Schmidhuber 1997.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats


def _sigmoid(z: Floats) -> Floats:
    return 0.5 * (1.0 + np.tanh(0.5 * z))  # unlike 1 / (1 + exp(-z)), this never overflows


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer; each weight has ``gates`` blocks of rows, one below the other.

    Attributes:
        cell: a key of :data:`CELLS`.
        weight_ih: weights of the inputs, ``(gates * hidden, inputs)``.
        weight_hh: weights of the layer's own state, ``(gates * hidden, hidden)``.
        bias_ih, bias_hh: ``(gates * hidden,)`` each.

    Raises:
        ValueError: the cell is unknown, shapes do not fit, or weights are not finite.
    """

    cell: str
    weight_ih: Floats
    weight_hh: Floats
    bias_ih: Floats
    bias_hh: Floats

    def __post_init__(self) -> None:
        if self.cell not in CELLS:
            raise ValueError(f"no cell '{self.cell}'; there are {', '.join(CELLS)}")
        if self.weight_ih.ndim != 2:
            raise ValueError(f"weight_ih has shape {self.weight_ih.shape}, expected (rows, inputs)")
        rows, inputs = CELLS[self.cell].gates * self.hidden, self.weight_ih.shape[1]
        wanted = {
            "weight_ih": (rows, inputs),
            "weight_hh": (rows, self.hidden),
            "bias_ih": (rows,),
            "bias_hh": (rows,),
        }
        for name, shape in wanted.items():
            found = getattr(self, name)
            if found.shape != shape:
                raise ValueError(f"{name} has shape {found.shape}, expected {shape}")
            if not np.isfinite(found).all():
                raise ValueError(f"{name} holds a weight that is not finite")

    @property
    def hidden(self) -> int:
        """Width of the layer's output."""
        return len(self.weight_ih) // CELLS[self.cell].gates

    @property
    def state(self) -> int:
        """Size of the layer's state: an LSTM has a cell state in addition to the hidden state."""
        return CELLS[self.cell].memories * self.hidden

    def step(self, state: Floats, x: Floats) -> Floats:
        """``(n, state), (n, inputs) -> (n, state)``; the output is in the first columns."""
        from_x = x @ self.weight_ih.T + self.bias_ih
        from_h = state[:, : self.hidden] @ self.weight_hh.T + self.bias_hh
        return CELLS[self.cell].update(state, from_x, from_h)


def _rnn(activation: Callable[[Floats], Floats]) -> Callable[[Floats, Floats, Floats], Floats]:
    return lambda _, from_x, from_h: activation(from_x + from_h)


def _gru(state: Floats, from_x: Floats, from_h: Floats) -> Floats:
    """The gates are reset, update and new, in this order; reset acts after the matrix product."""
    r_x, z_x, n_x = np.split(from_x, 3, axis=1)
    r_h, z_h, n_h = np.split(from_h, 3, axis=1)
    reset, update = _sigmoid(r_x + r_h), _sigmoid(z_x + z_h)
    new = np.tanh(n_x + reset * n_h)
    return (1.0 - update) * new + update * state


def _lstm(state: Floats, from_x: Floats, from_h: Floats) -> Floats:
    """The gates are input, forget, cell and output, in this order; the state is ``[h, c]``."""
    i, f, g, o = np.split(from_x + from_h, 4, axis=1)
    _, cell = np.split(state, 2, axis=1)
    cell = _sigmoid(f) * cell + _sigmoid(i) * np.tanh(g)
    return np.concatenate([_sigmoid(o) * np.tanh(cell), cell], axis=1)


@dataclass(frozen=True, slots=True)
class Cell:
    """Blocks of rows in the weights, state numbers per hidden unit, and the update function."""

    gates: int
    memories: int
    update: Callable[[Floats, Floats, Floats], Floats]


CELLS: Final[Mapping[str, Cell]] = {
    "rnn_tanh": Cell(1, 1, _rnn(np.tanh)),
    "rnn_relu": Cell(1, 1, _rnn(lambda z: np.maximum(z, 0.0))),
    "gru": Cell(3, 1, _gru),
    "lstm": Cell(4, 2, _lstm),
}
