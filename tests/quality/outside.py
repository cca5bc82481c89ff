"""Programs from ordinary torch networks, exact ones and ones that are only nearly right.

    python -m tests.quality.outside [--exact] [--json FILE] [TASK...]

Every exact network of `examples/train_networks.py` should give a PROVED program. The weights of
each are then disturbed until 90 to 99 % of sequences are right: as many as possible should be
PROVED still, and no program may be wrong and called proved.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from mips_verify.network.load import load_model
from mips_verify.network.torch_modules import save_network
from mips_verify.network.torch_recurrent import Stacked
from mips_verify.pipeline.read_network import Reading, read_network
from mips_verify.report.text import machine_line
from mips_verify.spec.labelling import label
from mips_verify.spec.task import Task, load_task

TASKS = (
    "Parity_All", "Add_Mod_3", "Binary_Addition", "Div_3", "Tomita_4", "Tomita_5",
    "Previous_Equals_Current",
)  # fmt: skip
CELLS = ("rnn", "gru", "lstm")
SIZES = (8, 32)
FRESH = 8_192
NEARLY = (0.9, 0.99)  # share of sequences that a disturbed network gets right
TRIES = 60


@dataclass(frozen=True)
class Line:
    """One network and what was read out of it."""

    task: str
    cell: str
    hidden: int
    noise: float
    accuracy: float
    status: str
    program: str
    train_seconds: float
    seconds: float


def trainer():
    """The script of the examples as a module."""
    path = Path(__file__).parents[2] / "examples" / "train_networks.py"
    spec = importlib.util.spec_from_file_location("train_networks", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def accuracy(network: Stacked, task: Task, seed: int) -> float:
    """Share of fresh sequences of the task's length that are entirely right."""
    x = task.domain.sample(FRESH, task.length, np.random.default_rng([seed, 77]))
    return float((network.run(x)[1] == label(task, x)).all(axis=(1, 2)).mean())


def disturbed(network: Stacked, task: Task, seed: int) -> tuple[Stacked, float] | None:
    """The network with noise on every weight, so much that it is only nearly right."""
    low, high, scale = 0.0, None, 0.02
    rng = np.random.default_rng(seed)
    parts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    noise = [{p: rng.normal(size=getattr(a, p).shape) for p in parts} for a in network.layers]
    for _ in range(TRIES):
        layers = tuple(
            replace(a, **{p: getattr(a, p) + scale * n[p] for p in parts})
            for a, n in zip(network.layers, noise, strict=True)
        )
        noisy = replace(network, layers=layers)
        share = accuracy(noisy, task, seed)
        if NEARLY[0] <= share <= NEARLY[1]:
            return noisy, scale
        low, high = (scale, high) if share > NEARLY[1] else (low, scale)
        scale = 2 * scale if high is None else (low + high) / 2
    return None


def read(network: Stacked, task: Task) -> tuple[Reading, float]:
    """The program, and seconds of CPU."""
    began = time.process_time()
    reading = read_network(network, task.domain, task.length, spec=task.spec)
    return reading, time.process_time() - began


def lines(task: Task, cell: str, hidden: int, *, noisy: bool):
    """What becomes of one network, and of the same one disturbed."""
    trained = trainer().train(task, cell, hidden, progress=lambda _: None)
    d = task.domain
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "n.safetensors"
        save_network(
            trained.module, path, readout=trained.readout, length=task.length,
            inputs={n: (a, b) for n, a, b in zip(d.names, d.lows, d.highs, strict=True)},
            values=trained.values,
        )  # fmt: skip
        network = load_model(path).network
    assert isinstance(network, Stacked)
    networks = [(network, 0.0)]
    if noisy and trained.accuracy == 1.0 and (found := disturbed(network, task, 0)) is not None:
        networks.append(found)
    for net, noise in networks:
        reading, seconds = read(net, task)
        verdict = reading.verdict
        yield Line(
            task.name, cell, hidden, round(noise, 4), accuracy(net, task, 0),
            verdict.status.name if verdict is not None else "NO_PROGRAM",
            machine_line(reading.program) if reading.program is not None else "",
            round(trained.seconds, 1), round(seconds, 1),
        )  # fmt: skip


def main() -> None:
    """Print a line for every network, and the shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", default=TASKS)
    parser.add_argument("--exact", action="store_true", help="only networks without noise")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    found = []
    for name in args.tasks:
        for cell in CELLS:
            for hidden in SIZES:
                for line in lines(load_task(name), cell, hidden, noisy=not args.exact):
                    found.append(line)
                    print(*vars(line).values(), flush=True)
    kinds = {
        "exact": [x for x in found if not x.noise and x.accuracy == 1.0],
        "nearly right": [x for x in found if x.noise],
        "never exact": [x for x in found if not x.noise and x.accuracy < 1.0],
    }
    for what, some in kinds.items():
        print(f"{what}: {len(some)} networks,", dict(Counter(x.status for x in some)))
    if args.json:
        data = {what: [vars(x) for x in some] for what, some in kinds.items()}
        args.json.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
