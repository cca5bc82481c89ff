"""The theorem about a network as it is and, where that does not reach, about a repaired one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mips_verify.certify.certifying import Certifying, Model
from mips_verify.certify.prove_network import NetworkTheorem, prove_network
from mips_verify.certify.repairs import REPAIRS
from mips_verify.deadline import interruptible, time_is_up
from mips_verify.progress import Say


@dataclass(frozen=True, slots=True)
class Repaired:
    """Another network, made from the given one, and the theorem about it.

    Attributes:
        how: name of the repair.
        network: the repaired network.
        theorem: what is proved about it.
    """

    how: str
    network: Model
    theorem: NetworkTheorem


@dataclass(frozen=True, slots=True)
class Certified:
    """What is proved about a network, and about a repaired one if there is one."""

    theorem: NetworkTheorem
    repaired: Repaired | None = None


def certify_network(
    problem: Certifying, progress: Say, *, repair: bool = True, train: bool = False
) -> Certified:
    """Prove that a network is a program, or else repair it so that it can be proved.

    Args:
        problem: the network and the program.
        progress: called with a short description of each activity.
        repair: whether to look for a repaired network where the given one is not proved for
            every length.
        train: whether a repair may train the network further, which takes up to minutes.
    """
    found = Certified(prove_network(problem, progress))
    return with_repair(problem, found, progress, train=train) if repair else found


def with_repair(
    problem: Certifying, found: Certified, progress: Say, *, train: bool = False
) -> Certified:
    """The same with a repaired network, where the given one is not proved and one is found.

    Args:
        problem: the network and the program.
        found: the theorem about the network itself.
        progress: called with a short description of each activity.
        train: as in :func:`certify_network`.
    """
    if found.theorem.proved or time_is_up():
        return found
    mended = None
    with interruptible():
        mended = _repaired(problem, progress, train=train)
    return replace(found, repaired=mended)


def _repaired(problem: Certifying, progress: Say, *, train: bool) -> Repaired | None:
    """The first repaired network that is proved for every length."""
    for way in REPAIRS:
        if way.trains and not train:
            continue
        progress(f"repairing the network: {way.name}")
        for network in way.networks(problem, progress):
            mended = prove_network(replace(problem, model=network), progress, whole=False)
            if mended.proved:
                return Repaired(way.name, network, mended)
    return None
