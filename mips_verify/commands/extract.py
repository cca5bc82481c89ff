"""A program read out of an external network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mips_verify.commands.complete import complete_task
from mips_verify.commands.interface_options import interface_options
from mips_verify.commands.options import (
    EXIT_CODES,
    FILE,
    bundle_option,
    demand_texts,
    domain_of,
    dot_option,
    effort_option,
    json_option,
    keep_proved,
    lengths_from,
    programs_option,
    range_option,
    seed_option,
    time_option,
    verdict_code,
    write_dot,
)
from mips_verify.commands.volume import note, volume_options

if TYPE_CHECKING:
    from mips_verify.kernel.domain import Domain
    from mips_verify.kernel.machine import Machine
    from mips_verify.network.model import Model
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.spec.value_names import Names


@click.command(epilog=EXIT_CODES)
@click.option(
    "--model",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Weights: safetensors from mips_verify.save_network or from a bundle, a state dict of a "
    "torch RNN, GRU or LSTM (safetensors or .pt) or of the GeneralRNN of the MIPS paper, or an "
    "ONNX model.",
)
@click.option("--task", shell_complete=complete_task, help="Prove the program against this task.")
@range_option
@click.option(
    "--length",
    type=click.IntRange(1, 1000),
    help="Steps in the sequences that trained the network; beyond them it is not trusted.",
)
@interface_options
@click.option(
    "--lattice",
    type=click.Choice(["linear", "gcd"]),
    help="Also show integer coordinates of the hidden states, found by one of the paper's methods.",
)
@click.option(
    "--test-lengths",
    metavar="N,N,...",
    help="Compare network, program and task on random sequences of these lengths.  [default: 1, "
    "2, 5 and 20 times the length]",
)
@click.option("--out", type=FILE, metavar="FILE", help="Write the program as a Python file.")
@bundle_option
@time_option
@effort_option
@programs_option
@dot_option
@seed_option
@json_option
@volume_options
def extract(
    model: Path, task: str | None, ranges: tuple[str, ...], length: int | None,
    lattice: str | None, test_lengths: str | None, out: Path | None, bundle: Path | None,
    dot: Path | None, limit: float | None, effort: str, programs: int, seed: int, as_json: bool,
    **said: Any,
) -> None:  # fmt: skip
    """Read a program out of a trained network.

    The input ranges come from --input, --task or the file, the length from --length, the file or
    --task. With --task the program is proved; without, it is compared with the network.
    """
    from mips_verify.commands.printing import print_json, print_text
    from mips_verify.commands.terminal import status
    from mips_verify.deadline import deadline
    from mips_verify.extract.effort import Effort
    from mips_verify.files import make_room, write_whole
    from mips_verify.network.interface import Interface
    from mips_verify.network.load import load_model
    from mips_verify.pipeline.hidden_lattice import hidden_lattice
    from mips_verify.pipeline.known_inputs import inputs_of
    from mips_verify.pipeline.read_network import read_network
    from mips_verify.report.json import lattice_to_dict, reading_to_dict
    from mips_verify.report.text import lattice_to_text, reading_to_text
    from mips_verify.spec.task import load_task
    from mips_verify.spec.value_names import names_of

    if bundle is not None and task is None:
        raise click.UsageError("--bundle needs --task, as only a proved program gets a bundle")
    for file in (out, dot):
        if file is not None:
            make_room(file)
    lengths = lengths_from(test_lengths)
    found = load_task(task) if task else None
    if bundle is not None and found is not None:
        demand_texts(found)
    asked = domain_of(ranges)
    interface = Interface(asked, length, **said)
    given = load_model(model, interface.within(found.domain, found.length) if found else interface)
    domain, steps = inputs_of(given, asked, length, task=found)
    words = given.words
    names = found.names if found else names_of(words.inputs, (words.outputs,))
    with deadline(limit), status(model.name) as progress:
        reading = read_network(
            given.network, domain, steps, spec=found.spec if found else None,
            test_lengths=lengths, seed=seed, effort=Effort(effort), progress=progress,
        )  # fmt: skip
    grid = hidden_lattice(given.weights, domain, steps, lattice, seed) if lattice else None
    if as_json:
        said = reading_to_dict(reading, given.what, found, names)
        print_json(said | lattice_to_dict(grid))
    else:
        text = reading_to_text(reading, given.what, found, domain, programs, names)
        print_text(text + lattice_to_text(grid))
    if out is not None and reading.program is not None:
        write_whole(out, _program_file(reading.program, domain, model, given, names))
        note(f"{out} written")
    if dot is not None and reading.program is not None:
        write_dot(dot, reading.program, domain, names)
    if bundle is not None and found is not None:
        keep_proved(bundle, reading, found, reading.verdict, given)
    sys.exit(_exit_code(reading))


def _program_file(program: Machine, domain: Domain, path: Path, model: Model, names: Names) -> str:
    from mips_verify.emit.python.python_file import render_with_letters

    says = f"read out of {path.name}"
    return render_with_letters(
        program, name=path.stem, says=says, domain=domain, how=model.what, names=names
    )


def _exit_code(reading: Reading) -> int:
    if reading.comparison is None:
        return 4
    if reading.verdict is not None:
        return verdict_code(reading.verdict)
    return 0 if reading.agree else 3
