"""A network of ReLU layers on one word, without any doubt about rounding.

Floats are dyadic fractions: a power of two makes all weights of a layer integers, and products
and sums of dyadic fractions are dyadic again. So integers with a common power of two hold every
value exactly. They would grow by the bits of the weights with every layer; where they have more
places than the rest of the word can need, they are cut, and a radius says by how much at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.certify.certify_budgets import SURPLUS
from mips_verify.network.network import Layers, Network
from mips_verify.network.torch_recurrent import Stacked

if TYPE_CHECKING:
    from mips_verify.network.sequence_function import Recurrent

Letter = Sequence[int]


@dataclass(frozen=True, slots=True)
class Ball:
    """A vector whose entry i is within ``radius`` of ``values[i]``, all in units of 2^-places."""

    values: tuple[int, ...]
    places: int
    radius: int = 0

    @property
    def cells(self) -> int:
        """Numbers of 64 bits in the largest value."""
        return 1 + max((v.bit_length() for v in self.values), default=0) // 64

    def cut(self, places: int) -> Ball:
        """The same vector with at most so many places, and no more than it needs."""
        common = min(((v & -v).bit_length() - 1 for v in self.values if v), default=self.places)
        spare = self.places - places
        if common >= spare and not self.radius:
            spare = min(common, self.places)  # so that whole numbers stay short
        if spare <= 0:
            return self
        values = tuple(v >> spare for v in self.values)
        lost = spare > common or self.radius > 0
        return Ball(values, self.places - spare, (self.radius >> spare) + 2 * lost)

    def joined(self, other: Ball) -> Ball:
        """Both vectors, one after the other."""
        places = max(self.places, other.places)
        values = [v << places - part.places for part in (self, other) for v in part.values]
        radius = max(part.radius << places - part.places for part in (self, other))
        return Ball(tuple(values), places, radius)

    def rounded(self) -> tuple[int, ...] | None:
        """The nearest integers; the even one of two, as ``numpy.rint`` does. ``None``: unknown."""
        low = tuple(_rint(v - self.radius, self.places) for v in self.values)
        high = tuple(_rint(v + self.radius, self.places) for v in self.values)
        return low if low == high else None

    def largest(self) -> int | None:
        """The index of the first of the largest values; ``None``: unknown."""
        best = self.values.index(max(self.values))
        near = [v for v in self.values if v >= self.values[best] - 2 * self.radius]
        return best if len(near) == 1 or not self.radius else None


def _rint(value: int, places: int) -> int:
    whole = value >> places
    twice = 2 * (value - (whole << places)) - (1 << places)  # where the rest lies from one half
    return whole + (twice > 0 or (twice == 0 and whole % 2 == 1))


def exactly(values: Iterable[float | Fraction]) -> Ball:
    """Floats, or sums of floats, without any rounding."""
    fractions = [Fraction(v) for v in values]
    places = max((f.denominator.bit_length() - 1 for f in fractions), default=0)
    scaled = [f.numerator << places - f.denominator.bit_length() + 1 for f in fractions]
    return Ball(tuple(scaled), places)


@dataclass(frozen=True, slots=True)
class Affine:
    """``weight @ z + bias`` with integers over a power of two; a ReLU follows if ``relu``.

    Attributes:
        rows: for each output, the columns of weights other than 0 and these weights.
        bias: the biases, of the same scale.
        places: the scale is ``2 ** -places``.
        relu: whether negative values become 0.
    """

    rows: tuple[tuple[tuple[int, int], ...], ...]
    bias: tuple[int, ...]
    places: int
    relu: bool

    @staticmethod
    def of(weight: Floats, bias: Sequence[float | Fraction], *, relu: bool) -> Affine:
        """The layer with a weight ``(out, in)`` and biases ``(out,)``."""
        both = exactly([*weight.ravel().tolist(), *bias])
        table = np.array(both.values[: weight.size], dtype=object).reshape(weight.shape)
        rows = [tuple((j, w) for j, w in enumerate(row) if w) for row in table.tolist()]
        return Affine(tuple(rows), both.values[weight.size :], both.places, relu)

    @property
    def products(self) -> int:
        """Multiplications in one evaluation."""
        return sum(map(len, self.rows))

    @property
    def gain(self) -> int:
        """The factor by which a radius grows at most, in units of ``2 ** -places``."""
        return max(sum(abs(w) for _, w in row) for row in self.rows)

    def __call__(self, z: Ball) -> Ball:
        """The values of the layer."""
        terms = zip(self.rows, self.bias, strict=True)
        values = [sum(w * z.values[j] for j, w in row) + (b << z.places) for row, b in terms]
        if self.relu:
            values = [max(0, v) for v in values]
        # a ReLU moves no two values apart
        return Ball(tuple(values), z.places + self.places, z.radius * self.gain)


@dataclass(frozen=True, slots=True, eq=False)
class ExactNetwork:
    """A network whose every step is exact; made by :func:`exact_network`.

    Attributes:
        layers: cells, the first reads the letter, each further one the output of the one before:
            the layers that lead from its state and what it reads to its new state.
        origin: the state of each cell before the first letter.
        top: the layers from the state of the last cell to the scores.
        values: the output of each score, where the largest says the output; else ``None``.
        columns: for one-hot letters the lowest and the highest value of each channel.
    """

    layers: tuple[tuple[Affine, ...], ...]
    origin: tuple[Ball, ...]
    top: tuple[Affine, ...]
    values: Ints | None = None
    columns: tuple[tuple[int, int], ...] = ()

    @property
    def products(self) -> int:
        """Multiplications in one step, with the outputs read."""
        return sum(a.products for part in (*self.layers, self.top) for a in part)

    @property
    def gain(self) -> int:
        """Bits that an error gains in one step at most."""
        cells = (max(1, a.gain) for part in self.layers for a in part)
        places = sum(a.places for part in self.layers for a in part)
        return max(0, sum(gain.bit_length() for gain in cells) - places)

    def states(self, word: Sequence[Letter], cells: int) -> Iterator[Ball]:
        """The state of the last cell after each letter, until ``cells`` products are spent."""
        now, gain = self.origin, self.gain
        for left, letter in zip(range(len(word), 0, -1), word, strict=True):
            cells -= self.products * max(part.cells for part in now)
            if cells < 0:
                return
            now = self._step(now, letter, SURPLUS + left * gain)
            yield now[-1]

    def _step(self, now: tuple[Ball, ...], letter: Letter, places: int) -> tuple[Ball, ...]:
        given, after = self._coded(letter), []
        for state, cell in zip(now, self.layers, strict=True):
            given = _through(cell, state.joined(given)).cut(places)
            after.append(given)
        return tuple(after)

    def _coded(self, letter: Letter) -> Ball:
        if not self.columns:
            return Ball(tuple(letter), 0)
        ends = zip(letter, self.columns, strict=True)
        return Ball(tuple(int(x == v) for x, (lo, hi) in ends for v in range(lo, hi + 1)), 0)

    def read(self, state: Ball) -> tuple[int, ...] | None:
        """The outputs at a state of the last cell; ``None`` if its radius leaves them open."""
        scores = _through(self.top, state)
        if self.values is None:
            return scores.rounded()
        best = scores.largest()
        return None if best is None else (int(self.values[best]),)


def _through(layers: Iterable[Affine], z: Ball) -> Ball:
    for layer in layers:
        z = layer(z)
    return z


def exact_network(network: Recurrent) -> ExactNetwork | None:
    """The network in exact arithmetic; ``None`` if it has other layers than ReLU."""
    if isinstance(network, Network):
        return ExactNetwork(
            (_perceptron(network.f),), (exactly(network.h0.tolist()),), _perceptron(network.g)
        )
    if isinstance(network, Stacked) and all(cell.cell == "rnn_relu" for cell in network.layers):
        return _stacked(network)
    return None


def _perceptron(layers: Layers) -> tuple[Affine, ...]:
    last = len(layers) - 1
    return tuple(Affine.of(w, b.tolist(), relu=i < last) for i, (w, b) in enumerate(layers))


def _stacked(network: Stacked) -> ExactNetwork:
    cells = []
    for cell in network.layers:
        biases = zip(cell.bias_hh.tolist(), cell.bias_ih.tolist(), strict=True)
        weight = np.hstack([cell.weight_hh, cell.weight_ih])
        cells.append(
            (Affine.of(weight, [Fraction(a) + Fraction(b) for a, b in biases], relu=True),)
        )
    ends = np.cumsum([0, *(cell.hidden for cell in network.layers)]).tolist()
    domain = network.domain
    return ExactNetwork(
        layers=tuple(cells),
        origin=tuple(exactly(network.origin[a:b].tolist()) for a, b in pairwise(ends)),
        top=(Affine.of(network.weight, network.bias.tolist(), relu=False),),
        values=network.values if network.gives == "argmax" else None,
        columns=tuple(zip(domain.lows, domain.highs, strict=True))
        if network.reads == "one-hot"
        else (),
    )
