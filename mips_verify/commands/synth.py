"""A program from examples alone, without a specification."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mips_verify.commands.options import (
    FILE,
    demand_training,
    effort_option,
    engine_option,
    json_option,
    programs_option,
    range_option,
    ranges_of,
    seed_option,
    stages_options,
    time_option,
)
from mips_verify.commands.stopping import keeps
from mips_verify.commands.volume import note, volume_options

if TYPE_CHECKING:
    from mips_verify.pipeline.from_examples import Learned

EXIT_CODES = """
\b
Exit codes:
  0  a program that is right on every sequence, those held out included
  2  bad input or usage
  3  a program that is wrong on some sequences
  4  no program found
  5  an internal error
"""


@click.command(epilog=EXIT_CODES)
@click.option(
    "--data",
    required=True,
    type=FILE,
    help="Labelled sequences: .csv (a line a step with a column `sequence`, or a line a sequence), "
    ".jsonl or .npz (x and y).",
)
@click.option(
    "--output", "outputs", multiple=True, metavar="COLUMN",
    help="An output column; the last one when none is named.",
)  # fmt: skip
@click.option(
    "--letters", multiple=True, metavar="COLUMN",
    help="A column whose cells are letters, even if some look like numbers.",
)  # fmt: skip
@range_option
@click.option(
    "--length",
    type=click.IntRange(min=1),
    help="Cut longer sequences to this many steps, and leave shorter ones out.",
)
@click.option("--out", type=FILE, metavar="FILE", help="Write the program as a Python file.")
@click.option(
    "--out-task",
    type=FILE,
    metavar="FILE",
    help="Write the program as a task file, to review it and prove other programs against it.",
)
@engine_option
@effort_option
@seed_option
@time_option
@programs_option
@stages_options
@json_option
@volume_options
def synth(
    data: Path, outputs: tuple[str, ...], letters: tuple[str, ...], ranges: tuple[str, ...],
    length: int | None, out: Path | None, out_task: Path | None, engine: str, effort: str,
    seed: int, limit: float | None, programs: int, runs: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Find a program from examples alone.

    A fifth of the sequences is held out and judges the program; nothing is proved.
    """
    from mips_verify.commands.printing import print_json, print_text
    from mips_verify.commands.terminal import status
    from mips_verify.deadline import deadline
    from mips_verify.extract.effort import Effort
    from mips_verify.files import make_folders, make_room, write_whole
    from mips_verify.pipeline.from_examples import learn
    from mips_verify.pipeline.store import Store
    from mips_verify.pipeline.synthesis_result import Settings
    from mips_verify.report.json import learned_to_dict
    from mips_verify.report.text import learned_to_text
    from mips_verify.spec.examples import load_examples

    for file in (out, out_task):
        if file is not None:
            make_room(file)
    stages = None if runs is None else runs / data.stem
    make_folders(stages)
    keeps(stages)
    found = load_examples(
        data, outputs=outputs, ranges=ranges_of(ranges), letters=letters, length=length
    )
    for remark in found.notes:
        note(f"{data.name}: {remark}")
    demand_training()
    store = Store(stages)
    with deadline(limit), status(data.name) as progress:
        learned = learn(
            found,
            Settings(engine, seed, "data", effort=Effort(effort)),
            store=store,
            progress=progress,
        )
    if as_json:
        print_json(learned_to_dict(learned))
    else:
        print_text(learned_to_text(learned, programs))
    if out is not None and learned.program is not None:
        write_whole(out, _program_file(learned, data))
        note(f"{out} written")
    if out_task is not None and learned.program is not None:
        write_whole(out_task, _task_file(learned, out_task))
        note(f"{out_task} written")
    sys.exit(4 if learned.program is None else 0 if learned.exact else 3)


def _program_file(learned: Learned, data: Path) -> str:
    from mips_verify.emit.python.python_file import render_with_letters

    assert learned.program is not None
    examples = learned.examples
    return render_with_letters(
        learned.program,
        name=data.stem,
        says=_says(learned),
        domain=examples.data.domain,
        how=f"a network with {learned.best.trained.network.hidden} hidden",
        names=examples.names,
    )


def _task_file(learned: Learned, path: Path) -> str:
    from mips_verify.spec.task import Task
    from mips_verify.spec.task_names import task_name_from
    from mips_verify.spec.write_task_file import task_to_toml

    assert learned.program is not None
    data, names = learned.examples.data, learned.examples.names.for_task_files()
    name = task_name_from(path.stem)
    return task_to_toml(
        Task(name, _says(learned), data.length, data.domain, learned.program, names=names)
    )


def _says(learned: Learned) -> str:
    """One sentence: where the program comes from."""
    examples = learned.examples
    return f"found in {len(examples.data)} examples of {examples.name}; not reviewed"
