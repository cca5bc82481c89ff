"""The orbit of a network whose hidden states repeat exactly: every state is a cell of its own."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from mips_verify.certify.certify_budgets import ORBIT_STEPS
from mips_verify.certify.certifying import Certifying
from mips_verify.network_kernel.cells import Cell, Cells
from mips_verify.network_kernel.forms import Form, FormArithmetic

PLACES: Final = 160  # binary places; a network that needs more is not exact


def orbit(problem: Certifying) -> Cells | None:
    """All pairs of a program's state and an exact hidden state that any word leads to, or None."""
    network, numbers = problem.exact, FormArithmetic(PLACES, floats=False)
    if network.layers:  # no tangent is exact
        return None
    letters = list(problem.domain.letters())
    inputs = [[numbers.constant(v) for v in network.inputs(x)] for x in letters]
    try:
        first = problem.program.init, tuple(numbers.constant(v) for v in network.start)
        found, waiting, edges = {first: 0}, [first], []
        for state, h in waiting:  # which grows
            to = []
            for x, given in zip(letters, inputs, strict=True):
                after = network.step(numbers, h, given)
                if any(v.radius for v in after):
                    return None
                pair = problem.program.step(state, x)[0], tuple(after)
                to.append(found.setdefault(pair, len(waiting)))
                if len(found) > len(waiting):
                    waiting.append(pair)
            edges.append(tuple(to))
            if len(found) * len(letters) > ORBIT_STEPS:
                return None
    except ValueError:  # a weight with more binary places
        return None
    cells = [_cell(state, h, to) for (state, h), to in zip(found, edges, strict=True)]
    return None if None in cells else Cells(tuple(c for c in cells if c))


def _cell(state: tuple[int, ...], h: tuple[Form, ...], to: tuple[int, ...]) -> Cell | None:
    centre = tuple(float(Fraction(v.centre, 1 << PLACES)) for v in h)
    if any(Fraction(c) * (1 << PLACES) != v.centre for c, v in zip(centre, h, strict=True)):
        return None  # not a double
    return Cell(state, centre, (0.0,) * len(h), to)
