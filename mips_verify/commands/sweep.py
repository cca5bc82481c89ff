"""Many seeds of some tasks: the distribution, not one run."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mips_verify.commands.complete import complete_task
from mips_verify.commands.options import (
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
from mips_verify.commands.volume import note, volume_options

if TYPE_CHECKING:
    from mips_verify.bench.seeds import Run
    from mips_verify.kernel.domain import Domain
    from mips_verify.spec.task import Task
    from mips_verify.workers.place import Place

MOST_SEEDS = 100_000
CODES = """
\b
Exit codes:
  0  every run is finished
  2  bad input or usage
  3  a run was stopped, or failed
"""


class _Seeds(click.ParamType[tuple[int, ...]]):
    """Seeds such as ``0..99`` or ``0,3,5..8``."""

    name = "seeds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The seeds in a text, in its order."""
        if isinstance(value, tuple):
            return value
        found: dict[int, None] = {}
        for part in value.split(","):
            ends = re.fullmatch(r"\s*(\d{1,10})(?:\.\.(\d{1,10}))?\s*", part)
            if ends is None:
                self.fail(f"'{part}' is neither a number nor a range such as 0..99", param, ctx)
            low, high = int(ends[1]), int(ends[2] or ends[1])
            if not low <= high <= MOST or high - low >= MOST_SEEDS:
                self.fail(f"'{part}' is no range of up to {MOST_SEEDS:,} seeds", param, ctx)
            found |= dict.fromkeys(range(low, high + 1))
        return tuple(found)


@click.command(epilog=CODES)
@click.argument("tasks", nargs=-1, required=True, shell_complete=complete_task)
@click.option(
    "--seeds", type=_Seeds(), default="0..9", show_default=True, metavar="RANGE",
    help="The seeds, such as 0..99 or 1,5,7..9.",
)  # fmt: skip
@engine_option
@effort_option
@accept_option
@limit_option
@place_options
@click.option(
    "--out", type=FILE, default=Path("sweep.sqlite"), show_default=True, metavar="FILE",
    help="The SQLite file of rows; rows that it has are not run again.",
)  # fmt: skip
@click.option(
    "--bundles",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the bundle of every proved run to DIR/<Task>/seed_<N>/.",
)
@json_option
@stages_options
@volume_options
def sweep(
    tasks: tuple[str, ...], seeds: tuple[int, ...], engine: str, effort: str, accept: str,
    limit: float | None, place: Place, out: Path, bundles: Path | None, as_json: bool,
    runs: Path | None,
) -> None:  # fmt: skip
    """Run TASKS with many seeds: how often they succeed, and which programs are found.

    Programs are put in classes of which all are PROVED equal for sequences of every length.
    """
    from mips_verify.bench.seeds import key_of
    from mips_verify.bench.seeds import sweep as run
    from mips_verify.bench.sweep_file import SweepFile
    from mips_verify.commands.terminal import board
    from mips_verify.extract.effort import Effort
    from mips_verify.files import make_folders, make_room
    from mips_verify.pipeline.synthesis_result import Settings
    from mips_verify.spec.task import load_task

    chosen = tuple(map(load_task, dict.fromkeys(tasks)))
    demand_training()
    make_room(out)
    make_folders(bundles, runs)
    settings = [Settings(engine, seed, accept, Effort(effort)) for seed in seeds]
    pairs = [(task, s) for task in chosen for s in settings]
    with SweepFile(out) as file:
        keeps(runs, f"rows of finished runs are in {out}")
        done = file.finished()
        wanted = [pair for pair in pairs if key_of(*pair) not in done]
        if len(wanted) < len(pairs):
            note(f"{len(pairs) - len(wanted)} of {len(pairs)} runs are in {out} already")
        place = place.at_most(len(wanted))
        with board(len(wanted)) as watch:
            for row in run(
                wanted, place=place, runs=runs, bundles=bundles, watch=watch, limit=limit
            ):
                file.add(row)
        keys = {key_of(*pair) for pair in pairs}
        rows = [row for row in file.rows() if row.key in keys]
    _print(rows, chosen, as_json)
    sys.exit(0 if all(row.finished for row in rows) else 3)


def _print(rows: list[Run], tasks: tuple[Task, ...], as_json: bool) -> None:
    from mips_verify.bench import sweep_table
    from mips_verify.commands.printing import print_json, print_table
    from mips_verify.prove.sandbox import equal_in_worker

    domains: dict[str, Domain] = {task.name: task.domain for task in tasks}
    found = sweep_table.summaries_of(rows, domains.__getitem__, equal_in_worker)
    if as_json:
        print_json(sweep_table.to_json(found, rows))
    else:
        print_table(sweep_table.text(found))
