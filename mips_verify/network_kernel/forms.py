"""Affine arithmetic in integers with outward rounding (de Figueiredo and Stolfi, 2004).

A :class:`Form` stands for the numbers ``(centre + sum_k parts[k] e_k + rest * e) / 2**bits`` with
all ``e`` from -1 to 1. The ``e_k`` are shared by all forms of one computation, so that what two
forms have in common cancels; ``rest`` is each form's own.

With ``floats``, a form also encloses what any IEEE-double evaluation gives, in any order of
summation and with or without fused operations: a sum of n products is off by no more than
``gamma_n`` times the sum of their magnitudes (Higham, Accuracy and Stability of Numerical
Algorithms, section 3.1), and not at all where every partial sum is a double.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import zip_longest
from operator import mul, or_
from typing import Final, NamedTuple

from mips_verify.network_kernel.arithmetic import Rows, Vector, each_row
from mips_verify.network_kernel.tanh_bounds import tanh_bounds

DOUBLE: Final = 53  # bits of a double's significand
LEAST: Final = 1074  # the smallest double above 0 is 2 ** -1074
LARGEST: Final = 1000  # a double beyond 2 ** 1000 is taken for an overflow
LIBRARY: Final = 50  # tanh and the logistic function of a library are right within 2 ** -50


class Form(NamedTuple):
    """See the module; all numbers are scaled by ``2 ** bits``."""

    centre: int
    parts: tuple[int, ...] = ()
    rest: int = 0

    @property
    def radius(self) -> int:
        """The largest distance from the centre."""
        return sum(map(abs, self.parts)) + self.rest

    @property
    def ends(self) -> tuple[int, int]:
        """The smallest and the largest number."""
        radius = self.radius
        return self.centre - radius, self.centre + radius


_Row = tuple[list[int], list[int], list[int]]


class FormArithmetic:
    """Arithmetic on forms, for one computation: new ``e_k`` are numbered from ``symbols``.

    Args:
        bits: binary places, more than :data:`LIBRARY`; every weight must be a multiple of
            ``2 ** -bits``.
        floats: whether to enclose the results of floating-point evaluation, too.
    """

    def __init__(self, bits: int, floats: bool) -> None:
        self.bits, self.floats, self.symbols = bits, floats, 0
        self._below = (1 << bits) - 1
        self._scaled: dict[float, int] = {}
        self._maps: dict[tuple[Rows, int, tuple[Vector, ...]], list[_Row]] = {}

    def scaled(self, value: float) -> int:
        """A double as an integer multiple of ``2 ** -bits``.

        Raises:
            ValueError: it is none.
        """
        found = self._scaled.get(value)
        if found is None:
            above, below = value.as_integer_ratio()
            found, rest = divmod(above << self.bits, below)
            if rest:
                raise ValueError(f"{value} has more than {self.bits} binary places")
            self._scaled[value] = found
        return found

    def constant(self, value: float) -> Form:
        """A double."""
        return Form(self.scaled(value))

    def affine(self, weight: Rows, values: Sequence[Form], *biases: Vector) -> list[Form]:
        """``weight @ values``, plus any number of biases."""
        centres, rests = [v.centre for v in values], [v.rest for v in values]
        columns = list(zip_longest(*[v.parts for v in values], fillvalue=0))
        radii = [v.radius for v in values] if self.floats else []
        found = []
        for row, sizes, fixed in self._rows(weight, len(values), biases):
            products = [*map(mul, row, centres), *fixed]
            parts = [sum(map(mul, row, column)) for column in columns]
            form = self._rounded(sum(products), parts, sum(map(mul, sizes, rests)))
            if self.floats:
                error = self._float_error(products, sum(map(mul, sizes, radii)))
                form = Form(form.centre, form.parts, form.rest + error)
            found.append(form)
        return found

    def relu(self, z: Form) -> Form:
        """Exact on either side of 0; across it, the smallest parallelogram around the graph."""
        low, high = z.ends
        if low >= 0:
            return z
        if high <= 0:
            return Form(0)
        slope = (high << self.bits) // (high - low)  # any slope from 0 to 1 would do
        line = self._scale(slope, z)
        # relu(z) - slope * z is convex: 0 at 0, and, as the slope is rounded down, largest at high
        above = self._up(((1 << self.bits) - slope) * high)
        half = (above + 1) // 2
        gap = (0,) * (self.symbols - len(z.parts))
        self.symbols += 1  # its own, which later sums can share
        return Form(line.centre + half, (*line.parts, *gap, half), line.rest)

    def tanh(self, z: Form) -> Form:
        """A line with the slope at the centre, and a bound on its error."""
        bottom, top, at = (tanh_bounds(v, self.bits) for v in (*z.ends, z.centre))
        slope = (1 << self.bits) - self._up(at.high * at.high)
        # Taylor's theorem around the centre: |tanh''| = 2 |t| (1 - t^2) is below 0.77; 0.8, rounded
        # up, leaves room for a slope that is some units off
        curved = -(-2 * z.radius * z.radius // (5 << self.bits))
        line = self._scale(slope, z)
        taylor = Form(at.low, line.parts, line.rest + curved + at.high - at.low)
        middle = (top.high + bottom.low) // 2
        box = Form(middle, (), top.high - middle)
        # a line that is a little wider is worth more than a box, if some of it is shared
        better = taylor.rest < box.rest and 4 * taylor.radius < 5 * box.rest
        return self._library(taylor if better else box)

    def sigmoid(self, z: Form) -> Form:
        """``(1 + tanh(z / 2)) / 2``."""
        half = 1 << (self.bits - 1)
        t = self.tanh(self._scale(half, z))
        line = self._scale(half, t)
        return self._library(Form(line.centre + half, line.parts, line.rest))

    def times(self, a: Form, b: Form) -> Form:
        """The product; the part that is not linear goes into ``rest``."""
        pairs = zip_longest(a.parts, b.parts, fillvalue=0)
        parts = [a.centre * q + b.centre * p for p, q in pairs]
        bent = a.radius * b.radius + abs(a.centre) * b.rest + abs(b.centre) * a.rest
        form = self._rounded(a.centre * b.centre, parts, bent)
        if not self.floats:
            return form
        size = self._up((abs(a.centre) + a.radius) * (abs(b.centre) + b.radius))
        return form._replace(rest=form.rest + (size >> DOUBLE) + 1)

    def _rows(self, weight: Rows, width: int, biases: tuple[Vector, ...]) -> list[_Row]:
        """Rows scaled by ``2 ** bits``, their magnitudes, and biases scaled by its square."""
        key = weight, width, biases
        if key not in self._maps:
            rows = []
            for row, constants in each_row(weight, width, biases):
                scaled = list(map(self.scaled, row))
                fixed = [self.scaled(c) << self.bits for c in constants]
                rows.append((scaled, list(map(abs, scaled)), fixed))
            self._maps[key] = rows
        return self._maps[key]

    def _scale(self, factor: int, z: Form) -> Form:
        """A form times a factor that is not negative."""
        return self._rounded(factor * z.centre, [factor * p for p in z.parts], factor * z.rest)

    def _library(self, z: Form) -> Form:
        return z._replace(rest=z.rest + (1 << (self.bits - LIBRARY))) if self.floats else z

    def _rounded(self, centre: int, parts: Sequence[int], rest: int) -> Form:
        """A form from numbers scaled by ``2 ** (2 bits)``; each may lose a unit."""
        lost = 1 + len(parts) if reduce(or_, parts, centre) & self._below else 0
        places = self.bits
        return Form(centre >> places, tuple([p >> places for p in parts]), self._up(rest) + lost)

    def _up(self, scaled_twice: int) -> int:
        """A number scaled by ``2 ** (2 bits)``, rounded upwards."""
        return -(-scaled_twice >> self.bits)

    def _float_error(self, products: Sequence[int], spread: int) -> int:
        """How far a floating-point sum may be from the exact one.

        Args:
            products: the products of the centres and the constants, scaled by ``2 ** (2 bits)``.
            spread: how far the sum of their magnitudes may go beyond, scaled likewise.
        """
        most = sum(map(abs, products)) + spread
        if most >> (2 * self.bits + LARGEST):
            raise ValueError("a sum may overflow")
        if not most:
            return 0
        if not spread:
            grid = reduce(or_, products)  # its lowest bit divides every product
            lowest = grid & -grid
            if most < lowest << DOUBLE and lowest.bit_length() > 2 * self.bits - LEAST:
                return 0
        return (self._up(most * 4 * (len(products) + 2)) >> DOUBLE) + 2
