"""Options that several commands share, and what exit codes mean."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import math
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mips_verify.algebra.magnitude import FLOAT_EXACT
from mips_verify.commands.volume import note

if TYPE_CHECKING:
    from mips_verify.kernel.domain import Domain
    from mips_verify.kernel.machine import Machine
    from mips_verify.kernel.verdict import Verdict
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.spec.task import Task
    from mips_verify.spec.value_names import Names

MOST = 2**32 - 1  # the largest seed that every library accepts
_RANGE = re.compile(r"([A-Za-z_]\w*)=(-?\d{1,20})\.\.(-?\d{1,20})")
EXIT_CODES = """
\b
Exit codes:
  0  proved (for bench: every task; for check: every bundle holds)
  1  refuted (for check: a bundle does not hold)
  2  bad input or usage
  3  undecided
  4  no program found
  5  checkers disagree, or an internal error
"""


def verdict_code(verdict: Verdict) -> int:
    """The exit code of a verdict; a specification without values is bad input."""
    from mips_verify.kernel.verdict import Status

    return {Status.PROVED: 0, Status.REFUTED: 1, Status.VACUOUS: 2}.get(verdict.status, 3)


@contextlib.contextmanager
def until_nobody_reads() -> Iterator[None]:
    """Stop printing without an error if the reader of a pipe is gone."""
    try:
        yield
    except BrokenPipeError:
        silence_stdout()


def silence_stdout() -> None:
    """Discard all further output; Python flushes stdout once more when it ends."""
    with contextlib.suppress(OSError, ValueError):  # in a test, stdout may not be a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Seconds(click.FloatRange):
    """A finite number of seconds above 0."""

    def __init__(self) -> None:
        super().__init__(min=0, max=86_400, min_open=True)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number in a text."""
        found = float(super().convert(value, param, ctx))
        if math.isnan(found):  # the bounds let it through
            self.fail(f"{value} is not a number of seconds", param, ctx)
        return found


SECONDS = _Seconds()
seed_option = click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, MOST),
    help="Decides every random choice.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
engine_option = click.option(
    "--engine",
    type=click.Choice(["ladder", "adam"]),
    default="ladder",
    show_default=True,
    help="How networks are trained: cheapest method first, or plain Adam as in the MIPS paper.",
)
effort_option = click.option(
    "--effort",
    type=click.Choice(["quick", "normal", "deep"]),
    default="normal",
    show_default=True,
    help="How long to look for a shorter program once there is one.",
)
programs_option = click.option(
    "--programs",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    metavar="N",
    help="Show up to N programs that do the same in other words.",
)
runs_option = click.option(
    "--runs",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where finished stages are kept; a killed run resumes from here.",
)
accept_option = click.option(
    "--accept",
    type=click.Choice(["proof", "data"]),
    default="proof",
    show_default=True,
    help="What ends a run: a proof, or a program that is right on all labelled data. In the second "
    "case the run learns nothing from proofs.",
)
limit_option = click.option(
    "--limit",
    type=SECONDS,
    metavar="SECONDS",
    help="Stop each task after this time; the other tasks continue.",
)
time_option = click.option(
    "--limit",
    type=SECONDS,
    metavar="SECONDS",
    help="Give up after this time; what was found by then is printed.",
)
range_option = click.option(
    "--input",
    "ranges",
    multiple=True,
    metavar="NAME=LOW..HIGH",
    help="The range of an input, such as x=0..9; once for each input, in order.",
)
FILE = click.Path(dir_okay=False, path_type=Path)
dot_option = click.option(
    "--dot",
    type=FILE,
    metavar="FILE",
    help="Write the program, if it is finite, as an automaton in dot, as AALpy, LearnLib and the "
    "Automata Wiki read.",
)
bundle_option = click.option(
    "--bundle",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the bundle DIR/<Task>/ if the program is PROVED, and nothing if it is not.",
)
fresh_option = click.option("--fresh", is_flag=True, help="Use and keep no finished stages.")


