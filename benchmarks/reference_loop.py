"""How much longer does a plain training loop take, at the settings of the paper?

    python -m benchmarks.reference_loop [--steps N] [--out FILE] [TASK...]

The loop is that of arXiv 2402.05110, section 3: Adam on the mean squared error of one network,
4,096 fresh sequences a batch, 10,000 steps, 5 seeds. Of these steps a few are run, next to the
training of the same task by the ladder, in the same process; the rest is extrapolated. The network
has the hidden size and the widths of the ladder's, one architecture and not a search of them, so
that the ratio is a lower bound of what the paper's search takes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch import nn

from benchmarks.cpu_clock import cpu_seconds
from mips_verify.spec.labelling import datasets, label
from mips_verify.spec.task import Task, load_task, load_tasks
from mips_verify.train.train import Trained, one_thread, train

BATCH, STEPS, SEEDS = 4096, 10_000, 5  # the paper's
WARM = 2  # steps that are not counted


@dataclass(frozen=True)
class Pair:
    """One task: CPU seconds of our training, and of one step of the plain loop.

    Attributes:
        ratio: what the whole loop would take, as a multiple of our training.
    """

    task: str
    exact: bool
    train_seconds: float
    step_seconds: float
    ratio: float


class PlainNetwork(nn.Module):
    """``h' = f([h, x])``, ``y = g(h')`` with perceptrons f and g."""

    def __init__(self, trained: Trained, channels: int, outputs: int) -> None:
        super().__init__()
        self.hidden = trained.network.hidden
        self.f = perceptron(self.hidden + channels, trained.widths_f, self.hidden)
        self.g = perceptron(self.hidden, trained.widths_g, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Outputs ``(batch, length, outputs)`` of sequences ``(batch, length, channels)``."""
        h = x.new_zeros(len(x), self.hidden)
        outputs = []
        for letter in x.unbind(1):
            h = self.f(torch.cat([h, letter], dim=1))
            outputs.append(self.g(h))
        return torch.stack(outputs, dim=1)


def perceptron(inputs: int, widths: tuple[int, ...], outputs: int) -> nn.Sequential:
    """Linear layers with ReLU between them."""
    layers: list[nn.Module] = []
    for a, b in pairwise((inputs, *widths, outputs)):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def plain_loop(network: nn.Module, task: Task) -> Callable[[int], None]:
    """A function that takes so many steps of the plain loop."""
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    rng = np.random.default_rng(0)

    def run(steps: int) -> None:
        for _ in range(steps):
            words = task.domain.sample(BATCH, task.length, rng)
            x, y = (torch.from_numpy(a).float() for a in (words, label(task, words)))
            loss = nn.functional.mse_loss(network(x), y)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    return run


def compared(task: Task, steps: int) -> Pair:
    """Our training of the task, and so many steps of the plain loop."""
    began = cpu_seconds()
    trained = train(*datasets(task, 0))
    ours = cpu_seconds() - began
    with one_thread():
        loop = plain_loop(PlainNetwork(trained, task.domain.channels, len(task.spec.outputs)), task)
        loop(WARM)
        began = cpu_seconds()
        loop(steps)
    step = (cpu_seconds() - began) / steps
    return Pair(task.name, trained.exact, round(ours, 3), step, step * STEPS * SEEDS / ours)


def summary(pairs: list[Pair]) -> dict:
    """Median and worst ratio, and their parts."""
    ratios = [pair.ratio for pair in pairs]
    return {
        "tasks": len(pairs),
        "exact": sum(pair.exact for pair in pairs),
        "train_seconds": round(sum(pair.train_seconds for pair in pairs), 1),
        "loop_seconds": round(sum(pair.step_seconds for pair in pairs) * STEPS * SEEDS),
        "median_ratio": round(median(ratios)),
        "least_ratio": round(min(ratios)),
        "least_of": min(pairs, key=lambda pair: pair.ratio).task,
    }


def main(argv: list[str] | None = None) -> int:
    """Compare each task, and print the summary."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference_loop")
    parser.add_argument("tasks", nargs="*", metavar="TASK", help="the benchmark if there is none")
    parser.add_argument("--steps", type=int, default=20, help="steps of the loop that are run")
    parser.add_argument("--out", type=Path, help="write all to FILE as JSON")
    args = parser.parse_args(argv)
    tasks = [load_task(name) for name in args.tasks] or list(load_tasks(suite="mips"))
    train(*datasets(load_task("Sum_Last2"), 0))  # loads what is loaded once
    pairs = []
    for task in tasks:
        pairs.append(pair := compared(task, args.steps))
        print(f"{pair.task}: {pair.train_seconds:.2f} s, {pair.ratio:.0f} times", file=sys.stderr)
    found = summary(pairs)
    print(json.dumps(found, indent=1))
    if args.out:
        rows = {"summary": found, "tasks": [asdict(pair) for pair in pairs]}
        args.out.write_text(json.dumps(rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
