"""The benchmark: many tasks, and the table of results."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from mips_verify.commands.options import (
    EXIT_CODES,
    FILE,
    accept_option,
    demand_training,
    effort_option,
    engine_option,
    fresh_option,
    jobs_option,
    limit_option,
    runs_option,
    seed_option,
)


@click.command(epilog=EXIT_CODES)
@click.argument("tasks", nargs=-1)
@click.option("--suite", default="mips", show_default=True, help="The tasks when none is named.")
@engine_option
@effort_option
@seed_option
@accept_option
@limit_option
@jobs_option
@click.option(
    "--json", "json_file", type=FILE, metavar="FILE", help="Write the table to FILE as JSON."
)
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the bundle of every proved task to OUT/<Task>/.",
)
@runs_option
@fresh_option
def bench(
    tasks: tuple[str, ...], suite: str, engine: str, effort: str, seed: int, accept: str,
    limit: float | None, jobs: int, json_file: Path | None, markdown: bool,
    out: Path | None, runs: Path, fresh: bool,
) -> None:  # fmt: skip
    """Run TASKS (the whole benchmark when none is named) and print the table of results."""
    from mips_verify.files import make_folder, make_room, write_whole
    from mips_verify.spec.task import load_task, load_tasks

    chosen = tuple(map(load_task, tasks)) if tasks else load_tasks(suite=suite)
    demand_training()
    if json_file:
        make_room(json_file)
    for folder in (out, None if fresh else runs):
        if folder is not None:
            make_folder(folder)
    from mips_verify.bench import bench_table
    from mips_verify.bench.run_tasks import run
    from mips_verify.commands.terminal import board
    from mips_verify.extract.effort import Effort
    from mips_verify.pipeline.synthesis_result import Settings

    jobs = min(jobs, len(chosen))
    settings = Settings(engine, seed, accept, Effort(effort))
    with board(len(chosen), jobs) as watch:
        outcome = run(
            chosen, settings, jobs=jobs, runs=None if fresh else runs, out=out, watch=watch,
            limit=limit,
        )  # fmt: skip
    if json_file:
        write_whole(json_file, json.dumps(bench_table.to_json(outcome), indent=1) + "\n")
    click.echo(bench_table.markdown(outcome) if markdown else bench_table.text(outcome))
    click.echo(bench_table.summary(outcome), err=markdown)
    sys.exit(0 if all(row.status == "PROVED" for row in outcome.rows) else 3)
