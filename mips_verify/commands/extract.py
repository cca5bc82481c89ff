"""A program read out of an external network."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mips_verify.commands.options import (
    EXIT_CODES,
    FILE,
    domain_of,
    json_option,
    range_option,
    seed_option,
    verdict_code,
)

if TYPE_CHECKING:
    from mips_verify.kernel.domain import Domain
    from mips_verify.kernel.machine import Machine
    from mips_verify.network.load import Model
    from mips_verify.pipeline.read_network import Reading


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
    help="Steps in the sequences that trained the network; beyond them it is not trusted.",
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

    The input ranges come from --input, --task or the file, the length from --length, the file or
    --task. With --task the program is proved; without, it is compared with the network.
    """
    from mips_verify.api import inputs_of
    from mips_verify.commands.terminal import status
    from mips_verify.files import make_room, write_whole
    from mips_verify.network.load import load_model
    from mips_verify.pipeline.hidden_lattice import hidden_lattice
    from mips_verify.pipeline.read_network import read_network
    from mips_verify.report.json import lattice_to_dict, reading_to_dict
    from mips_verify.report.text import lattice_to_text, reading_to_text
    from mips_verify.spec.task import load_task

    if out is not None:
        make_room(out)
    found = load_task(task) if task else None
    given = load_model(model)
    domain, steps = inputs_of(given, domain_of(ranges), length, task=found)
    with status(model.name) as progress:
        reading = read_network(
            given.network, domain, steps, spec=found.spec if found else None, seed=seed,
            progress=progress,
        )  # fmt: skip
    grid = hidden_lattice(given.weights, domain, steps, lattice, seed) if lattice else None
    if as_json:
        said = reading_to_dict(reading, given.what, found)
        click.echo(json.dumps(said | lattice_to_dict(grid), indent=1))
    else:
        click.echo(reading_to_text(reading, given.what, found) + lattice_to_text(grid))
    if out is not None and reading.program is not None:
        write_whole(out, _program_file(reading.program, domain, model, given))
        click.echo(f"{out} written", err=True)
    sys.exit(_exit_code(reading))


def _program_file(program: Machine, domain: Domain, path: Path, model: Model) -> str:
    from mips_verify.emit.python.python_file import render_program

    says = f"read out of {path.name}"
    return render_program(program, name=path.stem, says=says, domain=domain, how=model.what)


def _exit_code(reading: Reading) -> int:
    if reading.comparison is None:
        return 4
    if reading.verdict is not None:
        return verdict_code(reading.verdict)
    return 0 if reading.comparison.agree else 3
