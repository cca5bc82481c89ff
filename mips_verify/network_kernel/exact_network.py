"""A network as its exact weights, and one step of it in any arithmetic.

Weights are the stored doubles, read as the rational numbers that they are. Equations of the cells
are those in the documentation of torch.nn.RNN, GRU and LSTM.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from mips_verify.errors import TaskError
from mips_verify.kernel.domain import Domain
from mips_verify.network_kernel.arithmetic import Arithmetic, Rows, Vector
from mips_verify.network_kernel.weight_bytes import Tensor, read_weights, refuse

N = TypeVar("N")
# blocks of rows in the weights, and numbers of the state for each hidden unit
CELLS: Final[dict[str, tuple[int, int]]] = {
    "rnn_tanh": (1, 1),
    "rnn_relu": (1, 1),
    "gru": (3, 1),
    "lstm": (4, 2),
}
MOST: Final = 64  # layers
EXACT: Final = 2**53  # all whole numbers up to it are doubles
FORMAT: Final = 1  # of the header


@dataclass(frozen=True, slots=True)
class Affine:
    """``weight @ z + bias``."""

    weight: Rows
    bias: Vector

    def apply(self, numbers: Arithmetic[N], z: Sequence[N]) -> list[N]:
        """The affine map of ``z``."""
        return numbers.affine(self.weight, z, self.bias)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """One layer of a torch module: ``cell`` is a key of :data:`CELLS`."""

    cell: str
    from_x: Affine
    from_h: Affine

    @property
    def hidden(self) -> int:
        """Numbers that the layer passes on."""
        return len(self.from_x.bias) // CELLS[self.cell][0]

    @property
    def state(self) -> int:
        """Numbers of the layer's state."""
        return self.hidden * CELLS[self.cell][1]

    def step(self, numbers: Arithmetic[N], state: Sequence[N], x: Sequence[N]) -> list[N]:
        """The layer's next state; what it passes on comes first."""
        h = state[: self.hidden]
        if self.cell == "gru":
            return self._gru(numbers, h, x)
        gates = self._sums(numbers, x, h, len(self.from_x.bias))
        if self.cell == "lstm":
            return self._lstm(numbers, gates, state[self.hidden :])
        return list(map(numbers.tanh if self.cell == "rnn_tanh" else numbers.relu, gates))

    def _sums(self, numbers: Arithmetic[N], x: Sequence[N], h: Sequence[N], stop: int) -> list[N]:
        """The first rows of both affine maps together, added up in one sum each."""
        u, v = self.from_x, self.from_h
        weight = tuple(a + b for a, b in zip(u.weight[:stop], v.weight[:stop], strict=True))
        return numbers.affine(weight, (*x, *h), u.bias[:stop], v.bias[:stop])

    def _gru(self, numbers: Arithmetic[N], h: Sequence[N], x: Sequence[N]) -> list[N]:
        n, after = self.hidden, []
        gates = [numbers.sigmoid(z) for z in self._sums(numbers, x, h, 2 * n)]
        from_h = numbers.affine(self.from_h.weight[2 * n :], h, self.from_h.bias[2 * n :])
        for i, row in enumerate(self.from_x.weight[2 * n :]):
            reset = numbers.times(gates[i], from_h[i])
            (z,) = numbers.affine(((*row, 1.0),), (*x, reset), self.from_x.bias[2 * n + i :][:1])
            new = numbers.tanh(z)
            (change,) = numbers.affine(((1.0, -1.0),), (h[i], new))
            after += numbers.affine(((1.0, 1.0),), (new, numbers.times(gates[n + i], change)))
        return after

    def _lstm(self, numbers: Arithmetic[N], gates: Sequence[N], memory: Sequence[N]) -> list[N]:
        n, hidden, after = self.hidden, [], []
        for i, before in enumerate(memory):
            opens, forgets, gives = (numbers.sigmoid(gates[i + k * n]) for k in (0, 1, 3))
            new = numbers.times(opens, numbers.tanh(gates[i + 2 * n]))
            (cell,) = numbers.affine(((1.0, 1.0),), (numbers.times(forgets, before), new))
            after.append(cell)
            hidden.append(numbers.times(gives, numbers.tanh(cell)))
        return hidden + after


