"""The orbit of a network whose hidden states repeat exactly: every state is a cell of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from mips_verify.certify.certifying import Certifying
from mips_verify.network_kernel.cells import Cell, Cells
from mips_verify.network_kernel.forms import Form, FormArithmetic

PLACES: Final = 160  # binary places; a network that needs more is not exact
LARGEST: Final = 1 << PLACES + 64  # states that grow so far do not come back
Pair = tuple[tuple[int, ...], tuple[Form, ...]]


@dataclass(frozen=True, slots=True)
class Orbit:
    """One search; ``most`` exact states times letters are looked at before it gives up."""

    most: int

    def search(self, problem: Certifying) -> Cells | None:
        """All pairs of a program's state and an exact hidden state that any word leads to."""
        try:
            found, edges = self._pairs(problem)
        except _EndlessError:
            return None
        cells = [_cell(state, h, to) for (state, h), to in zip(found, edges, strict=True)]
        return None if None in cells else Cells(tuple(c for c in cells if c))

    def _pairs(self, problem: Certifying) -> tuple[list[Pair], list[tuple[int, ...]]]:
        """The pairs, and for each the numbers of those that the letters lead to."""
        network, numbers = problem.exact, FormArithmetic(PLACES, floats=False)
        if network.layers:  # no tangent is exact
            raise _EndlessError
        letters = [(x, network.inputs(x)) for x in problem.domain.letters()]
        inputs = [(x, _points(numbers, given)) for x, given in letters]
        found = [(problem.program.init, tuple(_points(numbers, network.start)))]
        places, edges = {found[0]: 0}, []
        for state, h in found:  # which grows meanwhile
            to = []
            for x, given in inputs:
                after = network.step(numbers, h, given)
                if any(v.radius or abs(v.centre) > LARGEST for v in after):
                    raise _EndlessError
                pair = problem.program.step(state, x)[0], tuple(after)
                to.append(places.setdefault(pair, len(found)))
                if len(places) > len(found):
                    found.append(pair)
            if len(found) * len(inputs) > self.most:
                raise _EndlessError
            edges.append(tuple(to))
        return found, edges


class _EndlessError(Exception):
    """The states do not repeat, or they are not exact, or there are too many."""


def _points(numbers: FormArithmetic, values: Iterable[float]) -> list[Form]:
    try:
        return [numbers.constant(v) for v in values]
    except ValueError:
        raise _EndlessError from None  # more binary places


def _cell(state: tuple[int, ...], h: tuple[Form, ...], to: tuple[int, ...]) -> Cell | None:
    centre = tuple(float(Fraction(v.centre, 1 << PLACES)) for v in h)
    if any(Fraction(c) * (1 << PLACES) != v.centre for c, v in zip(centre, h, strict=True)):
        return None  # not a double
    return Cell(state, centre, (0.0,) * len(h), to)
