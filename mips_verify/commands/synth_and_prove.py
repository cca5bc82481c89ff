"""Programs proved: from a network that is trained, or from a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mips_verify.commands.options import (
    EXIT_CODES,
    SECONDS,
    accept_option,
    engine_option,
    fresh_option,
    json_option,
    runs_option,
    seed_option,
)

if TYPE_CHECKING:
    from mips_verify.kernel.verdict import Verdict
    from mips_verify.pipeline.synthesis_result import Result


@click.command("synth-and-prove", epilog=EXIT_CODES)
@click.argument("task")
@engine_option
@seed_option
@accept_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("proofs"),
    show_default=True,
    help="Folder for the bundle OUT/<Task>/ of a proved program.",
)
@runs_option
@fresh_option
@json_option
def synth_and_prove(
    task: str, engine: str, seed: int, accept: str, out: Path, runs: Path, fresh: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Train a network on TASK, read a program out of it, and prove the program."""
    from mips_verify.files import make_folder
    from mips_verify.spec.task import load_task

    found = load_task(task)
    for folder in (out, runs)[: 1 if fresh else 2]:
        make_folder(folder / found.name)  # before minutes are spent, not after
    from mips_verify.commands.terminal import status
    from mips_verify.pipeline.store import Store
    from mips_verify.pipeline.synthesis_result import Settings
    from mips_verify.pipeline.synthesize import synthesize
    from mips_verify.pipeline.write_bundle import write_result
    from mips_verify.report.json import result_to_dict
    from mips_verify.report.text import result_to_text

    store = Store(None if fresh else runs / found.name)
    with status(found.name) as progress:
        settings = Settings(engine, seed, accept)
        result = synthesize(found, settings, store=store, progress=progress)
    if result.proved:
        write_result(result, out / found.name)
    click.echo(json.dumps(result_to_dict(result), indent=1) if as_json else result_to_text(result))
    if result.proved and not as_json:
        click.echo(f"bundle written to {out / found.name}", err=True)
    sys.exit(_exit_code(result))


def _exit_code(result: Result) -> int:
    if result.verdict is None:
        return 4
    return verdict_code(result.verdict)


def verdict_code(verdict: Verdict) -> int:
    """The exit code that says what is known."""
    from mips_verify.kernel.verdict import Status

    return {Status.PROVED: 0, Status.REFUTED: 1}.get(verdict.status, 3)


@click.command(epilog=EXIT_CODES)
@click.argument("program", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("task")
@seed_option
@click.option(
    "--timeout",
    type=SECONDS,
    default=8.0,
    show_default=True,
    help="Seconds for running a program that cannot be read as a machine.",
)
@json_option
def prove(program: Path, task: str, seed: int, timeout: float, as_json: bool) -> None:
    """Prove any Python program file against TASK.

    PROGRAM is a function over a sequence, or a class with a method `step`. It is proved where it
    can be read as a machine, and always run; docs/programs.md says what can be read.
    """
    from mips_verify.commands.terminal import status
    from mips_verify.prove.verdict_json import verdict_to_dict
    from mips_verify.reader.prove_file import prove_file
    from mips_verify.report.text import verdict_to_text
    from mips_verify.spec.task import load_task

    found = load_task(task)
    with status(found.name) as progress:
        verdict = prove_file(program, found, seed=seed, timeout=timeout, progress=progress)
    if as_json:
        click.echo(json.dumps({"task": found.name, **verdict_to_dict(verdict)}, indent=1))
    else:
        click.echo(verdict_to_text(verdict, found))
    sys.exit(verdict_code(verdict))
