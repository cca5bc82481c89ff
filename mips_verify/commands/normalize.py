"""Bringing a network into normal form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mips_verify.algebra.magnitude import FLOAT_EXACT
from mips_verify.commands.options import FILE, json_option
from mips_verify.errors import MipsVerifyError

if TYPE_CHECKING:
    from mips_verify.network.network import Network
    from mips_verify.normalize.result import Check, Difference, Normalised

MOST_HIDDEN = 100


@click.command()
@click.argument("model", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=FILE, metavar="FILE", help="Write the last network as safetensors.")
@click.option(
    "--low",
    default=-10,
    show_default=True,
    type=click.IntRange(-FLOAT_EXACT, FLOAT_EXACT),
    help="Smallest input of the comparison.",
)
@click.option(
    "--high",
    default=10,
    show_default=True,
    type=click.IntRange(-FLOAT_EXACT, FLOAT_EXACT),
    help="Largest input of the comparison.",
)
@click.option(
    "--length",
    default=20,
    show_default=True,
    type=click.IntRange(1, 300),
    help="Inputs in a sequence of the comparison.",
)
@json_option
def normalize(
    model: Path, out: Path | None, low: int, high: int, length: int, as_json: bool
) -> None:
    """Bring the network in the file MODEL into normal form, and show the formula of each step.

    The steps are minimal realisation, whitening, Jordan, Toeplitz, de-biasing and quantisation, as
    in the MIPS paper. They need an f without hidden layers. The network after each step is compared
    with the one before: exactly, for all lengths, and by the largest change of an output on any
    sequence of the given length and range. A step that does not apply says why.
    """
    if low >= high:
        raise click.UsageError(f"--low {low} is not below --high {high}")
    from mips_verify.commands.printing import print_json, print_text
    from mips_verify.network.weights import save
    from mips_verify.normalize.normalizers import normalize as run
    from mips_verify.normalize.result import Check

    check = Check(low, high, length)
    network = _load(model)
    steps = run(network, check)
    whole = _whole(network, steps, check)
    if out is not None:
        done = [s.name for s in steps if s.declined is None]
        save(out, steps[-1].network, {"from": model.name, "normalised": done})
    if as_json:
        print_json(_to_dict(steps, whole, check))
        return
    print_text(_to_text(steps, whole, check))


def _load(path: Path) -> Network:
    """A network with perceptrons f and g.

    Raises:
        MipsVerifyError: the file holds no network, or one with another kind of cell.
    """
    from mips_verify.network.load import load_model
    from mips_verify.network.network import Network

    model = load_model(path)
    if not isinstance(model.network, Network):
        raise MipsVerifyError(
            f"{path} holds a network of another kind ({model.what}); only networks with "
            "perceptrons f and g can be linear"
        )
    if model.network.hidden > MOST_HIDDEN:
        raise MipsVerifyError(
            f"{path} has {model.network.hidden} hidden values; the exact comparison takes minutes "
            f"for {MOST_HIDDEN} and is not tried for more"
        )
    return model.network


def _whole(network: Network, steps: tuple[Normalised, ...], check: Check) -> Difference | None:
    """The comparison of the first network with the last; ``None`` if no step applied."""
    from mips_verify.normalize.result import difference

    if all(step.declined for step in steps):
        return None
    return difference(network, steps[-1].network, check)


def _to_text(steps: tuple[Normalised, ...], whole: Difference | None, check: Check) -> str:
    blocks = [_block("network", "as given", steps[0].before)]
    for step in steps:
        if step.declined is not None:
            blocks.append(f"{step.name}: not done, {step.declined}")
        else:
            count = f"{step.terms[0]} to {step.terms[1]} terms, " if step.terms else ""
            blocks.append(_block(step.name, count + _change(step.difference), step.after))
    if whole is not None:
        kind = "all weights are integers" if steps[-1].integer else "not all weights are integers"
        span = f" on sequences of up to {check.length} inputs in {check.low}..{check.high}"
        blocks.append(f"in all: {kind}; {_change(whole)}{'' if whole.exact else span}")
    return "\n".join(blocks)


def _block(name: str, what: str, formula: str) -> str:
    return f"{name}: {what}\n" + "\n".join(f"    {line}" for line in formula.splitlines())


def _change(difference: Difference) -> str:
    if difference.exact:
        return "exact: the same outputs for every length"
    return f"outputs change by at most {difference.bound:.1e}"


def _to_dict(
    steps: tuple[Normalised, ...], whole: Difference | None, check: Check
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "check": asdict(check),
        "integer": steps[-1].integer,
        "difference": asdict(whole) if whole is not None else None,
        "steps": [
            {
                "name": step.name,
                "declined": step.declined,
                "integer": step.integer,
                "terms": step.terms,
                "difference": asdict(step.difference),
                "before": step.before,
                "after": step.after,
            }
            for step in steps
        ],
    }
