"""Images of many sets of hidden states at once, in float64, for networks with ReLUs or gates.

A row stands for the numbers ``centre + axes @ e + rest * e'`` with all ``e`` from -1 to 1, as the
forms of :mod:`mips_verify.network_kernel.forms` do, and the relaxations are the same. This is what
a search uses: it rounds to nearest, so nothing that it says is a proof.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.network.network import Layers, Network
from mips_verify.network.torch_cells import Layer
from mips_verify.network.torch_recurrent import Stacked

BEND: Final = 0.4  # half of the largest |tanh''|, rounded up as the checker does


class Sets(NamedTuple):
    """``m`` sets in ``k`` coordinates.

    Attributes:
        centre: ``(m, k)``.
        axes: what the coordinates have in common, ``(m, k, symbols)``.
        rest: what each coordinate has for itself, ``(m, k)``.
    """

    centre: Floats
    axes: Floats
    rest: Floats

    @property
    def radius(self) -> Floats:
        """Half the widths of the smallest boxes around the sets, ``(m, k)``."""
        radius: Floats = np.abs(self.axes).sum(axis=2) + self.rest
        return radius

    def columns(self, start: int, stop: int) -> Sets:
        """Some of the coordinates."""
        at = slice(start, stop)
        return Sets(self.centre[:, at], self.axes[:, at], self.rest[:, at])

    def affine(self, weight: Floats, bias: Floats) -> Sets:
        """The images under ``weight @ z + bias``."""
        rest = self.rest @ np.abs(weight).T
        return Sets(self.centre @ weight.T + bias, weight @ self.axes, rest)

    def scaled(self, factor: Floats) -> Sets:
        """Each coordinate times a number of its own, ``(m, k)``."""
        axes = factor[:, :, None] * self.axes
        return Sets(factor * self.centre, axes, np.abs(factor) * self.rest)

    def plus(self, other: Sets) -> Sets:
        """The sum, coordinate by coordinate."""
        one, two = _alike(self, other)
        return Sets(one.centre + two.centre, one.axes + two.axes, one.rest + two.rest)

    def times(self, other: Sets) -> Sets:
        """The product, coordinate by coordinate."""
        one, two = _alike(self, other)
        axes = one.centre[:, :, None] * two.axes + two.centre[:, :, None] * one.axes
        rest = np.abs(one.centre) * two.rest + np.abs(two.centre) * one.rest
        return Sets(one.centre * two.centre, axes, rest + one.radius * two.radius)

    def relu(self) -> Sets:
        """Exact on either side of 0; across it, a parallelogram with a new symbol."""
        radius = self.radius
        low, high = self.centre - radius, self.centre + radius
        across = (low < 0) & (high > 0)
        slope = np.where(across, high / np.where(across, high - low, 1.0), low >= 0)
        half = np.where(across, -slope * low / 2, 0.0)
        line = self.scaled(slope)
        bent = np.flatnonzero(across.any(axis=0))
        own = np.zeros((*half.shape, len(bent)))
        own[:, bent, np.arange(len(bent))] = half[:, bent]
        return Sets(line.centre + half, np.concatenate([line.axes, own], axis=2), line.rest)

    def tanh(self) -> Sets:
        """A line with the slope at the centre, or with the least slope, whichever errs less.

        The errors are new symbols, behind those that there are: what is added to the result later
        must have been computed from it or have no other new symbols.
        """
        radius, middle = self.radius, np.tanh(self.centre)
        bottom, top = np.tanh(self.centre - radius), np.tanh(self.centre + radius)
        least = 1.0 - np.maximum(bottom**2, top**2)
        bent, flat = BEND * radius**2, (top - bottom) / 2 - least * radius
        steep = bent < flat
        line = self.scaled(np.where(steep, 1.0 - middle**2, least))
        centre = np.where(steep, middle, (top + bottom) / 2)
        error = np.where(steep, bent, np.maximum(flat, 0.0))
        own = error[:, :, None] * np.eye(error.shape[1])
        return Sets(centre, np.concatenate([line.axes, own], axis=2), line.rest)

    def sigmoid(self) -> Sets:
        """``(1 + tanh(z / 2)) / 2``."""
        half = np.full_like(self.centre, 0.5)
        curve = self.scaled(half).tanh().scaled(half)
        return curve._replace(centre=curve.centre + 0.5)


def joined(parts: list[Sets]) -> Sets:
    """All coordinates of some sets, one after the other."""
    widest = max(part.axes.shape[2] for part in parts)
    centres, axes, rests = zip(*[_padded(part, widest) for part in parts], strict=True)
    return Sets(*(np.concatenate(p, axis=1) for p in (centres, axes, rests)))


def points(at: Floats) -> Sets:
    """Sets of one point each, ``(m, k)``."""
    return Sets(at, np.zeros((*at.shape, 0)), np.zeros_like(at))


def step(model: Network | Stacked, sets: Sets, letters: Ints) -> Sets:
    """The images of sets of hidden states under one letter each, ``(m, channels)``."""
    if isinstance(model, Network):
        return perceptron(model.f, joined([sets, points(letters.astype(np.float64))]))
    given, at, after = points(model.coded(letters)), 0, []
    for layer in model.layers:
        state = _recur(layer, sets.columns(at, at + layer.state), given)
        after.append(state)
        given, at = state.columns(0, layer.hidden), at + layer.state
    return joined(after)


def scores(model: Network | Stacked, sets: Sets) -> Sets:
    """What the read-out gives, before it is rounded or compared."""
    if isinstance(model, Network):
        return perceptron(model.g, sets)
    end = model.hidden - model.layers[-1].state
    return sets.columns(end, end + model.layers[-1].hidden).affine(model.weight, model.bias)


def margins(model: Network | Stacked, sets: Sets, outputs: Ints) -> Floats:
    """By how much the outputs ``(m, outputs)`` are right everywhere in the sets, ``(m,)``."""
    found = scores(model, sets)
    if isinstance(model, Network) or model.gives == "round":
        worst: Floats = (0.5 - np.abs(found.centre - outputs) - found.radius).min(axis=1)
        return worst
    best = np.full(len(outputs), -np.inf)
    for i, value in enumerate(model.values):
        rivals = np.flatnonzero(model.values != value)
        mine = np.flatnonzero(outputs[:, 0] == value)
        ahead = np.zeros((len(rivals), len(model.values)))
        ahead[:, i], ahead[np.arange(len(rivals)), rivals] = 1.0, -1.0
        lead = Sets(*(part[mine] for part in found)).affine(ahead, np.zeros(len(rivals)))
        best[mine] = np.maximum(best[mine], (lead.centre - lead.radius).min(axis=1, initial=np.inf))
    return best


def perceptron(layers: Layers, sets: Sets) -> Sets:
    """The images under a ReLU perceptron."""
    for i, (weight, bias) in enumerate(layers):
        sets = sets.affine(weight, bias)
        if i < len(layers) - 1:
            sets = sets.relu()
    return sets


def _recur(layer: Layer, state: Sets, given: Sets) -> Sets:
    """One layer of a torch module; the equations are those of ``network.torch_cells``."""
    n = layer.hidden
    from_x = given.affine(layer.weight_ih, layer.bias_ih)
    from_h = state.columns(0, n).affine(layer.weight_hh, layer.bias_hh)
    if layer.cell == "gru":
        return _gru(state, from_x, from_h, n)
    both = from_x.plus(from_h)
    if layer.cell == "lstm":
        return _lstm(state, both, n)
    return both.tanh() if layer.cell == "rnn_tanh" else both.relu()


def _gru(state: Sets, from_x: Sets, from_h: Sets, n: int) -> Sets:
    gates = from_x.columns(0, 2 * n).plus(from_h.columns(0, 2 * n)).sigmoid()
    reset = gates.columns(0, n).times(from_h.columns(2 * n, 3 * n))
    new = from_x.columns(2 * n, 3 * n).plus(reset).tanh()
    less = new.scaled(np.full_like(new.centre, -1.0))
    return new.plus(gates.columns(n, 2 * n).times(state.plus(less)))


def _lstm(state: Sets, gates: Sets, n: int) -> Sets:
    open_gates = joined([gates.columns(0, 2 * n), gates.columns(3 * n, 4 * n)]).sigmoid()
    opens, forgets, gives = (open_gates.columns(i * n, (i + 1) * n) for i in range(3))
    new = _padded(gates.columns(2 * n, 3 * n), open_gates.axes.shape[2]).tanh()
    memory = forgets.times(state.columns(n, 2 * n)).plus(opens.times(new))
    return joined([gives.times(memory.tanh()), memory])


def _alike(one: Sets, two: Sets) -> tuple[Sets, Sets]:
    """Both with the same symbols."""
    widest = max(one.axes.shape[2], two.axes.shape[2])
    return _padded(one, widest), _padded(two, widest)


def _padded(sets: Sets, symbols: int) -> Sets:
    gap = symbols - sets.axes.shape[2]
    return sets._replace(axes=np.pad(sets.axes, ((0, 0), (0, 0), (0, gap)))) if gap else sets
