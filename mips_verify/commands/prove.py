"""A proof about an existing program file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mips_verify.commands.complete import complete_task
from mips_verify.commands.options import (
    EXIT_CODES,
    SECONDS,
    bundle_option,
    demand_texts,
    json_option,
    keep_proved,
    seed_option,
    time_option,
    verdict_code,
)
from mips_verify.commands.volume import volume_options


@click.command(epilog=EXIT_CODES)
@click.argument("program", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("task", shell_complete=complete_task)
@seed_option
@click.option(
    "--timeout",
    type=SECONDS,
    default=8.0,
    show_default=True,
    help="Seconds for running a program that cannot be read as a machine.",
)
@bundle_option
@time_option
@json_option
@volume_options
def prove(
    program: Path, task: str, seed: int, timeout: float, bundle: Path | None, limit: float | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Prove any Python program file against TASK.

    PROGRAM is a function over a sequence, or a class with a method `step`. It is proved if it
    can be read as a machine, and it is always run as well; docs/programs.md says what can be read.
    """
    from mips_verify.commands.printing import print_json, print_text
    from mips_verify.commands.terminal import status
    from mips_verify.deadline import deadline
    from mips_verify.reader.prove_file import prove_file
    from mips_verify.report.json import judged_to_dict
    from mips_verify.report.text import verdict_to_text
    from mips_verify.spec.task import load_task

    found = load_task(task)
    if bundle is not None:
        demand_texts(found)
    with deadline(limit), status(found.name) as progress:
        verdict = prove_file(program, found, seed=seed, timeout=timeout, progress=progress)
    if as_json:
        print_json({"task": found.name, **judged_to_dict(verdict, found)})
    else:
        print_text(verdict_to_text(verdict, found))
    if bundle is not None:
        keep_proved(bundle, program, found, verdict)
    sys.exit(verdict_code(verdict))
