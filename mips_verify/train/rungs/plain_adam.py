"""The paper's plain way: ordinary RNNs, Adam, a search from small architectures to large ones.

Michaud et al., arXiv 2402.05110, section 3: train one architecture after the other, smallest
hidden size first, and stop at the first network that is right. No skip paths, no teacher forcing,
no one-hot inputs, no rounding; several random starts are trained side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from mips_verify.data import Dataset
from mips_verify.progress import Say
from mips_verify.train.optimise import adam
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import Architecture
from mips_verify.train.optimise.initial_weights import Start, draw
from mips_verify.train.rung import Fit, Rung
from mips_verify.train.rungs.perceptron import export, sizes

_FULL = 1_000_000  # a last stage is cut to the length of the data
_START = Start(identity=0.5, axis=0.0)
_QUICK = adam.Plan(
    (adam.Stage(2, 200, 16), adam.Stage(4, 300, 8), adam.Stage(_FULL, 1500, 4)),
    members=32,
    log=True,
)
_LONG = adam.Plan(
    (adam.Stage(2, 300, 16), adam.Stage(4, 600, 8), adam.Stage(_FULL, 3000, 3)),
    members=24,
    batch=96,
    rates=(1e-3, 1.5e-2),
)


@dataclass(frozen=True, slots=True)
class PlainAdam:
    """One architecture, several random starts."""

    hidden: int
    f: tuple[int, ...]
    g: tuple[int, ...]
    plan: adam.Plan

    @property
    def name(self) -> str:
        """Engine and sizes."""
        return f"plain Adam {sizes(self.hidden, self.f, self.g)}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Train; the best start is exported as it is."""
        del progress
        generator = torch.Generator().manual_seed(seed)
        source = Source.of(data, dtype=torch.float32)
        shape = Architecture(source.inputs, self.hidden, source.outputs, f=self.f, g=self.g)
        theta = draw(shape, self.plan.members, _START, generator).to(source.dtype)
        outcome = adam.train_ensemble(shape, source, theta, self.plan, generator)
        network = export(shape, outcome.theta.double(), data)
        return Fit(network, outcome.steps, f"{outcome.right:.4f} of labels")


def plain_ladder() -> tuple[Rung, ...]:
    """Architectures by hidden size, shallow before deep; then a few of them for longer."""
    quick = (
        *((h, (), ()) for h in (1, 2, 3)),
        *((1, (16,), g) for g in ((), (16,))),
        (2, (16,), (16,)),
        *((h, (), ()) for h in (4, 6, 8)),
        (3, (24,), (24,)),
        (4, (32,), (32,)),
    )
    long = ((1, (24,), (24,)), (2, (32,), (32,)), (4, (40,), (40,)))
    return (
        *(PlainAdam(h, f, g, _QUICK) for h, f, g in quick),
        *(PlainAdam(h, f, g, _LONG) for h, f, g in long),
    )
