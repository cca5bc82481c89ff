"""Small networks of every kind, and arithmetics in which the kernel's networks can run as well."""

import math
from fractions import Fraction

import mpmath
import numpy as np
from hypothesis import strategies as st

from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Network, layers_of
from mips_verify.network.torch_cells import Layer
from mips_verify.network.torch_recurrent import Stacked
from mips_verify.network_kernel.exact_network import CELLS, Affine, ExactNetwork, Recurrence

mpmath.mp.dps = 200
BITS = Domain(("x",), (0,), (1,))
WEIGHTS = st.one_of(
    st.floats(-4, 4, width=32),
    st.floats(-4, 4, allow_subnormal=False).filter(lambda v: not 0 < abs(v) < 1e-9),
    st.integers(-32, 32).map(lambda k: k / 8),
    st.integers(-3, 3).map(float),
)


class Reals:
    """Real numbers with 200 digits."""

    def constant(self, value):
        return mpmath.mpf(value)

    def affine(self, weight, values, *biases):
        added = list(zip(*biases, strict=True)) or [()] * len(weight)
        return [
            mpmath.fsum([*(mpmath.mpf(w) * v for w, v in zip(row, values, strict=True)), *b])
            for row, b in zip(weight, added, strict=True)
        ]

    def relu(self, z):
        return max(z, mpmath.mpf(0))

    def tanh(self, z):
        return mpmath.tanh(z)

    def sigmoid(self, z):
        return 1 / (1 + mpmath.exp(-z))

    def times(self, a, b):
        return a * b


class Fractions(Reals):
    """Rational numbers."""

    constant = Fraction

    def affine(self, weight, values, *biases):
        added = list(zip(*biases, strict=True)) or [()] * len(weight)
        return [
            sum(Fraction(w) * v for w, v in zip(row, values, strict=True)) + sum(map(Fraction, b))
            for row, b in zip(weight, added, strict=True)
        ]

    def relu(self, z):
        return max(z, Fraction(0))


class Doubles(Reals):
    """Doubles, with every sum in one of three orders, or with fused multiplications."""

    constant = float

    def __init__(self, order):
        self.order = order

    def affine(self, weight, values, *biases):
        added = list(zip(*biases, strict=True)) or [()] * len(weight)
        return [self._sum(row, values, b) for row, b in zip(weight, added, strict=True)]

    def _sum(self, row, values, added):
        pairs = list(zip(row, values, strict=True))
        if self.order == "fused":
            total = sum(added)
            for w, v in pairs:
                total = float(Fraction(w) * Fraction(v) + Fraction(total))
            return total
        terms = [w * v for w, v in pairs] + list(added)
        if self.order == "reversed":
            terms.reverse()
        while self.order == "pairs" and len(terms) > 1:
            terms = [sum(terms[i : i + 2]) for i in range(0, len(terms), 2)]
        return sum(terms, 0.0)

    def relu(self, z):
        return max(z, 0.0)

    def tanh(self, z):
        return math.tanh(z)

    def sigmoid(self, z):
        return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


ORDERS = ("plain", "reversed", "pairs", "fused")


def rows(height, width, weights=WEIGHTS):
    row = st.lists(weights, min_size=width, max_size=width).map(tuple)
    return st.lists(row, min_size=height, max_size=height).map(tuple)


@st.composite
def affines(draw, height, width, weights=WEIGHTS):
    return Affine(draw(rows(height, width, weights)), draw(rows(1, height, weights))[0])


@st.composite
def plain_networks(draw, weights=WEIGHTS, layers=2):
    n, channels, outputs = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    parts = []
    for width, height in ((n + channels, n), (n, outputs)):
        sizes = [
            width,
            *[draw(st.integers(1, 3)) for _ in range(draw(st.integers(0, layers - 1)))],
            height,
        ]
        pairs = zip(sizes[1:], sizes, strict=False)
        parts.append(tuple(draw(affines(h, w, weights)) for h, w in pairs))
    return ExactNetwork(draw(rows(1, n, weights))[0], parts[0], (), parts[1], (), None, channels)


@st.composite
def torch_networks(draw, cell, weights=WEIGHTS, argmax=None, one_hot=None):
    """One channel that reads 0 and 1, and up to two layers of up to two units."""
    one_hot = draw(st.booleans()) if one_hot is None else one_hot
    argmax = draw(st.booleans()) if argmax is None else argmax
    layers, width = [], 2 if one_hot else 1
    gates, memories = CELLS[cell]
    for _ in range(draw(st.integers(1, 2))):
        n = draw(st.integers(1, 2))
        from_x, from_h = (draw(affines(gates * n, w, weights)) for w in (width, n))
        layers.append(Recurrence(cell, from_x, from_h))
        width = n
    size = sum(layer.hidden for layer in layers) * memories
    scores = draw(st.integers(1, 3))
    values = (7, -1, 7)[:scores] if argmax else ()
    return ExactNetwork(
        draw(rows(1, size, weights))[0],
        (),
        tuple(layers),
        (draw(affines(scores, width, weights)),),
        values,
        BITS if one_hot else None,
        1,
    )


def any_network():
    return st.one_of(plain_networks(), *map(torch_networks, CELLS))


def run(network, numbers, word):
    """The scores after each letter."""
    h = [numbers.constant(v) for v in network.start]
    for letter in word:
        h = network.step(numbers, h, [numbers.constant(v) for v in network.inputs(letter)])
        yield network.scores(numbers, h)


def answer(network, scores):
    """The outputs that scores stand for; halves are rounded to even, as numpy does."""
    if network.values:
        return (network.values[max(range(len(scores)), key=scores.__getitem__)],)
    return tuple(int(mpmath.nint(s)) if isinstance(s, mpmath.mpf) else round(s) for s in scores)


def arrays(parts):
    return layers_of([(part.weight, part.bias) for part in parts])


def package_network(network):
    """The package's own network with the same weights."""
    if network.f:
        return Network(
            arrays(network.f), arrays(network.g), np.array(network.start), network.channels
        )
    ((weight, bias),) = arrays(network.g)
    layers = []
    for layer in network.layers:
        (u, b), (v, c) = arrays([layer.from_x, layer.from_h])
        layers.append(Layer(layer.cell, u, v, b, c))
    values = np.array(network.values or range(len(bias)))
    return Stacked(BITS, tuple(layers), weight, bias, np.array(network.start),
                   "numbers" if network.domain is None else "one-hot",
                   "argmax" if network.values else "round", values)  # fmt: skip
