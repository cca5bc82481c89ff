"""The orbit of a network whose hidden states repeat exactly: every state is a cell of its own.

Hidden values that no step reads, such as outputs that are only passed on, do not tell states apart:
a cell holds the range of these, so that there are not as many cells as there are combinations.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from mips_verify.certify.certifying import Certifying
from mips_verify.kernel.machine import Machine
from mips_verify.network_kernel.cells import Cell, Cells
from mips_verify.network_kernel.exact_network import ExactNetwork
from mips_verify.network_kernel.forms import Form, FormArithmetic

PLACES: Final = 160  # binary places; a network that needs more is not exact
LARGEST: Final = 1 << PLACES + 64  # states that grow so far do not come back
Values = tuple[int, ...]


@dataclass(slots=True)
class _Found:
    """A program's state with hidden states that differ only in what is not read.

    Attributes:
        state: the program's state.
        low, high: ends of each hidden value, scaled by ``2 ** PLACES``.
        to: for each letter, the number of the one that it leads to.
    """

    state: Values
    low: list[int]
    high: list[int]
    to: tuple[int, ...] = field(default=())

    def widen(self, values: Values) -> None:
        """Hold these hidden values, too."""
        self.low = list(map(min, self.low, values))
        self.high = list(map(max, self.high, values))

    def cell(self) -> Cell | None:
        """The cell; None if its numbers are no doubles."""
        ends = list(zip(self.low, self.high, strict=True))
        centre = [_double(a + b) for a, b in ends]
        radius = [_double(b - a) for a, b in ends]
        if None in centre or None in radius:
            return None
        return Cell(self.state, _tuple(centre), _tuple(radius), self.to)


@dataclass(frozen=True, slots=True)
class Orbit:
    """One search; ``most`` exact states times letters are looked at before it gives up."""

    most: int

    def search(self, problem: Certifying) -> Cells | None:
        """All pairs of a program's state and an exact hidden state that any word leads to."""
        try:
            cells = [found.cell() for found in self._orbit(problem)]
        except _EndlessError:
            return None
        return None if None in cells else Cells(tuple(c for c in cells if c))

    def _orbit(self, problem: Certifying) -> list[_Found]:
        """Everything that words lead to, breadth first."""
        network, numbers = problem.exact, FormArithmetic(PLACES, floats=False)
        if network.layers:  # no tangent is exact
            raise _EndlessError
        letters = [(x, network.inputs(x)) for x in problem.domain.letters()]
        if _endless(problem.program, [x for x, _ in letters], self.most // len(letters)):
            raise _EndlessError
        inputs = [(x, _points(numbers, given)) for x, given in letters]
        places = _Places(_read(network))
        places.number(problem.program.init, _points(numbers, network.start))
        for one in places.found:  # which grows meanwhile
            if len(places.found) * len(inputs) > self.most:
                raise _EndlessError
            h, to = list(map(Form, one.low)), []
            for x, given in inputs:
                after = network.step(numbers, h, given)
                to.append(places.number(problem.program.step(one.state, x)[0], after))
            one.to = tuple(to)
        return places.found


class _Places:
    """What was found, numbered by the program's state and the hidden values that are read."""

    def __init__(self, read: Sequence[int]) -> None:
        self.read = read
        self.found: list[_Found] = []
        self._numbers: dict[tuple[Values, Values], int] = {}

    def number(self, state: Values, h: Sequence[Form]) -> int:
        """The number of a place, which is added if it is new and widened if it is not."""
        values = tuple(v.centre for v in h)
        if any(v.radius for v in h) or max(map(abs, values)) > LARGEST:
            raise _EndlessError
        key = state, tuple(values[i] for i in self.read)
        number = self._numbers.setdefault(key, len(self.found))
        if number == len(self.found):
            self.found.append(_Found(state, list(values), list(values)))
        self.found[number].widen(values)
        return number


def _endless(program: Machine, letters: Sequence[Values], most: int) -> bool:
    """Whether one letter, read again and again, leads a program to more states than ``most``."""
    return any(len(_repeated(program, x, most)) > most for x in letters)


def _repeated(program: Machine, letter: Values, most: int) -> set[Values]:
    """The states that a letter leads to, up to ``most`` and one more, or where values end."""
    state, seen = program.init, {program.init}
    with contextlib.suppress(ValueError):
        while len(seen) <= most and (state := program.step(state, letter)[0]) not in seen:
            seen.add(state)
    return seen


def _read(network: ExactNetwork) -> list[int]:
    """The hidden values that a step reads."""
    rows = network.f[0].weight
    return [i for i in range(len(network.start)) if any(row[i] for row in rows)]


class _EndlessError(Exception):
    """The states do not repeat, or they are not exact, or there are too many."""


def _points(numbers: FormArithmetic, values: Iterable[float]) -> list[Form]:
    try:
        return [numbers.constant(v) for v in values]
    except ValueError:
        raise _EndlessError from None  # more binary places


def _double(scaled: int) -> float | None:
    """Half of a number, as a double; None if it is none."""
    exact = Fraction(scaled, 2 << PLACES)
    return float(exact) if Fraction(float(exact)) == exact else None


def _tuple(values: Sequence[float | None]) -> tuple[float, ...]:
    return tuple(v for v in values if v is not None)
