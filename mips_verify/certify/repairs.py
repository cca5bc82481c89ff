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
from mips_verify.progress import Say


@dataclass(frozen=True, slots=True)
class Repair:
    """One way to change a network.

    Attributes:
        name: how results call it.
        networks: the networks to try instead, the most similar first; it says how far it is.
        trains: whether it trains, which takes up to minutes; only done where it is asked for.
    """

    name: str
    networks: Callable[[Certifying, Say], Iterator[Model]]
    trains: bool = False


def trained_further(problem: Certifying, progress: Say) -> Iterator[Model]:
    """See :func:`~mips_verify.certify.box_training.box_trained`."""
    # imported here because torch is needed to train, but not to prove
    from mips_verify.certify.box_training import box_trained

    yield from box_trained(problem, progress)


def trained_anew(problem: Certifying, progress: Say) -> Iterator[Model]:
    """See :func:`~mips_verify.certify.box_training.box_trained_anew`."""
    from mips_verify.certify.box_training import box_trained_anew

    yield from box_trained_anew(problem, progress)


REPAIRS: Final[tuple[Repair, ...]] = (
    Repair("snapped", lambda problem, _: snaps(problem)),
    Repair("staircase", lambda problem, _: staircases(problem)),
    Repair("trained until boxes shrink", trained_further, trains=True),
    Repair("trained anew until boxes shrink", trained_anew, trains=True),
)
