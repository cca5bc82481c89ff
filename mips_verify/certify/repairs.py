"""Repairs: networks near to a given one for which more can be proved.

A repaired network is another network, and every result says so. A repair sees the network, the
letters and the labels that trained it, never the program. A new repair is one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from mips_verify.certify.certifying import Certifying, Model
from mips_verify.certify.snaps import snaps
from mips_verify.certify.staircase import staircases


@dataclass(frozen=True, slots=True)
class Repair:
    """One way to change a network.

    Attributes:
        name: how results call it.
        networks: the networks to try instead, the most similar first.
    """

    name: str
    networks: Callable[[Certifying], Iterator[Model]]


REPAIRS: Final[tuple[Repair, ...]] = (
    Repair("snapped", snaps),
    Repair("staircase", staircases),
)
