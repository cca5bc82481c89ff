"""A section of the page: a program, its pictures, what is claimed and what was tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mips_verify.emit.mathematics import to_mathematics
from mips_verify.emit.parts import conjuncts
from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.report.page.highlighting import highlighted
from mips_verify.report.page.network_trials import NOTHING_TRIED, Trials, trials_of
from mips_verify.report.page.page_figures import Picture, pictures
from mips_verify.report.page.results_table import ResultRow, result_row
from mips_verify.report.states_and_arrows import program_text
from mips_verify.spec.value_names import stands_for, values_of

if TYPE_CHECKING:
    from pathlib import Path

    from mips_verify.kernel.domain import Domain
    from mips_verify.report.page.subject import Subject
    from mips_verify.spec.value_names import Names, stands_for

FILE_SAYS: Final = {
    "certificate.json": "the theorem, with both machines and the invariant; all texts come from it",
    "program.py": "the program in Python",
    "program.dfy": "the theorem for Dafny",
    "program.v": "the theorem for Rocq",
    "equivalence.smt2": "the obligations for SMT solvers",
    "test_program.py": "tests for pytest",
    "network.safetensors": "the weights of the network",
    "network.json": "how far the network is proved to be the program",
    "network.v": "the theorem about the network for Rocq",
    "repaired.safetensors": "the weights of a repaired network",
    "repaired.json": "how far the repaired network is proved to be the program",
    "original.py": "the program as its author wrote it",
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a bundle."""

    name: str
    size: int
    says: str


@dataclass(frozen=True, slots=True)
class Section:
    """What the template shows of a subject; texts ending in ``html`` are escaped already.

    Attributes:
        row: its line in the table of results.
        subject: all that is shown as it stands.
        domain: the input ranges.
        meanings: which numbers have which names.
        program_html, spec_html: the two machines, highlighted.
        source_html: the program as a file.
        invariant_html: the conditions of the invariant.
        figures: pictures, or why there is none.
        trials: on how many random words network and program agree.
        files: its files.
        problems: what cannot be read or run.
    """

    row: ResultRow
    subject: Subject
    domain: str = ""
    meanings: tuple[str, ...] = ()
    program_html: str = ""
    source_html: str = ""
    spec_html: str = ""
    invariant_html: tuple[str, ...] = ()
    figures: tuple[Picture, ...] = ()
    trials: Trials = NOTHING_TRIED
    files: tuple[FileLine, ...] = ()
    problems: tuple[str, ...] = ()


def section_of(subject: Subject, anchor: str, key: str, folder: Path | None) -> Section:
    """The section of a subject.

    Args:
        subject: what it is about.
        anchor: the id of the section.
        key: begins the ids of its pictures.
        folder: a folder for the pictures as files, if they are wanted.
    """
    program, spec = subject.program, subject.spec
    text = "" if program is None else program_text(program, subject.domain, subject.names)
    trials, problems = _tried(subject)
    conditions = dict.fromkeys(c for e in subject.invariant or () for c in conjuncts(e))
    return Section(
        row=result_row(subject, anchor),
        subject=subject,
        domain="" if subject.domain is None else _ranges(subject.domain, subject.names),
        meanings=_meanings(subject),
        program_html=highlighted(text),
        source_html=highlighted(subject.source),
        spec_html="" if spec is None else highlighted(str(spec)),
        invariant_html=tuple(map(to_mathematics, conditions)),
        figures=tuple(pictures(subject, key, folder)),
        trials=trials,
        files=tuple(FileLine(name, size, FILE_SAYS.get(name, "")) for name, size in subject.files),
        problems=(*subject.problems, *problems),
    )


def _tried(subject: Subject) -> tuple[Trials, tuple[str, ...]]:
    """The trials, or why there are none."""
    try:
        return trials_of(subject), ()
    except (MipsVerifyError, ArithmeticError, ValueError) as error:
        return NOTHING_TRIED, (one_line(f"the network cannot be run: {error}"),)


def _meanings(subject: Subject) -> tuple[str, ...]:
    """Which numbers of the program and the specification stand for which names."""
    if subject.domain is None or subject.program is None:
        return ()
    outputs = len(subject.program.outputs)
    return tuple(stands_for(subject.names.table(subject.domain.names, (), outputs)))


def _ranges(domain: Domain, names: Names) -> str:
    words = names.inputs or ((),) * domain.channels
    channels = zip(domain.names, domain.lows, domain.highs, words, strict=True)
    return ", ".join(values_of(*channel) for channel in channels)
