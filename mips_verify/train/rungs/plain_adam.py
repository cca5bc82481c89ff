"""The paper's way: ordinary recurrent networks trained by Adam.

Michaud et al., arXiv 2402.05110, section 3: the ladder tries one architecture after the other,
smallest hidden size first, and stops at the first network that is right. There are no skip paths,
no teacher forcing, no one-hot inputs and no rounding. Several random starts are trained at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from mips_verify.data import Dataset
from mips_verify.progress import Say
from mips_verify.train.optimise.adam import Plan, train_ensemble
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import Architecture, export, sizes
from mips_verify.train.optimise.initial_weights import InitialWeights, draw
from mips_verify.train.rung import Fit

_INITIAL = InitialWeights(identity=0.5, axis=0.0)


@dataclass(frozen=True, slots=True)
class PlainAdam:
    """One architecture, trained from several random starts."""

    hidden: int
    f: tuple[int, ...]
    g: tuple[int, ...]
    plan: Plan

    @property
    def name(self) -> str:
        """Method and sizes."""
        return f"plain Adam {sizes(self.hidden, self.f, self.g)}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Train all starts and export the best network unchanged."""
        del progress
        generator = torch.Generator().manual_seed(seed)
        source = Source.of(data, dtype=torch.float32)
        shape = Architecture(source.inputs, self.hidden, source.outputs, f=self.f, g=self.g)
        theta = draw(shape, self.plan.members, _INITIAL, generator).to(source.dtype)
        outcome = train_ensemble(shape, source, theta, self.plan, generator)
        network = export(shape, outcome.theta.double(), data)
        return Fit(network, outcome.steps, f"{outcome.right:.4f} of labels")
