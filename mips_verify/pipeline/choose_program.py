"""Which of the programs that were read out of a network is shown as its program?

A network is one program exactly and others nearly: it may count to nine and then fail. Without a
specification the best description comes first. With one, a program that is proved comes first; all
were read without it, and it only chooses among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mips_verify.extract.extraction import Extraction
from mips_verify.extract.scoring import Offer
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status, Verdict

LONG = 6  # nodes; beside a longer exact program, shorter ones are shown that are nearly right


def with_near(found: Extraction, near: Callable[[], tuple[Offer, ...]]) -> Extraction:
    """The extraction with programs that are nearly right, if the exact one is long."""
    if found.machine is None or not found.exact or found.machine.size < LONG:
        return found
    return replace(found, offers=(*found.offers, *near()))


def proved_first(
    found: Extraction,
    near: Callable[[], tuple[Offer, ...]],
    prove: Callable[[Machine], Verdict],
) -> tuple[Extraction, Verdict | None]:
    """The extraction with the first program that is proved in front, and its verdict.

    Args:
        found: the programs, the best first.
        near: gives programs that are nearly right, where the exact one is refuted.
        prove: the verdict on a program.

    Returns:
        if none is proved, the extraction with its best program, and the verdict on that.
    """
    if found.machine is None:
        return found, None
    first = prove(found.machine)
    if first.status is Status.PROVED:
        return found, first
    for other in found.alternatives:
        verdict = prove(other.machine)
        if verdict.status is Status.PROVED:
            return found.instead(other), verdict
    if found.exact and first.status is Status.REFUTED:
        found = replace(found, offers=(*found.offers, *near()))
    for offer in found.offers[1:]:
        verdict = prove(offer.machine)
        if verdict.status is Status.PROVED:
            return found.choosing(offer), verdict
    return found, first
