"""Trained networks in a folder, so that what is read out of them can be looked at again.

The weights of each are one safetensors file; `index.json` says what they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from safetensors.torch import load_file, save_file

from mips_verify.spec.task import load_task
from tests.quality.sequence_models.causal_models import KINDS
from tests.quality.sequence_models.causal_training import Function, Network, as_function, train

INDEX = "index.json"


@dataclass(frozen=True)
class Kept:
    """A network in the folder; ``name`` is that of its file, the rest as for a network."""

    name: str
    kind: str
    task: str
    early: bool
    values: tuple[int, ...]
    accuracy: float
    steps: int
    seconds: float


def index(folder: Path) -> list[Kept]:
    """All networks of a folder, in the order in which they were trained."""
    path = folder / INDEX
    rows = json.loads(path.read_text()) if path.exists() else []
    return [Kept(**row | {"values": tuple(row["values"])}) for row in rows]


def keep(folder: Path, network: Network) -> Kept:
    """Write a network into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{network.kind}_{network.task}" + ("_early" if network.early else "")
    save_file(network.model.state_dict(), folder / f"{name}.safetensors")
    said = {n: v for n, v in vars(network).items() if n != "model"}
    new = Kept(name=name, **said)
    rows = [k for k in index(folder) if k.name != name] + [new]
    (folder / INDEX).write_text(json.dumps([asdict(k) for k in rows], indent=1) + "\n")
    return new


def function_of(folder: Path, kept: Kept) -> Function:
    """The network as a plain function of letters."""
    model = KINDS[kept.kind](load_task(kept.task).domain, len(kept.values))
    model.load_state_dict(load_file(folder / f"{kept.name}.safetensors"))
    return as_function(model, kept.values)


def networks(folder: Path, tasks: list[str], kinds: list[str]) -> Iterator[Kept]:
    """The networks of these tasks and kinds, trained now where the folder has none."""
    for task in tasks:
        for kind in kinds:
            known = [k for k in index(folder) if (k.task, k.kind) == (task, kind)]
            yield from known or [keep(folder, n) for n in train(load_task(task), kind)]
