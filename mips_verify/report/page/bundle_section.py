"""The section of a bundle: its program, its figures, what is claimed and what was tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mips_verify.emit.mathematics import to_mathematics
from mips_verify.emit.parts import conjuncts
from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.report.page.bundle_figures import Picture, pictures
from mips_verify.report.page.highlighting import highlighted
from mips_verify.report.page.network_trials import Disagreement, TrialRow, disagreement, trial_rows
from mips_verify.report.page.results_table import ResultRow, result_row
from mips_verify.report.states_and_arrows import program_text
from mips_verify.report.theorem import certificate_line
from mips_verify.spec.value_names import Names

if TYPE_CHECKING:
    from pathlib import Path

    from mips_verify.kernel.certificate import Certificate
    from mips_verify.report.page.given_bundle import GivenBundle

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
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a bundle."""

    name: str
    size: int
    says: str


@dataclass(frozen=True, slots=True)
class Section:
    """What the template shows of one bundle; texts ending in ``html`` are escaped already.

    Attributes:
        row: its line in the table of results.
        says: the task in a sentence.
        domain: the input ranges.
        program_html, spec_html: the two machines, highlighted.
        source_html: ``program.py``.
        invariant_html: the conditions of the invariant.
        over: the letters for which the theorem is stated.
        figures: pictures, or why there is none.
        theorem: what ``network.json`` claims, in words.
        trials: on how many random words network and program agree.
        differs: the shortest known word on which they differ.
        findings: what each verifier said, if a report of ``check`` was given.
        files: its files.
        problems: what cannot be read.
    """

    row: ResultRow
    says: str = ""
    domain: str = ""
    program_html: str = ""
    source_html: str = ""
    spec_html: str = ""
    invariant_html: tuple[str, ...] = ()
    over: str = ""
    figures: tuple[Picture, ...] = ()
    theorem: str = ""
    trials: tuple[TrialRow, ...] = ()
    differs: Disagreement | None = None
    findings: tuple[tuple[str, str, str], ...] = ()
    files: tuple[FileLine, ...] = ()
    problems: tuple[str, ...] = ()


def section_of(given: GivenBundle, key: str, figures: Path | None) -> Section:
    """The section of a bundle.

    Args:
        given: the bundle.
        key: the id of the section.
        figures: a folder for the pictures as files, if they are wanted.
    """
    row, files = result_row(given, key), tuple(_files(given))
    findings = tuple(_findings(given.check))
    if (proof := given.proof) is None:
        return Section(row, findings=findings, files=files, problems=given.problems)
    trials, differs, problems = _tried(given)
    return Section(
        row=row,
        says=proof.says,
        domain=_ranges(proof),
        program_html=highlighted(program_text(proof.program, proof.domain, _names(proof))),
        source_html=highlighted(given.source),
        spec_html=highlighted(str(proof.spec)),
        invariant_html=tuple(to_mathematics(c) for e in proof.invariant for c in conjuncts(e)),
        over="all integers" if proof.all_integers else "the declared input range",
        figures=tuple(pictures(given, key, figures)),
        theorem="" if given.theorem is None else certificate_line(given.theorem),
        trials=trials,
        differs=differs,
        findings=findings,
        files=files,
        problems=(*given.problems, *problems),
    )


def _tried(
    given: GivenBundle,
) -> tuple[tuple[TrialRow, ...], Disagreement | None, tuple[str, ...]]:
    """The trials, the shortest difference, and why there are none if the network cannot be run."""
    if given.network is None or given.proof is None:
        return (), None, ()
    try:
        rows, words = trial_rows(given.network, given.proof)
        if given.theorem is not None and given.theorem.failure is not None:
            words = [*words, given.theorem.failure]
        return tuple(rows), disagreement(given.network, given.proof, words), ()
    except (MipsVerifyError, ArithmeticError, ValueError) as error:
        return (), None, (one_line(f"the network cannot be run: {error}"),)


def _names(proof: Certificate) -> Names:
    return Names(proof.input_names, proof.output_names)


def _ranges(proof: Certificate) -> str:
    d = proof.domain
    ends = zip(d.names, d.lows, d.highs, strict=True)
    return ", ".join(f"{name} in {low}..{high}" for name, low, high in ends)


def _files(given: GivenBundle) -> Iterator[FileLine]:
    for name, size in given.files:
        yield FileLine(name, size, FILE_SAYS.get(name, ""))


def _findings(check: dict[str, Any] | None) -> Iterator[tuple[str, str, str]]:
    """Each finding of a check: its name, its status, and what it said."""
    for found in [] if check is None else check["findings"]:
        yield str(found["check"]), str(found["status"]), str(found["message"])
