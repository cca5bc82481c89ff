"""A task from beginning to end: a trained network, its program, a proof, a bundle."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from mips_verify.commands.options import (
    EXIT_CODES,
    accept_option,
    demand_training,
    effort_option,
    engine_option,
    fresh_option,
    json_option,
    programs_option,
    runs_option,
    seed_option,
    time_option,
    verdict_code,
)


@click.command(epilog=EXIT_CODES)
@click.argument("task")
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
@runs_option
@fresh_option
@json_option
def synth_and_prove(
    task: str, engine: str, effort: str, seed: int, accept: str, out: Path, limit: float | None,
    programs: int, runs: Path, fresh: bool, as_json: bool,
) -> None:  # fmt: skip
    """Train a network on TASK, read a program out of it, and prove the program."""
    from mips_verify.files import make_folder
    from mips_verify.spec.task import load_task

    found = load_task(task)
    demand_training()
    for folder in (out, runs)[: 1 if fresh else 2]:
        make_folder(folder / found.name)  # now, not after minutes of work
    from mips_verify.commands.terminal import status
    from mips_verify.deadline import deadline
    from mips_verify.extract.effort import Effort
    from mips_verify.pipeline.store import Store
    from mips_verify.pipeline.synthesis_result import Settings
    from mips_verify.pipeline.synthesize import synthesize
    from mips_verify.pipeline.write_bundle import write_result
    from mips_verify.report.json import result_to_dict
    from mips_verify.report.text import result_to_text

    store = Store(None if fresh else runs / found.name)
    with deadline(limit), status(found.name) as progress:
        settings = Settings(engine, seed, accept, Effort(effort))
        result = synthesize(found, settings, store=store, progress=progress)
    if result.proved:
        write_result(result, out / found.name)
    click.echo(
        json.dumps(result_to_dict(result), indent=1)
        if as_json
        else result_to_text(result, programs)
    )
    if result.proved and not as_json:
        click.echo(f"bundle written to {out / found.name}", err=True)
    sys.exit(4 if result.verdict is None else verdict_code(result.verdict))
