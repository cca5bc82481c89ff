"""For how many letters is floating-point evaluation of an integral network exact?

Where all products of a sum are multiples of one power of two and their magnitudes add up to less
than 2**53 times it, every partial sum is a double, in any order and with fused operations, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from mips_verify.kernel.domain import Domain
from mips_verify.network_kernel.arithmetic import Rows, Vector, each_row
from mips_verify.network_kernel.as_machine import NotIntegralError
from mips_verify.network_kernel.exact_network import ExactNetwork

LETTERS: Final = 10_000  # beyond, nothing is claimed of states that go on growing
PRODUCTS: Final = 20_000_000  # multiplications in one count of letters, about a minute
DOUBLE: Final = 53  # bits of a double's significand
PLACES: Final = 200  # binary places; a network that needs more is taken to be rounded
_ONE: Final = 1 << PLACES


class Range(NamedTuple):
    """The multiples of ``unit`` from ``low`` to ``high``, all scaled by ``2 ** PLACES``."""

    low: int
    high: int
    unit: int


class RangeArithmetic:
    """Ranges of integral numbers; a sum that may be rounded raises ``OverflowError``."""

    def __init__(self) -> None:
        self._scaled: dict[float, int] = {}

    def scaled(self, value: float) -> int:
        """A double as a multiple of ``2 ** -PLACES``."""
        found = self._scaled.get(value)
        if found is None:
            above, below = value.as_integer_ratio()
            if below > _ONE:
                raise OverflowError(f"{value} has more than {PLACES} binary places")
            found = self._scaled[value] = above * (_ONE // below)
        return found

    def constant(self, value: float) -> Range:
        """A double."""
        exact = self.scaled(value)
        return Range(exact, exact, exact & -exact or _ONE)

    def affine(self, weight: Rows, values: Sequence[Range], *biases: Vector) -> list[Range]:
        """``weight @ values``, plus any number of biases, if no rounding can occur."""
        rows = each_row(weight, len(values), biases)
        return [self._sum(row, values, constants) for row, constants in rows]

    def _sum(self, row: Vector, values: Sequence[Range], constants: Vector) -> Range:
        low = high = size = 0
        grid = _ONE << PLACES  # its lowest bit divides every product
        terms = [(self.scaled(w), v) for w, v in zip(row, values, strict=True) if w]
        terms += [(_ONE, self.constant(c)) for c in constants if c]
        for w, v in terms:
            first, last = w * v.low, w * v.high
            if w < 0:
                first, last = last, first
            low, high = low + first, high + last
            size += max(-first, last)
            grid |= w * v.unit
        unit = grid & -grid
        if size >= unit << DOUBLE or unit < _ONE:
            raise OverflowError("a sum may be rounded")
        return Range(low >> PLACES, high >> PLACES, unit >> PLACES)

    def relu(self, z: Range) -> Range:
        """``max(z, 0)``."""
        return Range(max(z.low, 0), max(z.high, 0), z.unit)

    def tanh(self, _: Range) -> Range:
        """Never exact."""
        raise NotIntegralError("the network has units other than ReLU")

    sigmoid = tanh

    def times(self, _: Range, __: Range) -> Range:
        """Never needed: only gates multiply."""
        raise NotIntegralError("the network has gates")


def exact_letters(network: ExactNetwork, domain: Domain) -> int | None:
    """How many letters are evaluated without rounding; ``None`` for any number.

    What is looked at are :data:`LETTERS` letters, or as many as :data:`PRODUCTS` allow.

    Args:
        network: a network that :func:`~mips_verify.network_kernel.as_machine.exact_machine` takes.
        domain: the letters.
    """
    most = min(LETTERS, PRODUCTS // (len(network.numbers) * (domain.channels + 2)))
    numbers = RangeArithmetic()
    ends = zip(domain.lows, domain.highs, strict=True)
    x = [Range(low << PLACES, high << PLACES, _ONE) for low, high in ends]
    known = 0
    try:
        states = [numbers.constant(v) for v in network.start]
        ranges = (
            _linear(network, states, x) if len(network.f) == 1 else _stepwise(network, states, x)
        )
        for letters, states in enumerate(ranges, 1):
            # not looked at each time, as earlier states lie in the same ranges
            if 8 * letters >= 9 * known or letters == most:
                network.scores(numbers, states)
                network.step(numbers, states, x)
                known = letters
            if letters >= most:
                return known
        network.scores(numbers, states)
        network.step(numbers, states, x)
    except OverflowError:
        return known
    return None


def _stepwise(
    network: ExactNetwork, states: list[Range], x: Sequence[Range]
) -> Iterator[list[Range]]:
    """Ranges of all states after at most 1, 2, 3, ... letters; ends if they stop growing."""
    numbers = RangeArithmetic()
    while True:
        after = network.step(numbers, states, x)
        wider = [_hull(a, b) for a, b in zip(states, after, strict=True)]
        if wider == states:
            return
        states = wider
        yield states


def _linear(network: ExactNetwork, start: list[Range], x: Sequence[Range]) -> Iterator[list[Range]]:
    """The same for ``h' = A h + B x + c``, by impulse responses ``A^k B``, which lose nothing."""
    numbers, (layer,) = RangeArithmetic(), network.f
    n = len(start)
    A = tuple(row[:n] for row in layer.weight)
    unit = [(*row[n:], c) for row, c in zip(layer.weight, layer.bias, strict=True)]
    impulse = [list(map(numbers.constant, column)) for column in zip(*unit, strict=True)]
    given = [*x, numbers.constant(1.0)]
    forced = [Range(0, 0, _ONE)] * n
    free = widest = start
    while any(v.low for column in (free, *impulse) for v in column):  # all of them are points
        free = numbers.affine(A, free)
        for column, v in zip(impulse, given, strict=True):
            forced = [_added(r, p, v) for r, p in zip(forced, column, strict=True)]
        impulse = [numbers.affine(A, column) for column in impulse]
        now = [
            Range(r.low + v.low, r.high + v.high, min(r.unit, v.unit))
            for r, v in zip(forced, free, strict=True)
        ]
        widest = [_hull(a, b) for a, b in zip(widest, now, strict=True)]
        yield widest


def _added(r: Range, response: Range, given: Range) -> Range:
    """The range, and what an input with this response may add to it."""
    first, last = sorted((response.low * given.low >> PLACES, response.low * given.high >> PLACES))
    return Range(r.low + first, r.high + last, min(r.unit, response.unit))


def _hull(a: Range, b: Range) -> Range:
    return Range(min(a.low, b.low), max(a.high, b.high), min(a.unit, b.unit))
