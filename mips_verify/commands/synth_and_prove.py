"""A task from beginning to end: a trained network, its program, a proof, a bundle."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mips_verify.commands.complete import complete_task
from mips_verify.commands.options import (
    EXIT_CODES,
    accept_option,
    demand_training,
    effort_option,
    engine_option,
    json_option,
    programs_option,
    seed_option,
    stages_options,
    time_option,
    verdict_code,
)
from mips_verify.commands.stopping import keeps
from mips_verify.commands.volume import note, volume_options


@click.command(epilog=EXIT_CODES)
@click.argument("task", shell_complete=complete_task)
@engine_option
@effort_option
@seed_option
@accept_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("proofs"),
    show_default=True,
    help="Folder for the bundle OUT/<Task>/ of a proved program.",
)
@time_option
@programs_option
@stages_options
@json_option
@volume_options
def synth_and_prove(
    task: str, engine: str, effort: str, seed: int, accept: str, out: Path, limit: float | None,
    programs: int, runs: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Train a network on TASK, read a program out of it, and prove the program."""
    from mips_verify.files import make_folders
    from mips_verify.spec.task import load_task

    found = load_task(task)
    demand_training()
    stages = None if runs is None else runs / found.name
    make_folders(out / found.name, stages)  # now, not after minutes of work
    keeps(stages)
    from mips_verify.commands.printing import print_json, print_text
    from mips_verify.commands.terminal import status
    from mips_verify.deadline import deadline
    from mips_verify.extract.effort import Effort
    from mips_verify.pipeline.store import Store
    from mips_verify.pipeline.synthesis_result import Settings
    from mips_verify.pipeline.synthesize import synthesize
    from mips_verify.pipeline.write_bundle import write_result
    from mips_verify.report.json import result_to_dict
    from mips_verify.report.text import result_to_text

    store = Store(stages)
    with deadline(limit), status(found.name) as progress:
        settings = Settings(engine, seed, accept, Effort(effort))
        result = synthesize(found, settings, store=store, progress=progress)
    if result.proved:
        write_result(result, out / found.name)
    if as_json:
        print_json(result_to_dict(result))
    else:
        print_text(result_to_text(result, programs))
    if result.proved:
        note(f"bundle written to {out / found.name}")
    sys.exit(4 if result.verdict is None else verdict_code(result.verdict))
