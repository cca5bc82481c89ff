"""Random tasks, and the results for each kind."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mips_verify.commands.options import (
    EXIT_CODES,
    FILE,
    MOST,
    accept_option,
    demand_training,
    effort_option,
    engine_option,
    json_option,
    limit_option,
    stages_options,
)
from mips_verify.commands.place_options import place_options
from mips_verify.commands.stopping import keeps
from mips_verify.commands.volume import volume_options

if TYPE_CHECKING:
    from mips_verify.bench.run_tasks import Outcome
    from mips_verify.workers.place import Place


@click.command(epilog=EXIT_CODES)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, MOST),
    help="Number of the first task; Mealy_7 is always the same task.",
)
@click.option(
    "--count",
    default=10,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="Tasks of each kind.",
)
@click.option(
    "--kind",
    type=click.Choice(["all", "mealy", "affine", "register"]),
    default="all",
    show_default=True,
)
@engine_option
@effort_option
@accept_option
@limit_option
@place_options
@json_option
@click.option("--out", type=FILE, metavar="FILE", help="Write all to FILE as JSON.")
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the task files to DIR.",
)
@stages_options
@volume_options
def fuzz_tasks(
    seed: int, count: int, kind: str, engine: str, effort: str, accept: str, limit: float | None,
    place: Place, as_json: bool, out: Path | None, save: Path | None, runs: Path | None,
) -> None:  # fmt: skip
    """Make random tasks that nobody tuned for, and run the whole pipeline on each."""
    from mips_verify.bench.random_tasks import KINDS, random_tasks
    from mips_verify.bench.run_tasks import run
    from mips_verify.commands.terminal import board
    from mips_verify.extract.effort import Effort
    from mips_verify.files import make_folders, make_room, write_whole
    from mips_verify.pipeline.synthesis_result import Settings
    from mips_verify.spec.write_task_file import task_to_toml

    demand_training()
    if out is not None:
        make_room(out)
    make_folders(runs)
    keeps(runs, f"the task files are in {save}" if save else "")
    kinds = random_tasks(KINDS if kind == "all" else (kind,), seed, count)
    tasks = [task for made in kinds.values() for task in made]
    files = {task.name: task_to_toml(task) for task in tasks}
    if save is not None:
        for name, text in files.items():
            write_whole(save / f"{name}.toml", text)
    place = place.at_most(len(tasks))
    settings = Settings(engine, accept=accept, effort=Effort(effort))
    with board(len(tasks)) as watch:
        outcome = run(tasks, settings, place=place, runs=runs, out=None, watch=watch, limit=limit)
    names = {kind: [task.name for task in made] for kind, made in kinds.items()}
    _report(outcome, names, files, as_json, out)
    sys.exit(0 if all(row.status == "PROVED" for row in outcome.rows) else 3)


def _report(
    outcome: Outcome,
    names: Mapping[str, Sequence[str]],
    files: Mapping[str, str],
    as_json: bool,
    out: Path | None,
) -> None:
    """Print the table with a summary for each kind, or all as JSON, which ``out`` gets too."""
    from mips_verify.bench import bench_table
    from mips_verify.commands.printing import document, print_json, print_table, print_text
    from mips_verify.files import write_whole

    summaries = bench_table.by_kind(outcome.rows, names)
    data = bench_table.to_json(outcome)
    data |= {"kinds": bench_table.kinds_to_json(summaries), "files": files}
    if out is not None:
        write_whole(out, document(data) + "\n")
    if as_json:
        print_json(data)
        return
    print_table(bench_table.text(outcome))
    print_text(bench_table.kinds_to_text(summaries))
