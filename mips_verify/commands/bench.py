"""Many tasks in a row: the benchmark, and tasks drawn at random."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from mips_verify.commands.options import (
    EXIT_CODES,
    FILE,
    MOST,
    accept_option,
    demand_training,
    engine_option,
    fresh_option,
    limit_option,
    runs_option,
    seed_option,
)

jobs_option = click.option(
    "--jobs",
    default=os.cpu_count() or 1,
    show_default="cores",
    type=click.IntRange(1, 4096),
    help="Tasks at once.",
)


@click.command(epilog=EXIT_CODES)
@click.argument("tasks", nargs=-1)
@click.option("--suite", default="mips", show_default=True, help="The tasks when none is named.")
@engine_option
@seed_option
@accept_option
@limit_option
@jobs_option
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the table to FILE as JSON.",
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
    tasks: tuple[str, ...], suite: str, engine: str, seed: int, accept: str,
    limit: float | None, jobs: int, json_file: Path | None, markdown: bool,
    out: Path | None, runs: Path, fresh: bool,
) -> None:  # fmt: skip
    """Run TASKS (the whole benchmark when none is named) and print the table of results."""
    from mips_verify.files import make_folder, write_whole
    from mips_verify.spec.task import load_task, load_tasks

    chosen = tuple(map(load_task, tasks)) if tasks else load_tasks(suite=suite)
    if not chosen:
        raise click.UsageError(f"no task belongs to the suite '{suite}'")
    demand_training()
    for folder in (json_file.resolve().parent if json_file else None, out, None if fresh else runs):
        if folder is not None:
            make_folder(folder)
    from mips_verify.bench import bench_table
    from mips_verify.bench.run_tasks import run
    from mips_verify.commands.terminal import board
    from mips_verify.pipeline.synthesis_result import Settings

    jobs = min(jobs, len(chosen))
    with board(len(chosen), jobs) as watch:
        outcome = run(
            chosen, Settings(engine, seed, accept), jobs=jobs, runs=None if fresh else runs,
            out=out, watch=watch, limit=limit,
        )  # fmt: skip
    if json_file:
        write_whole(json_file, json.dumps(bench_table.to_json(outcome), indent=1) + "\n")
    click.echo(bench_table.markdown(outcome) if markdown else bench_table.text(outcome))
    click.echo(bench_table.summary(outcome), err=markdown)
    sys.exit(0 if all(row.status == "PROVED" for row in outcome.rows) else 3)


@click.command("fuzz-tasks", epilog=EXIT_CODES)
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
@accept_option
@limit_option
@jobs_option
@click.option("--json", "json_file", type=FILE, metavar="FILE", help="Write all to FILE as JSON.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the task files to DIR.",
)
@runs_option
@fresh_option
def fuzz_tasks(
    seed: int, count: int, kind: str, engine: str, accept: str, limit: float | None,
    jobs: int, json_file: Path | None, out: Path | None, runs: Path, fresh: bool,
) -> None:  # fmt: skip
    """Make random tasks that nobody tuned for, and run the whole pipeline on each."""
    from mips_verify.bench import bench_table, by_kind
    from mips_verify.bench.random_tasks import KINDS, random_tasks
    from mips_verify.bench.run_tasks import run
    from mips_verify.commands.terminal import board
    from mips_verify.files import make_folder, write_whole
    from mips_verify.pipeline.synthesis_result import Settings
    from mips_verify.spec.write_task_file import task_to_toml

    demand_training()
    for folder in (json_file.resolve().parent if json_file else None, None if fresh else runs):
        if folder is not None:
            make_folder(folder)
    kinds = random_tasks(KINDS if kind == "all" else (kind,), seed, count)
    tasks = [task for made in kinds.values() for task in made]
    if out:
        for task in tasks:
            write_whole(out / f"{task.name}.toml", task_to_toml(task))
    jobs = min(jobs, len(tasks))
    with board(len(tasks), jobs) as watch:
        outcome = run(
            tasks, Settings(engine, accept=accept), jobs=jobs, runs=None if fresh else runs,
            out=None, watch=watch, limit=limit,
        )  # fmt: skip
    summaries = by_kind.by_kind(outcome.rows, {k: [t.name for t in ts] for k, ts in kinds.items()})
    if json_file:
        data = {**bench_table.to_json(outcome), "kinds": by_kind.to_json(summaries)}
        data["files"] = {task.name: task_to_toml(task) for task in tasks}
        write_whole(json_file, json.dumps(data, indent=1) + "\n")
    click.echo(f"{bench_table.text(outcome)}\n{by_kind.text(summaries)}")
    sys.exit(0 if all(row.status == "PROVED" for row in outcome.rows) else 3)
