"""The smallest network for each of some tasks."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mips_verify.commands.complete import complete_task
from mips_verify.commands.options import (
    demand_training,
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
    from mips_verify.bench.smallest import SearchRow, Wanted
    from mips_verify.workers.place import Place

SEEDS = 3
CODES = """
\b
Exit codes:
  0  there is a network for every task
  2  bad input or usage
  3  there is none for one of them
"""


@click.command(epilog=CODES)
@click.argument("tasks", nargs=-1, shell_complete=complete_task)
@click.option("--suite", default="mips", show_default=True, help="The tasks when none is named.")
@click.option(
    "--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Tasks, seeds and steps from a file such as the reference's first_paper_final.yaml.",
)  # fmt: skip
@engine_option
@seed_option
@click.option(
    "--seeds", type=click.IntRange(1, 10_000), metavar="N",
    help=f"How many seeds, from --seed on; {SEEDS} unless --config says another number.",
)  # fmt: skip
@click.option(
    "--need", type=click.IntRange(1, 10_000), metavar="N",
    help="For how many seeds a method must give a network that is right; more than half of them "
    "unless given.",
)  # fmt: skip
@limit_option
@place_options
@click.option(
    "--networks", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Write the networks to DIR/<Task>.safetensors.",
)  # fmt: skip
@json_option
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
@stages_options
@volume_options
def search(
    tasks: tuple[str, ...], suite: str, config: Path | None, engine: str, seed: int,
    seeds: int | None, need: int | None, limit: float | None, place: Place, networks: Path | None,
    as_json: bool, markdown: bool, runs: Path | None,
) -> None:  # fmt: skip
    """Search for the smallest network of TASKS (of the whole benchmark when none is named).

    Fewest hidden values come first, then fewest units, then least depth. A network counts if it is
    right on all fresh sequences.
    """
    from mips_verify.bench.smallest import smallest
    from mips_verify.commands.terminal import bar
    from mips_verify.files import make_folders

    wanted = _wanted(tasks, suite, config, engine, seed, seeds, need)
    demand_training()
    make_folders(networks, runs)
    keeps(runs, f"networks found so far are in {networks}" if networks else "")
    wanted = [dataclasses.replace(w, networks=networks) for w in wanted]
    rows: dict[str, SearchRow] = {}
    with bar(len(wanted)) as done:
        for row in smallest(wanted, place=place.at_most(len(wanted)), runs=runs, limit=limit):
            rows[row.task] = row
            done(row.task, f"{row.hidden} hidden" if row.engine else row.reason)
    _print([rows[w.task.name] for w in wanted], as_json, markdown)
    sys.exit(0 if all(row.engine for row in rows.values()) else 3)


def _wanted(
    tasks: tuple[str, ...],
    suite: str,
    config: Path | None,
    engine: str,
    seed: int,
    seeds: int | None,
    need: int | None,
) -> list[Wanted]:
    """The searches; of a configuration only the named tasks, or all."""
    from mips_verify.bench.smallest import Wanted
    from mips_verify.spec.search_config import Asked, read_config
    from mips_verify.spec.task import load_task, load_tasks

    chosen = tuple(map(load_task, dict.fromkeys(tasks)))
    if config is not None:
        asked, says = read_config(config)
        note("\n".join(says))
        names = {task.name for task in chosen}
        asked = tuple(a for a in asked if not names or a.task.name in names)
        if engine == "ladder" and any(a.steps or a.batch for a in asked):
            note("steps and train_batch_size are used by --engine adam only")
    else:
        asked = tuple(Asked(t, 0, 0, 0) for t in chosen or load_tasks(suite=suite))
    if not asked:
        raise click.UsageError("no task is left to search for")
    found = []
    for a in asked:
        count = seeds or a.seeds or SEEDS
        if need is not None and need > count:
            raise click.UsageError(f"--need {need} is more than {count} seeds")
        every = tuple(range(seed, seed + count))
        found.append(Wanted(a.task, engine, every, need or count // 2 + 1, a.steps, a.batch))
    return found


def _print(rows: list[SearchRow], as_json: bool, markdown: bool) -> None:
    from mips_verify.bench import smallest
    from mips_verify.commands.printing import print_json, print_table

    if as_json:
        print_json({"tasks": [dataclasses.asdict(row) for row in rows]})
    elif markdown:
        click.echo(smallest.markdown(rows))
    else:
        print_table(smallest.text(rows))
