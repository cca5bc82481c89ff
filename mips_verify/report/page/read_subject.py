"""A network that was read, a run, and what was learned from examples, as subjects of sections."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mips_verify.certify.certify_network import Certified
from mips_verify.kernel.verdict import Status
from mips_verify.network.prefix_states import PrefixStates
from mips_verify.report.agreement import comparison_line, offer_lines
from mips_verify.report.page.subject import Subject
from mips_verify.report.text import network_right, trust_lines
from mips_verify.report.theorem import short_theorem, theorem_to_text

if TYPE_CHECKING:
    from mips_verify.extract.extraction import Extraction
    from mips_verify.kernel.verdict import Verdict
    from mips_verify.pipeline.from_examples import Learned
    from mips_verify.pipeline.network_theorem import Answer
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.pipeline.synthesis_result import Result
    from mips_verify.spec.task import Task
    from mips_verify.train.train import Trained


def subject_of(found: Reading | Result | Learned, name: str, task: Task | None) -> Subject:
    """What a page says of a result of any kind; a network that was read gets the name."""
    from mips_verify.pipeline.from_examples import Learned
    from mips_verify.pipeline.read_network import Reading

    if isinstance(found, Reading):
        return reading_subject(found, name, "", task)
    return learned_subject(found) if isinstance(found, Learned) else result_subject(found)


def reading_subject(reading: Reading, name: str, what: str, task: Task | None) -> Subject:
    """What a page says of a network that was read.

    Args:
        reading: what was read.
        name: what the network is called.
        what: its kind and size, in words.
        task: whose specification was asked about, if there is one.
    """
    asked = reading.asked
    states = None if isinstance(asked.network, PrefixStates) else asked.network.hidden
    subject = Subject(
        "network",
        name,
        _verdict(reading),
        engine=what,
        domain=asked.domain,
        length=asked.length,
        program=reading.program,
        spec=asked.spec,
        network=asked.network,
        hidden=states,
        faithfulness=reading.faithfulness,
        notes=_notes(reading, task),
        listing=_tried(reading.extraction) or tuple(offer_lines(reading.extraction.offers)),
    )
    return _of_task(_proved(subject, reading.verdict, reading.certified), task)


def result_subject(result: Result) -> Subject:
    """What a page says of a run of the whole pipeline."""
    task, best = result.task, result.best
    subject = Subject(
        "run",
        task.name,
        "no program" if result.verdict is None else result.verdict.status.value,
        domain=task.domain,
        length=task.length,
        program=result.program,
        spec=task.spec,
        listing=_tried(best.extraction),
    )
    subject = _trained(subject, best.trained)
    return _of_task(_proved(subject, result.verdict, best.certified), task)


def learned_subject(learned: Learned) -> Subject:
    """What a page says of a program from examples."""
    examples = learned.examples
    right = "right on all examples" if learned.exact else "wrong on some examples"
    subject = Subject(
        "file of examples",
        examples.name,
        "no program" if learned.program is None else right,
        claim="Nothing is proved, since examples are no specification.",
        says=f"{len(examples.data)} sequences of {examples.data.length} letters",
        domain=examples.data.domain,
        length=examples.data.length,
        program=learned.program,
        names=examples.names,
        notes=tuple(map(_sentence, trust_lines(learned))),
        listing=_tried(learned.best.extraction),
    )
    return _trained(subject, learned.best.trained)


def _of_task(subject: Subject, task: Task | None) -> Subject:
    if task is None:
        return subject
    return replace(subject, says=task.says, suite=task.suite, names=task.names)


def _proved(subject: Subject, proof: Verdict | None, found: Answer | None) -> Subject:
    """The subject with its verdict and the theorem about its network."""
    if proof is None:
        return replace(subject, claim="Nothing is proved, since there is no specification.")
    theorem = found.theorem.certificate if isinstance(found, Certified) else None
    return replace(
        subject,
        claim=f"Program and specification: {proof}.",
        invariant=proof.invariant if proof.status is Status.PROVED else None,
        theorem=theorem,
        theorem_says="" if found is None else _sentence(theorem_to_text(found)),
        letters="" if found is None else short_theorem(found),
    )


def _trained(subject: Subject, trained: Trained) -> Subject:
    network = trained.network
    return replace(
        subject, engine=trained.engine, network=network, hidden=network.hidden, trail=trained.trail
    )


def _verdict(reading: Reading) -> str:
    if reading.comparison is None:
        return "no program"
    if reading.verdict is not None:
        return reading.verdict.status.value
    return "agrees where tried" if reading.comparison.agree else "differs where tried"


def _notes(reading: Reading, task: Task | None) -> tuple[str, ...]:
    notes = []
    if task is not None and reading.network_score is not None:
        notes.append(f"The network is {network_right(reading, task)}.")
    if reading.comparison is not None:
        notes.append(_sentence(comparison_line(reading.comparison)))
    return tuple(notes)


def _tried(found: Extraction) -> tuple[str, ...]:
    """What was tried, if there is no program."""
    return () if found.machine is not None else ("tried:", *found.tried)


def _sentence(line: str) -> str:
    return f"{line[0].upper()}{line[1:]}."