@dataclass(frozen=True, slots=True)
class ExactNetwork:
    """A network with a state.

    Attributes:
        start: the state before the first letter.
        f: perceptron from ``[h, x]`` to the next state; empty for a torch module.
        layers: recurrent layers of a torch module, whose states lie one after the other.
        g: perceptron from the state (of the last layer) to the scores.
        values: the output of each score if the largest counts; empty if scores are rounded.
        domain: the letters, if they are read as one-hot columns.
        channels: inputs read at each step; 0 if the file does not say.
    """

    start: tuple[float, ...]
    f: tuple[Affine, ...]
    layers: tuple[Recurrence, ...]
    g: tuple[Affine, ...]
    values: tuple[int, ...]
    domain: Domain | None
    channels: int

    def step(self, numbers: Arithmetic[N], h: Sequence[N], x: Sequence[N]) -> list[N]:
        """The next state; ``x`` is what :meth:`inputs` made of a letter."""
        if self.f:
            return _perceptron(numbers, self.f, (*h, *x))
        after: list[N] = []
        given, at = x, 0
        for layer in self.layers:
            state = layer.step(numbers, h[at : at + layer.state], given)
            after += state
            given, at = state[: layer.hidden], at + layer.state
        return after

    def scores(self, numbers: Arithmetic[N], h: Sequence[N]) -> list[N]:
        """What the read-out gives, before it is rounded or compared."""
        if self.layers:
            end = len(h) - self.layers[-1].state
            h = h[end : end + self.layers[-1].hidden]
        return _perceptron(numbers, self.g, h)

    def inputs(self, letter: Sequence[int]) -> list[float]:
        """A letter as the numbers that the first layer reads.

        Raises:
            ValueError: a number that is no double.
        """
        if self.domain is None:
            if any(abs(v) > EXACT for v in letter):
                raise ValueError(f"the letter {letter} goes beyond 2**53")
            return [float(v) for v in letter]
        ranges = zip(letter, self.domain.lows, self.domain.highs, strict=True)
        return [float(v == k) for v, low, high in ranges for k in range(low, high + 1)]

    @property
    def outputs(self) -> int:
        """Outputs given after each letter."""
        return 1 if self.values else len(self.g[-1].bias)

    @property
    def affine(self) -> tuple[Affine, ...]:
        """All affine maps."""
        inside = [part for layer in self.layers for part in (layer.from_x, layer.from_h)]
        return (*self.f, *inside, *self.g)

    @property
    def numbers(self) -> tuple[float, ...]:
        """All weights in one tuple, the start state first."""
        maps = [(*(w for row in part.weight for w in row), *part.bias) for part in self.affine]
        return (*self.start, *(w for numbers in maps for w in numbers))


def _perceptron(numbers: Arithmetic[N], layers: Sequence[Affine], z: Sequence[N]) -> list[N]:
    """ReLU between the layers, and none after the last."""
    *hidden, last = layers
    for layer in hidden:
        z = [numbers.relu(v) for v in layer.apply(numbers, z)]
    return last.apply(numbers, z)


def network_from_bytes(data: bytes) -> ExactNetwork:
    """The network of a weight file.

    Raises:
        WeightBytesError: the bytes are no such file; the message continues a sentence about it.
    """
    try:
        tensors, header = read_weights(data)
        if type(header["format"]) is not int or header["format"] != FORMAT:
            refuse("is of another format")
        network = _module(tensors, header) if "cell" in header else _plain(tensors, header)
    except (LookupError, TypeError, ValueError, RecursionError, TaskError) as error:
        refuse(f"holds no network: {error!r}")
    if not _fits(network):
        refuse("has tensors that do not fit together")
    return network


