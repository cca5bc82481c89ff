"""The methods that look for a proof of a network, the cheapest first.

A method is a function from :class:`~mips_verify.certify.certifying.Certifying` to a proof or None.
It need not be trusted: what it finds is checked. A new method is one file and one line here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mips_verify.certify.by_invariant import by_invariant
from mips_verify.certify.certify_budgets import FEW, LEVEL_IMAGES, MANY, OWN_LENGTH_IMAGES
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.closed_boxes import Boxes
from mips_verify.certify.contracting_cells import contracting_cells
from mips_verify.certify.layered_cells import layered_cells
from mips_verify.certify.levels import Levels
from mips_verify.certify.orbit import Orbit
from mips_verify.network_kernel.network_certificate import Linear, Proof


@dataclass(frozen=True, slots=True)
class Method:
    """One way to a proof.

    Attributes:
        name: how results call it.
        find: the search.
        bounded: whether it proves words up to some length only; tried while the words that trained
            the network are longer than those proved.
    """

    name: str
    find: Callable[[Certifying], Proof | None]
    bounded: bool = False


def linear(problem: Certifying) -> Linear:
    """The claim that both are linear; the checker computes how far they agree."""
    del problem
    return Linear()


METHODS: Final = (
    Method("finitely many exact states", Orbit(FEW).search),
    Method("integer states, invariant", by_invariant),
    Method("linear systems", linear),
    Method("finitely many exact states", Orbit(MANY).search),
    *(
        Method("closed boxes", Boxes(gap, pieces).search)
        for pieces in (1, 4)
        for gap in (10.0, 1e-1, 1e-2, 1e-3, 1e-5)
    ),
    Method("contracting cells", contracting_cells),
    Method("boxes, letter by letter", Levels(LEVEL_IMAGES).search, bounded=True),
    Method("boxes, letter by letter", Levels(OWN_LENGTH_IMAGES).search, bounded=True),
    Method("turned cells, letter by letter", layered_cells, bounded=True),
)
