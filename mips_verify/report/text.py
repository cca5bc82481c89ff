"""Results as text, for people; :mod:`mips_verify.report.json` is for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mips_verify.algebra.percent import percent
from mips_verify.certify.certify_network import Certified
from mips_verify.errors import one_line
from mips_verify.kernel.machine import Machine, Word
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.pipeline.score import Score
from mips_verify.report.agreement import (
    agreement_lines,
    alternative_lines,
    comparison_line,
    offer_lines,
    rejected_lines,
)
from mips_verify.report.diagram import run_table
from mips_verify.report.states_and_arrows import program_text
from mips_verify.report.theorem import theorem_to_text
from mips_verify.spec.example_words import telling_word
from mips_verify.spec.task import Task
from mips_verify.spec.value_names import NUMBERS, Names, stands_for

if TYPE_CHECKING:
    from mips_verify.extract.extraction import Extraction
    from mips_verify.kernel.domain import Domain
    from mips_verify.normalize.integer_autoencoders import IntegerLattice
    from mips_verify.pipeline.from_examples import Learned
    from mips_verify.pipeline.network_theorem import Answer
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.pipeline.synthesis_result import Result
    from mips_verify.train.train import Trained

ON_LATTICE = 0.9  # report a lattice if at least this share of the states lies on it
_SHORTER = (
    "a network may be wrong beyond the length that trained it; a smaller --length trusts less of it"
)
_NETWORK_AT_FAULT = (
    "the network, not the task, may be at fault; try a larger `length` (in the task file) or "
    "another `--seed`"
)
LONGEST = 40  # letters of a sequence that a message shows


def machine_line(machine: Machine) -> str:
    """A machine on one line: ``s = 0 -> (s + x) % 3; output s``."""
    return str(machine).replace("\n", "; ")


def task_to_text(task: Task, word: Word | None = None) -> str:
    """A task with its run on a sequence; without one, on an example."""
    d = task.domain
    words = task.names.table(d.names, task.spec.state, len(task.spec.outputs))
    ranges = ", ".join(
        f"{n} in {lo}..{hi}" for n, lo, hi in zip(d.names, d.lows, d.highs, strict=True)
    )
    named = "".join(f"  {line}\n" for line in stands_for(words))
    spec = str(task.spec).replace("\n", "\n  ")
    run = run_table(task.spec, list(word or telling_word(task)), task.names).replace("\n", "\n  ")
    head = f"{one_line(f'{task.name}: {task.says}')}\ninputs {ranges}; length {task.length}"
    return f"{head}\n{named}  {spec}\n{'on this sequence' if word else 'for example'}\n  {run}"


def verdict_to_text(verdict: Verdict, task: Task) -> str:
    """The verdict in one line."""
    status = verdict.status
    if status is Status.PROVED:
        over = "all integers" if verdict.all_integers else "the declared input range"
        return f"PROVED equal to {task.name} for sequences of every length, over {over}"
    if status is Status.PROVED_UPTO:
        return f"PROVED_UPTO {verdict.length}: {verdict.reason}"
    if status is Status.REFUTED and verdict.counterexample is not None:
        kind, names = "shortest sequence" if verdict.shortest else "sequence", task.names
        got = "no value" if verdict.got is None else names.answer(verdict.got)
        why = f" ({verdict.reason})" if verdict.got is None and verdict.reason else ""
        return (
            f"REFUTED by the {kind} {_shortened(verdict.counterexample, names)}: the program gives "
            f"{got}{why}, the specification {names.answer(verdict.expected or ())}"
        )
    return f"{status.name}: {verdict.reason}"


def _shortened(word: Word, names: Names) -> str:
    """A sequence; of a long one only the end, since JSON has all of it."""
    if len(word) <= LONGEST:
        return names.word(word)
    return f"of {len(word)} letters that ends in {names.word(word[-LONGEST // 4 :])}"


def _program_lines(
    found: Extraction, domain: Domain | None, names: Names, programs: int
) -> list[str]:
    """The program, what its numbers stand for, and other programs that do the same."""
    assert found.machine is not None
    text = program_text(found.machine, domain, names)
    return [text, *_named(found.machine, text, names), *alternative_lines(found, programs)]


def _named(program: Machine, text: str, names: Names) -> list[str]:
    """What the numbers in the text of a program stand for; nothing if it has the names."""
    if text != str(program):
        return []
    return stands_for(names.table(program.inputs, (), len(program.outputs)))


def result_to_text(result: Result, programs: int = 1) -> str:
    """The program, its network, and the verdict; up to so many programs that do the same."""
    trained = result.best.trained
    if result.program is None or result.verdict is None:
        tried = "".join(f"\n  {line}" for line in result.best.extraction.tried)
        said = f"no program was found in the network for {result.task.name}; tried:{tried}"
        return said if trained.exact else f"{said}\n{_NETWORK_AT_FAULT}"
    network = (
        f"network: {trained.engine}, {trained.network.hidden} hidden, "
        f"right on {percent(trained.accuracy)} of fresh sequences"
    )
    lines = [
        *_program_lines(result.best.extraction, result.task.domain, result.task.names, programs),
        network,
    ]
    if (score := result.best.score) is not None and not (score.exact and trained.exact):
        lines.append(_score_line(score))
    lines.append(verdict_to_text(result.verdict, result.task))
    if result.best.certified is not None:
        lines.append(theorem_to_text(result.best.certified))
    if not (result.proved or trained.exact):
        lines.append(_NETWORK_AT_FAULT)
    return "\n".join(lines)


def _score_line(score: Score) -> str:
    if score.exact:
        return f"the program is better: right on all {score.sequences} labelled sequences"
    return f"the program is wrong on {score.wrong} of {score.sequences} labelled sequences"


def reading_to_text(
    reading: Reading,
    what: str,
    task: Task | None,
    domain: Domain | None = None,
    programs: int = 1,
    names: Names | None = None,
) -> str:
    """The program read out of a network, how the two compare, and, given a task, the verdict.

    Args:
        reading: what was read.
        what: describes the network.
        task: the task, if there is one.
        domain: the letters, if they are known.
        programs: most programs shown that do the same.
        names: what values are called; by default as in the task.
    """
    names = names or (task.names if task is not None else NUMBERS)
    if reading.program is None:
        tried = "".join(f"\n  {line}" for line in reading.extraction.tried)
        right = f"; the network is {network_right(reading, task)}" if task is not None else ""
        said = f"no program was found in the network ({what}){right}; tried:{tried}"
        best = _rejected_lines(reading.extraction, domain, names)
        return "\n".join([said, _SHORTER, *best, *agreement_lines(reading, task, names)])
    right = f", {network_right(reading, task)}" if task is not None else ""
    lines = [
        *_program_lines(reading.extraction, domain, names, programs),
        f"network: {what}{right}",
        *agreement_lines(reading, task, names),
        *offer_lines(reading.extraction.offers),
    ]
    if task is not None and reading.verdict is not None:
        lines.append(verdict_to_text(reading.verdict, task))
    if reading.certified is not None:
        lines.append(theorem_to_text(reading.certified))
    return "\n".join(lines)


def _rejected_lines(found: Extraction, domain: Domain | None, names: Names) -> list[str]:
    """The best program where none is good enough, with what its numbers stand for."""
    if (offer := found.rejected) is None:
        return []
    text = program_text(offer.machine, domain, names)
    return [*rejected_lines(offer, text), *_named(offer.machine, text, names)]


def certified_to_text(answer: Answer, what: str, names: Names = NUMBERS) -> str:
    """How far a network is a given program, and the sequence on which it is not."""
    lines = [f"network: {what}", theorem_to_text(answer)]
    failure = answer.theorem.failure if isinstance(answer, Certified) else None
    if failure is not None:
        lines.append(
            f"after {_shortened(failure.word, names)} the network gives "
            f"{names.answer(failure.got_float)}, the program {names.answer(failure.expected)}"
        )
    return "\n".join(lines)


def network_right(reading: Reading, task: Task) -> str:
    """How often the network itself agrees with the specification."""
    score = reading.network_score
    if score is None:
        return "not compared with the task"
    share = 1 - score.wrong / score.sequences
    return f"right on {percent(share)} of {score.sequences} sequences of {task.name}"


def _share(score: Score) -> str:
    if score.exact:
        return f"all {score.sequences}"
    return f"{score.sequences - score.wrong} of {score.sequences}"


def learned_to_text(learned: Learned, programs: int = 1) -> str:
    """The program found from examples, and how far to trust it."""
    trained, examples = learned.best.trained, learned.examples
    if learned.program is None:
        tried = "".join(f"\n  {line}" for line in learned.best.extraction.tried)
        return f"no program was found in {examples.name}: {_network_line(trained)}; tried:{tried}"
    text = program_text(learned.program, examples.data.domain, examples.names)
    named = stands_for(examples.letters) if text == str(learned.program) else []
    lines = [text, *named, *alternative_lines(learned.best.extraction, programs)]
    return "\n".join([*lines, *trust_lines(learned)])


def trust_lines(learned: Learned) -> list[str]:
    """How far to trust network and program, a line each; of the network alone without program."""
    trained, used, held_out = learned.best.trained, learned.best.score, learned.score
    if used is None or held_out is None or learned.comparison is None:
        return [_network_line(trained)]
    dropped = learned.examples.dropped
    left_out = [f"{dropped} sequences were too short and were left out"] if dropped else []
    return [
        *left_out,
        f"network: {trained.engine}, {trained.network.hidden} hidden, right on "
        f"{percent(trained.accuracy)} of the sequences that it was chosen by",
        f"the program is right on {_share(used)} sequences that it was found with"
        f"{_first_wrong(learned, used)}",
        f"the program is right on {_share(held_out)} sequences held out"
        f"{_first_wrong(learned, held_out)}",
        comparison_line(learned.comparison),
    ]


def _first_wrong(learned: Learned, score: Score) -> str:
    """Where a sequence is found on which the program is wrong, if there is one."""
    if score.miss is None:
        return ""
    place = learned.examples.place(score.miss.word)
    return f"; wrong at step {len(score.miss.word)} of {place}"


def _network_line(trained: Trained) -> str:
    """How well the network learned, and possible reasons if it learned badly."""
    right = f"{percent(trained.accuracy)} of the sequences that it was chosen by"
    if trained.exact:
        return f"the network is right on {right}, but could not be read"
    return (
        f"no network learned the examples, the best is right on {right} (wrong labels, too few "
        "examples, or inputs that do not decide the outputs?)"
    )


def lattice_to_text(lattice: IntegerLattice | None) -> str:
    """A lattice with its basis, one line per vector; empty if it was not asked for."""
    if lattice is None:
        return ""
    share = percent(lattice.share, 1)
    if lattice.share < ON_LATTICE:
        return (
            f"\n{lattice.method}: no lattice; only {share} of the hidden states are "
            f"near integers in the {len(lattice.basis)} coordinates found"
        )
    vectors = "".join("\n  " + " ".join(f"{v:10.4f}" for v in row) for row in lattice.basis)
    return (
        f"\n{lattice.method}: {len(lattice.basis)} integer coordinates, {share} of the "
        f"hidden states are near integers; a step of 1 in each moves the state by{vectors}"
    )
