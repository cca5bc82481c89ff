"""What is known of a network's inputs: from the user, from a task, or from the network's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain

if TYPE_CHECKING:
    from mips_verify.network.model import Model
    from mips_verify.spec.task import Task


def inputs_of(
    network: object, domain: Domain | None, length: int | None, *, task: Task | None
) -> tuple[Domain, int]:
    """The range of every input, and the length up to which a network is trusted.

    Arguments come first. If they are missing, the task decides the ranges, since a proof is for
    these; the network's file decides the length, since training decides how far to trust it.

    Raises:
        MipsVerifyError: ranges or length are unknown, or ranges differ from the task's, or the
            network was not made for them.
    """
    from mips_verify.network.model import Model

    model = network if isinstance(network, Model) else None
    if task is not None and domain not in (None, task.domain):
        raise MipsVerifyError(
            f"the input ranges differ from those of {task.name} ({_ranges(task.domain)}); leave "
            "them out, since a proof is for the ranges of the task"
        )
    domain = domain or (task.domain if task else model.domain if model else None)
    if domain is None:
        raise MipsVerifyError(
            "the network does not say what its inputs are; give a task, or the range of each "
            "input, as in --input x=0..9"
        )
    if model is not None:
        _demand_readable(model, domain)
    length = length or (model.length if model else None) or (task.length if task else None)
    if length is None:
        raise MipsVerifyError(
            "the network does not say how long its training sequences were; give the length, such "
            "as --length 10"
        )
    return domain, length


def _demand_readable(model: Model, asked: Domain) -> None:
    """Refuse ranges that a network from a file was not made for."""
    if model.channels != asked.channels:
        raise MipsVerifyError(
            f"the network reads {model.channels} inputs, not {asked.channels} "
            f"({', '.join(asked.names)}); give the task or the ranges that it was trained on"
        )
    if (known := model.domain) is None:
        return
    if asked.names != known.names and set(asked.names) == set(known.names):
        raise MipsVerifyError(
            f"the network reads its inputs in the order {', '.join(known.names)}, not "
            f"{', '.join(asked.names)}"
        )
    # a network of one-hot inputs has no columns for other values
    lows, highs = (
        zip(asked.lows, known.lows, strict=True),
        zip(asked.highs, known.highs, strict=True),
    )
    if any(a < b for a, b in lows) or any(a > b for a, b in highs):
        raise MipsVerifyError(
            f"the network was made for {_ranges(known)}, which does not cover {_ranges(asked)}"
        )


def _ranges(domain: Domain) -> str:
    rows = zip(domain.names, domain.lows, domain.highs, strict=True)
    return ", ".join(f"{name}={low}..{high}" for name, low, high in rows)
