"""Adam on an ensemble of recurrent networks, along a curriculum of lengths."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch

from mips_verify.data import Dataset
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.optimise import levenberg_marquardt as lm
from mips_verify.train.optimise.adam import Plan, train_ensemble
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import export, sizes, with_skips
from mips_verify.train.optimise.initial_weights import InitialWeights, draw
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class AdamEnsemble:
    """An ensemble with linear skip paths, trained by Adam along a length curriculum."""

    hidden: int
    f: tuple[int, ...]
    g: tuple[int, ...]
    plan: Plan
    initial: InitialWeights = field(default_factory=InitialWeights)

    @property
    def name(self) -> str:
        """Method and sizes."""
        return f"Adam {sizes(self.hidden, self.f, self.g)}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Train; the best network, if it is small and right, is polished by Levenberg-Marquardt."""
        del progress
        generator = torch.Generator().manual_seed(seed)
        source = Source.of(data, dtype=torch.float32)
        shape = with_skips(source.inputs, self.hidden, source.outputs, self.f, self.g)
        theta = draw(shape, self.plan.members, self.initial, generator).to(source.dtype)
        outcome = train_ensemble(shape, source, theta, self.plan, generator)
        theta, steps = outcome.theta.double(), outcome.steps
        if outcome.right == 1.0 and shape.parameters <= budgets.POLISHED_PARAMETERS:
            problem = lm.Problem(shape, Source.of(data))
            theta, _, spent = lm.polish(problem, theta, generator, iterations=24)
            steps += spent
        return Fit(export(shape, theta, data), steps, f"{outcome.right:.4f} of labels")
