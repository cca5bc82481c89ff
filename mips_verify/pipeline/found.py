"""What a stage found, in a few plain words: the message with which it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from mips_verify.algebra.percent import percent
from mips_verify.deadline import time_is_up
from mips_verify.pipeline.network_theorem import NotAsked
from mips_verify.progress import Found
from mips_verify.prove.verdict_line import verdict_line
from mips_verify.spec.value_names import values_of

if TYPE_CHECKING:
    from mips_verify.data import Dataset
    from mips_verify.extract.extraction import Extraction
    from mips_verify.kernel.verdict import Verdict
    from mips_verify.pipeline.compare_network import Comparison
    from mips_verify.pipeline.network_theorem import Answer
    from mips_verify.pipeline.score import Score
    from mips_verify.spec.examples import Examples
    from mips_verify.train.train import Trained

LONGEST: Final = 500  # characters of a program that a message shows; it may be a huge table


def examples_found(examples: Examples) -> Found:
    """What is read and what is given: ranges of numbers, or letters."""
    d, y = examples.data.domain, examples.data.y
    inputs = zip(d.names, d.lows, d.highs, strict=True)
    outputs = zip(examples.outputs, y.min(axis=(0, 1)), y.max(axis=(0, 1)), strict=True)
    reads, gives = (
        ", ".join(values_of(n, low, high, examples.letters.get(n, ())) for n, low, high in part)
        for part in (inputs, outputs)
    )
    return Found(f"reads {reads}; gives {gives}")


def data_found(data: tuple[Dataset, Dataset]) -> Found:
    """How many sequences there are, to learn from and to judge by."""
    learn, check = data
    return Found(f"{len(learn):,} sequences of {learn.length} inputs, {len(check):,} to judge by")


def network_found(trained: Trained) -> Found:
    """How the network was trained, and how good it is."""
    right = "exact" if trained.exact else f"right on {percent(trained.accuracy)}"
    of = "on fresh sequences" if trained.exact else "of fresh sequences"
    return Found(f"{trained.engine}, {trained.network.hidden} hidden, {right} {of}")


def program_found(extraction: Extraction) -> Found:
    """The program on one line, cut after :data:`LONGEST` characters."""
    if extraction.machine is None:
        return Found(f"none found in this network, {len(extraction.tried)} attempts")
    ended = "the time limit ended the search; " if time_is_up() else ""
    return Found(ended + str(extraction.machine).replace("\n", "; ")[:LONGEST])


def proof_found(answer: tuple[Extraction, Verdict | None]) -> Found:
    """The verdict on the program; on another than the first if only that one was proved."""
    _, verdict = answer
    return verdict_line(verdict) if verdict is not None else Found("no program to prove")


def score_found(score: Score) -> Found:
    """On how many labelled sequences the program is right."""
    right = score.sequences - score.wrong
    of = f"all {right:,}" if score.exact else f"{right:,} of {score.sequences:,}"
    return Found(f"the program is right on {of} labelled sequences")


def comparison_found(comparison: Comparison) -> Found:
    """Whether program and network agree."""
    agree = "agree" if comparison.agree else "do not agree"
    return Found(f"program and network {agree} on sequences of up to {comparison.length} inputs")


def theorem_found(answer: Answer) -> Found:
    """How far the network itself is proved to be its program; float64 may not reach as far."""
    if isinstance(answer, NotAsked):
        return Found(f"nothing proved about the network: {answer.reason}")
    theorem, mended = answer.theorem, answer.repaired
    reading = "" if theorem.floats == theorem.exact else " in exact reals"
    if theorem.proved:
        return Found(f"network PROVED equal for every length{reading}")
    said = f"right up to {theorem.exact} inputs{reading}" if theorem.exact else "not proved"
    wrong = f", wrong at {len(theorem.failure.word)}" if theorem.failure is not None else ""
    more = "; a repaired one is PROVED for every length" if mended is not None else ""
    return Found(f"network {said}{wrong}{more}")


def repair_found(answer: Answer) -> Found:
    """By which repair another network is proved, or that none was found, or not in time."""
    if not isinstance(answer, NotAsked) and answer.repaired is not None:
        return Found(f"another network is PROVED for every length, {answer.repaired.how}")
    return Found("none found before the time was up" if time_is_up() else "none found")


# what a stage does, and from its result to what it found
STAGES: Final[Mapping[str, tuple[str, Callable[[Any], Found]]]] = {
    "data": ("labelling sequences", data_found),
    "train": ("training a network", network_found),
    "extract": ("reading a program out of the network", program_found),
    "prove": ("proving the program", proof_found),
    "score": ("running the program on the labelled sequences", score_found),
    "certify": ("proving the network", theorem_found),
}
