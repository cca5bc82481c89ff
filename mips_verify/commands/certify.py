"""A theorem about a network: is it its program?"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mips_verify.commands.complete import complete_task
from mips_verify.commands.interface_options import interface_options
from mips_verify.commands.options import (
    EXIT_CODES,
    domain_of,
    json_option,
    range_option,
    seed_option,
    time_option,
)
from mips_verify.commands.stopping import keeps
from mips_verify.commands.volume import note, volume_options

if TYPE_CHECKING:
    from mips_verify.certify.certify_network import Certified
    from mips_verify.kernel.domain import Domain
    from mips_verify.kernel.machine import Machine
    from mips_verify.network.model import Model
    from mips_verify.pipeline.network_theorem import Answer
    from mips_verify.spec.value_names import Names


@click.command(epilog=EXIT_CODES)
@click.argument("model", type=click.Path(exists=True, path_type=Path))
@click.argument("program", shell_complete=complete_task)
@range_option
@click.option(
    "--length",
    type=click.IntRange(1, 1000),
    help="Steps in the sequences that trained the network, where neither file says it.",
)
@interface_options
@click.option("--no-repair", is_flag=True, help="Look for no other network that can be proved.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write network.json, and the files of a repaired network, into DIR.",
)
@time_option
@seed_option
@json_option
@volume_options
def certify(
    model: Path, program: str, ranges: tuple[str, ...], length: int | None, no_repair: bool,
    out: Path | None, limit: float | None, seed: int, as_json: bool, **said: Any,
) -> None:  # fmt: skip
    """Prove that the network in MODEL is PROGRAM, on sequences of every length.

    MODEL is a weight file as `extract` reads it, or a bundle. PROGRAM is a Python file, a
    certificate.json, a bundle, or a task, whose specification is the program. The theorem is for
    exact real numbers and for float64 apart. Exit code 0 means proved in exact reals and no failure
    known, 1 that a sequence is known on which the network is wrong.
    """
    from mips_verify.api import program_of
    from mips_verify.deadline import deadline, time_is_up
    from mips_verify.files import make_folder
    from mips_verify.network.interface import Interface
    from mips_verify.network.load import load_model
    from mips_verify.pipeline.origin import WEIGHTS
    from mips_verify.reader.given_program import given_program
    from mips_verify.spec.task import Task
    from mips_verify.spec.value_names import NUMBERS

    if out is not None:
        make_folder(out)
    path = model / WEIGHTS if model.is_dir() else model
    asked = domain_of(ranges)
    wanted = given_program(program)
    interface = Interface(asked, length, **said)
    if isinstance(wanted, Task):
        interface = interface.within(wanted.domain, wanted.length)
    given = load_model(path, interface)
    machine, domain, steps = program_of(wanted, given, asked, length)
    names = wanted.names if isinstance(wanted, Task) else NUMBERS
    question = _Question(given, machine, domain, steps, seed, names, path, out, as_json)
    with deadline(limit):
        answer = _answered(question, repair=not no_repair)
        if time_is_up():
            note("the time limit ended the search")
    sys.exit(_exit_code(answer))


@dataclass(frozen=True)
class _Question:
    """The network and the program, and where the answer goes."""

    given: Model
    program: Machine
    domain: Domain
    length: int
    seed: int
    names: Names
    path: Path
    out: Path | None
    as_json: bool

    def print_json(self, answer: Answer) -> None:
        """Print an answer as a document, if that is wanted."""
        from mips_verify.commands.printing import print_json
        from mips_verify.report.json import certified_to_dict

        if self.as_json:
            print_json(certified_to_dict(answer, self.given.what, self.program))

    def print_text(self, answer: Answer) -> None:
        """Print an answer as text, if that is wanted."""
        from mips_verify.commands.printing import print_text
        from mips_verify.report.text import certified_to_text

        if not self.as_json:
            print_text(certified_to_text(answer, self.given.what, self.names))

    def write(self, answer: Answer) -> None:
        """Write the files of an answer, if that is wanted."""
        from mips_verify.files import write_folder
        from mips_verify.pipeline.theorem_files import OPTIONAL, THEOREM, theorem_files

        if self.out is None:
            return
        given = self.given
        files = theorem_files(
            answer, given.weights, self.program, self.domain, self.length, given.about
        )
        files |= _in_rocq(self.out, self.path, str(files[THEOREM]))
        write_folder(self.out, files, without=OPTIONAL)
        note(f"{', '.join(files)} written to {self.out}")


def _answered(question: _Question, *, repair: bool) -> Answer:
    """What is proved about the network, printed at once, and then about a repaired one."""
    from mips_verify.commands.terminal import status
    from mips_verify.pipeline.found import theorem_found
    from mips_verify.pipeline.network_theorem import NotAsked, network_theorem

    network, q = question.given.network, question
    with status(q.path.name) as progress:
        answer = network_theorem(
            network, q.program, q.domain, q.length, q.seed,
            lambda line: progress("certify", line), repair=False,
        )  # fmt: skip
        progress("certify", theorem_found(answer))
    q.print_text(answer)
    q.write(answer)
    if repair and not isinstance(answer, NotAsked) and not answer.theorem.proved:
        return _with_repair(question, answer)
    q.print_json(answer)
    return answer


def _with_repair(question: _Question, known: Certified) -> Answer:
    """The answer with a repaired network, if one is found; Ctrl-C keeps what is known before."""
    from mips_verify.certify.certifying import Certifying
    from mips_verify.commands.printing import print_text
    from mips_verify.commands.terminal import status
    from mips_verify.pipeline.found import repair_found
    from mips_verify.pipeline.network_theorem import repaired_further
    from mips_verify.report.theorem import repair_lines

    q = question
    keeps(None, "what is known of the network itself is printed")
    note("looking for a repair, which may train for minutes; --no-repair leaves it out")
    problem = Certifying(q.given.weights, q.program, q.domain, q.length, q.seed)
    try:
        with status(q.path.name) as progress:
            answer = repaired_further(known, problem, lambda line: progress("repair", line))
            progress("repair", repair_found(answer))
    except KeyboardInterrupt:
        q.print_json(known)
        raise
    q.print_json(answer)
    if (lines := repair_lines(answer)) and not q.as_json:
        print_text("\n".join(lines))
    if lines:
        q.write(answer)
    return answer


def _in_rocq(out: Path, weights: Path, theorem: str) -> dict[str, str]:
    """``network.v``, if the folder is the bundle of this network, whose program it builds on."""
    from mips_verify.check.check_budgets import CERTIFICATE_BYTES
    from mips_verify.check.stored import CERTIFICATE
    from mips_verify.errors import MipsVerifyError
    from mips_verify.files import read_bounded
    from mips_verify.kernel.certificate import certificate_from_text
    from mips_verify.pipeline.theorem_files import rocq_file

    if not (out / CERTIFICATE).exists():
        return {}
    try:
        data = read_bounded(weights)
        proof = certificate_from_text(read_bounded(out / CERTIFICATE, CERTIFICATE_BYTES).decode())
        return rocq_file(proof, data, theorem)
    except (MipsVerifyError, UnicodeDecodeError):
        return {}  # `check` says what is wrong with the bundle


def _exit_code(answer: Answer) -> int:
    from mips_verify.pipeline.network_theorem import NotAsked

    if isinstance(answer, NotAsked):
        return 3
    theorem = answer.theorem
    return 1 if theorem.failure is not None else 0 if theorem.proved else 3
