"""Levenberg-Marquardt on recurrent networks, without teacher forcing."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch

from mips_verify.data import Dataset
from mips_verify.progress import Say
from mips_verify.train.optimise import levenberg_marquardt as lm
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import export, sizes, with_skips
from mips_verify.train.optimise.initial_weights import InitialWeights, draw
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class PlainLM:
    """Batched Levenberg-Marquardt on the log loss, without teacher forcing."""

    hidden: int
    f: tuple[int, ...]
    g: tuple[int, ...] = ()
    members: int = 24
    initial: InitialWeights = field(default_factory=lambda: InitialWeights(axis=0.4))

    @property
    def name(self) -> str:
        """Method and sizes."""
        return f"LM {sizes(self.hidden, self.f, self.g)}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Train on lengths 1, 2, 3, 5 and full length; the best network is polished on squares."""
        del progress
        generator = torch.Generator().manual_seed(seed)
        source = Source.of(data)
        shape = with_skips(source.inputs, self.hidden, source.outputs, self.f, self.g)
        spread = float(source.spread.max())
        unit = 1.0 if spread < 3 else 0.3 * spread
        problem = lm.Problem(shape, source, log=True, unit=unit)
        theta = draw(shape, self.members, self.initial, generator)
        result = lm.train_curriculum(problem, theta, self._stages(data.length), generator)
        best, right = result.theta[result.best][None], float(result.right[result.best])
        steps = result.iterations
        if right == 1.0:
            best, _, spent = lm.polish(problem, best, generator)
            steps += spent
        return Fit(export(shape, best, data), steps, f"{right:.4f} of labels")

    def _stages(self, length: int) -> tuple[lm.Stage, ...]:
        e = self.members
        early = ((1, 12, e), (2, 50, e // 2), (3, 20, e // 3), (5, 20, max(4, e // 6)))
        stages = [lm.Stage(n, i, keep) for n, i, keep in early if n < length]
        return (*stages, lm.Stage(length, 40, 1))
