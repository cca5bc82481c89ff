"""The benchmark: many tasks, and the table of results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mips_verify.commands.complete import complete_task
from mips_verify.commands.options import (
    EXIT_CODES,
    FILE,
    accept_option,
    demand_training,
    effort_option,
    engine_option,
    json_option,
    limit_option,
    seed_option,
    stages_options,
)
from mips_verify.commands.place_options import place_options
from mips_verify.commands.stopping import keeps
from mips_verify.commands.volume import note, volume_options

if TYPE_CHECKING:
    from mips_verify.bench.run_tasks import Outcome
    from mips_verify.workers.place import Place


@click.command(epilog=EXIT_CODES)
@click.argument("tasks", nargs=-1, shell_complete=complete_task)
@click.option("--suite", default="mips", show_default=True, help="The tasks when none is named.")
@engine_option
@effort_option
@seed_option
@accept_option
@limit_option
@place_options
@json_option
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
@click.option("--out", type=FILE, metavar="FILE", help="Write the table to FILE as JSON.")
@click.option(
    "--bundles",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the bundle of every proved task to DIR/<Task>/.",
)
@stages_options
@volume_options
def bench(
    tasks: tuple[str, ...], suite: str, engine: str, effort: str, seed: int, accept: str,
    limit: float | None, place: Place, as_json: bool, markdown: bool, out: Path | None,
    bundles: Path | None, runs: Path | None,
) -> None:  # fmt: skip
    """Run TASKS (the whole benchmark when none is named) and print the table of results."""
    from mips_verify.files import make_folders, make_room, write_whole
    from mips_verify.spec.task import load_task, load_tasks

    chosen = tuple(map(load_task, tasks)) if tasks else load_tasks(suite=suite)
    demand_training()
    if out is not None:
        make_room(out)
    make_folders(bundles, runs)
    keeps(runs, f"bundles of the tasks proved so far are in {bundles}" if bundles else "")
    from mips_verify.bench import bench_table
    from mips_verify.bench.run_tasks import run
    from mips_verify.commands.printing import document, print_json
    from mips_verify.commands.terminal import board
    from mips_verify.extract.effort import Effort
    from mips_verify.pipeline.synthesis_result import Settings

    place = place.at_most(len(chosen))
    settings = Settings(engine, seed, accept, Effort(effort))
    with board(len(chosen)) as watch:
        outcome = run(
            chosen, settings, place=place, runs=runs, out=bundles, watch=watch, limit=limit
        )
    found = bench_table.to_json(outcome)
    if out is not None:
        write_whole(out, document(found) + "\n")
    if as_json:
        print_json(found)
        note(bench_table.summary(outcome))
    else:
        _print(outcome, markdown)
    sys.exit(0 if all(row.status == "PROVED" for row in outcome.rows) else 3)


def _print(outcome: Outcome, markdown: bool) -> None:
    """The table and the summary; beside Markdown the summary goes to stderr."""
    from mips_verify.bench import bench_table
    from mips_verify.commands.printing import print_table, print_text

    if markdown:
        click.echo(bench_table.markdown(outcome))
        note(bench_table.summary(outcome))
    else:
        print_table(bench_table.text(outcome))
        print_text(bench_table.summary(outcome))