def stages_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--runs`` and ``--fresh``; it gets ``runs``, which is ``None`` if fresh."""

    @functools.wraps(command)
    def kept(*, runs: Path, fresh: bool, **rest: Any) -> None:
        command(runs=None if fresh else runs, **rest)

    return runs_option(fresh_option(kept))


def ranges_of(texts: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """The ranges that ``--input`` gives, by name.

    Raises:
        click.BadParameter: a text that is not a range.
        TaskError: a range whose low end is above its high one.
    """
    from mips_verify.kernel.domain import Domain

    found = {}
    for text in texts:
        if (m := _RANGE.fullmatch(text)) is None:
            raise click.BadParameter(f"'{text[:60]}' is not NAME=LOW..HIGH, such as x=0..9")
        found[m[1]] = low, high = int(m[2]), int(m[3])
        Domain((m[1],), (low,), (high,))  # in the words in which a task file is refused
        if max(map(abs, found[m[1]])) > FLOAT_EXACT:
            raise click.BadParameter(
                f"'{text}' goes beyond {FLOAT_EXACT}, the largest exact float64"
            )
    return found


def domain_of(texts: tuple[str, ...]) -> Domain | None:
    """The letters that ``--input`` gives; ``None`` without the option."""
    from mips_verify.kernel.domain import Domain

    if not (ranges := ranges_of(texts)):
        return None
    lows, highs = zip(*ranges.values(), strict=True)
    return Domain(tuple(ranges), lows, highs)


def lengths_from(text: str | None) -> tuple[int, ...] | None:
    """The lengths in a text such as ``10,50,200``; ``None`` without the option.

    Raises:
        click.BadParameter: it is no list of whole numbers.
    """
    if text is None:
        return None
    if re.fullmatch(r"\d{1,9}(,\d{1,9})*", text, re.ASCII) is None:
        raise click.BadParameter(f"'{text[:60]}' is no list of lengths, such as 10,50,200")
    return tuple(map(int, text.split(",")))


def write_dot(path: Path, program: Machine, domain: Domain, names: Names) -> None:
    """Write a program as an automaton; if it is not finite, only say so.

    Args:
        path: the file.
        program: the machine.
        domain: the letters that it reads.
        names: those of the task; the state variables of a program are not those of its task.
    """
    from dataclasses import replace

    from mips_verify.errors import MipsVerifyError
    from mips_verify.files import write_whole
    from mips_verify.report.dot_file import automaton_dot
    from mips_verify.spec.task_names import task_name_from

    said = replace(names, state=())
    try:
        text = automaton_dot(program, domain, task_name_from(path.stem), said)
    except MipsVerifyError as error:
        click.echo(f"{path} is not written: {error}", err=True)
        return
    write_whole(path, text)
    note(f"{path} written")


def keep_proved(
    folder: Path,
    program: Path | Reading,
    task: Task,
    verdict: Verdict | None,
    network: object = None,
) -> None:
    """Write the bundle of a program that is PROVED; of another one, only say that there is none.

    Args:
        folder: where the bundle shall lie, under the name of the task.
        program: a Python file, or what was read out of a network.
        task: the task.
        verdict: on the program and the task, ``None`` if there is no program.
        network: the network that the program was read out of.
    """
    from mips_verify.api import write_bundle
    from mips_verify.kernel.verdict import Status

    if verdict is None or verdict.status is not Status.PROVED:
        click.echo(f"nothing is written to {folder}: the program is not PROVED", err=True)
        return
    written = write_bundle(program, task, folder, verdict=verdict, network=network)
    note(f"bundle written to {written}{_left_out(network, written)}")
    texts = {"--dafny": task.declarative, "--rocq": task.declarative_rocq}
    if flags := [flag for flag, text in texts.items() if text]:
        note(f"the task in other words is unchecked until `mips-verify check {' '.join(flags)}`")


def _left_out(network: object, bundle: Path) -> str:
    """That a bundle has no weights of the network that was read, and why."""
    from mips_verify.network.model import Model
    from mips_verify.network.network import Network
    from mips_verify.pipeline.origin import WEIGHTS

    if network is None or (bundle / WEIGHTS).exists():
        return ""
    inside = network.network if isinstance(network, Model) else network
    differs = "it differs from the program on too many sequences"
    others = "`check` reads those of perceptrons f and g only"
    why = differs if isinstance(inside, Network) else others
    return f", without the weights of the network: {why}"


def demand_texts(task: Task) -> None:
    """Refuse the texts beside a task file before a proof that a bundle could not hold.

    Raises:
        MipsVerifyError: a text could do more than define and prove.
    """
    from mips_verify.emit.dafny.declarative import demand_proved
    from mips_verify.emit.rocq.vernacular import demand_definitions_and_proofs

    demand_proved(task.declarative)
    demand_definitions_and_proofs(task.declarative_rocq)


def demand_training() -> None:
    """Demand the libraries for training now, before every worker process fails without them.

    Raises:
        ModuleNotFoundError: one of them is not installed.
    """
    for name in ("torch", "safetensors"):
        if importlib.util.find_spec(name) is None:
            raise ModuleNotFoundError(f"no {name}", name=name)
