"""Programs out of networks that somebody else trained."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mips_verify.commands.options import EXIT_CODES, FILE, json_option, seed_option
from mips_verify.commands.ranges import range_option, ranges_of
from mips_verify.errors import MipsVerifyError

if TYPE_CHECKING:
    from mips_verify.kernel.domain import Domain
    from mips_verify.kernel.machine import Machine
    from mips_verify.network.load import Model
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.spec.task import Task


@click.command(epilog=EXIT_CODES)
@click.option(
    "--model",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Weights: safetensors from mips_verify.save_network or from a bundle, or a .pt state "
    "dict of the GeneralRNN of the MIPS paper.",
)
@click.option("--task", help="Prove the program against this task.")
@range_option
@click.option(
    "--length",
    type=click.IntRange(1, 1000),
    help="Steps in the sequences that trained the network: it is trusted no further.",
)
@click.option(
    "--lattice",
    type=click.Choice(["linear", "gcd"]),
    help="Also show integer coordinates of the hidden states, found by one of the paper's methods.",
)
@click.option("--out", type=FILE, metavar="FILE", help="Write the program as a Python file.")
@seed_option
@json_option
def extract(
    model: Path, task: str | None, ranges: tuple[str, ...], length: int | None,
    lattice: str | None, out: Path | None, seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Read a program out of a trained network.

    Input ranges come from --task, --input or the file, the length from --length, the file or
    --task. With --task the program is proved; without, it is compared with the network.
    """
    from mips_verify.commands.terminal import status
    from mips_verify.files import make_folder, write_whole
    from mips_verify.network.load import load_model
    from mips_verify.pipeline.hidden_lattice import hidden_lattice
    from mips_verify.pipeline.read_network import read_network
    from mips_verify.report.json import lattice_to_dict, reading_to_dict
    from mips_verify.report.text import lattice_to_text, reading_to_text
    from mips_verify.spec.task import load_task

    if out is not None:
        make_folder(out.resolve().parent)
    found = load_task(task) if task else None
    given = load_model(model)
    domain, steps = _domain(given, found, ranges, model), _length(given, found, length)
    with status(model.name) as progress:
        reading = read_network(
            given.network, domain, steps, spec=found.spec if found else None, seed=seed,
            progress=progress,
        )  # fmt: skip
    grid = hidden_lattice(given.network, domain, steps, lattice, seed) if lattice else None
    if as_json:
        said = reading_to_dict(reading, given.what, found)
        click.echo(json.dumps(said | lattice_to_dict(grid), indent=1))
    else:
        click.echo(reading_to_text(reading, given.what, found) + lattice_to_text(grid))
    if out is not None and reading.program is not None:
        write_whole(out, _program_file(reading.program, domain, model, given))
    sys.exit(_exit_code(reading))


def _program_file(program: Machine, domain: Domain, path: Path, model: Model) -> str:
    from mips_verify.emit.python.python_file import render_program

    says = f"read out of {path.name}"
    return render_program(program, name=path.stem, says=says, domain=domain, how=model.what)


def _domain(model: Model, task: Task | None, ranges: tuple[str, ...], path: Path) -> Domain:
    from mips_verify.kernel.domain import Domain

    given = ranges_of(ranges)
    if task is not None and given:
        _demand_same(given, task)
    if given:
        lows, highs = zip(*given.values(), strict=True)
        domain = Domain(tuple(given), lows, highs)
    elif task is not None:
        domain = task.domain
    elif model.domain is not None:
        domain = model.domain
    else:
        raise MipsVerifyError(
            f"{path} does not say what its inputs are; give --task, or --input and --length"
        )
    for what, other in (("the network", model.channels), ("the task", task and task.spec.inputs)):
        count = len(other) if isinstance(other, tuple) else other
        if count is not None and count != domain.channels:
            raise MipsVerifyError(
                f"{what} reads {count} inputs, not {domain.channels}: {', '.join(domain.names)}"
            )
    if model.domain is not None:
        _demand_covered(domain, model.domain)
    return domain


def _demand_same(given: dict[str, tuple[int, int]], task: Task) -> None:
    """A proof is for the task's own ranges."""
    d = task.domain
    ranges = {n: (lo, hi) for n, lo, hi in zip(d.names, d.lows, d.highs, strict=True)}
    if given != ranges or list(given) != list(ranges):
        shown = ", ".join(f"{n}={lo}..{hi}" for n, (lo, hi) in ranges.items())
        raise MipsVerifyError(
            f"--input differs from the inputs of {task.name} ({shown}); leave it out, since a "
            "proof is for the task's own ranges"
        )


def _demand_covered(asked: Domain, known: Domain) -> None:
    """Names in the file's order, and one-hot inputs have columns for the file's values alone."""
    if asked.names != known.names and set(asked.names) == set(known.names):
        raise MipsVerifyError(
            f"the network reads its inputs in the order {', '.join(known.names)}, not "
            f"{', '.join(asked.names)}"
        )
    for i, name in enumerate(asked.names):
        if asked.lows[i] < known.lows[i] or asked.highs[i] > known.highs[i]:
            raise MipsVerifyError(
                f"input {name} is asked for in {asked.lows[i]}..{asked.highs[i]}, but the network "
                f"was made for {known.lows[i]}..{known.highs[i]}"
            )


def _length(model: Model, task: Task | None, length: int | None) -> int:
    """What --length says, else what the file says: a network is trusted no further."""
    found = length or model.length or (task.length if task else None)
    if found is None:
        raise MipsVerifyError("the file does not say how long its sequences were; give --length")
    return found


def _exit_code(reading: Reading) -> int:
    from mips_verify.commands.synth_and_prove import verdict_code

    if reading.comparison is None:
        return 4
    if reading.verdict is not None:
        return verdict_code(reading.verdict)
    return 0 if reading.comparison.agree else 3