def _fits(network: ExactNetwork) -> bool:
    """Whether every layer reads what the one before gives, and gives what the next one reads."""
    if network.channels < 1:
        return False
    size, width = len(network.start), network.channels
    if network.f:
        return _chained(network.f, size + width, size) and _chained(network.g, size, None)
    if network.domain is not None:
        ends = zip(network.domain.lows, network.domain.highs, strict=True)
        width = sum(high - low + 1 for low, high in ends)
    for layer in network.layers:
        rows = layer.hidden * CELLS[layer.cell][0]
        if not _chained((layer.from_x,), width, rows):
            return False
        if not _chained((layer.from_h,), layer.hidden, rows):
            return False
        width = layer.hidden
    return size == sum(x.state for x in network.layers) and _chained(network.g, width, None)


def _chained(layers: Sequence[Affine], width: int, height: int | None) -> bool:
    """Whether the layers lead from ``width`` numbers to ``height``; ``None`` for any number."""
    for layer in layers:
        if len(layer.weight[0]) != width:
            return False
        width = len(layer.bias)
    return height is None or width == height


def fingerprint(network: ExactNetwork) -> str:
    """SHA-256 of all weights and of what they mean; equal networks have equal fingerprints."""
    parts = [
        [[len(part.bias), len(part.weight[0])] for part in network.affine],
        [layer.cell for layer in network.layers],
        [len(network.f), network.values, network.channels],
        None if network.domain is None else [network.domain.lows, network.domain.highs],
        [value.hex() for value in network.numbers],
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _plain(tensors: Mapping[str, Tensor], header: Mapping[str, Any]) -> ExactNetwork:
    f, g = (
        tuple(_affine(tensors, f"{name}.{i}.weight", f"{name}.{i}.bias") for i in range(count))
        for name, count in (("f", _count(header["f"])), ("g", _count(header["g"])))
    )
    channels = header["channels"]
    if type(channels) is not int or len(tensors) != 2 * (len(f) + len(g)) + 1:
        refuse("has tensors that its header does not name")
    return ExactNetwork(tensors["h0"].vector(), f, (), g, (), None, channels)


def _module(tensors: Mapping[str, Tensor], header: Mapping[str, Any]) -> ExactNetwork:
    count, cell, order = header["layers"], header["cell"], header["order"]
    if cell not in CELLS or type(count) is not int or not 0 < count <= MOST:
        refuse("does not say how many layers it has, or of which kind")
    if len(tensors) != 4 * count + 3:
        refuse("has tensors that its header does not name")
    layers = tuple(
        Recurrence(
            cell,
            _affine(tensors, f"weight_ih_l{i}", f"bias_ih_l{i}"),
            _affine(tensors, f"weight_hh_l{i}", f"bias_hh_l{i}"),
        )
        for i in range(count)
    )
    reads, gives, values = header["reads"], header["gives"], header["values"]
    if reads not in ("numbers", "one-hot") or gives not in ("round", "argmax"):
        refuse("encodes inputs or outputs in an unknown way")
    lows, highs = zip(*(header["inputs"][name] for name in order), strict=True)
    domain = Domain(tuple(order), lows, highs)
    readout = _affine(tensors, "readout.weight", "readout.bias")
    if gives == "argmax" and not (
        len(values) == len(readout.bias) and all(type(v) is int for v in values)
    ):
        refuse("does not have one value for each score")
    return ExactNetwork(
        start=tensors["start"].vector(),
        f=(),
        layers=layers,
        g=(readout,),
        values=tuple(values) if gives == "argmax" else (),
        domain=domain if reads == "one-hot" else None,
        channels=domain.channels,
    )


def _affine(tensors: Mapping[str, Tensor], weight: str, bias: str) -> Affine:
    found = Affine(tensors[weight].rows(), tensors[bias].vector())
    if len(found.weight) != len(found.bias):
        refuse(f"has tensors {weight} and {bias} of different heights")
    return found


def _count(shapes: Any) -> int:
    if not isinstance(shapes, list) or not 0 < len(shapes) <= MOST:
        refuse("does not say how many layers it has")
    return len(shapes)
