"""The rungs that train a whole ensemble of recurrent networks, by either optimiser."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Layers, Network
from mips_verify.progress import Say
from mips_verify.train.optimise import adam
from mips_verify.train.optimise import levenberg_marquardt as lm
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import Architecture, Parts, plain_layers, unpack
from mips_verify.train.optimise.initial_weights import Start, draw
from mips_verify.train.optimise.scaling import Scaling
from mips_verify.train.rung import Fit
from mips_verify.train.rungs.subspace import one_hot_width, table_layers

_POLISHED = 200  # parameters; above that a Levenberg-Marquardt step costs more than it gives
_LETTERS = 24  # one-hot columns at most


@dataclass(frozen=True, slots=True)
class PlainLM:
    """Batched Levenberg-Marquardt without teacher forcing, log loss."""

    hidden: int
    f: tuple[int, ...]
    g: tuple[int, ...] = ()
    members: int = 24
    start: Start = field(default_factory=lambda: Start(axis=0.4))

    @property
    def name(self) -> str:
        """Engine and sizes."""
        return f"LM {sizes(self.hidden, self.f, self.g)}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Curriculum 1, 2, 3, 5, full length; the winner is polished on squares."""
        del progress
        generator = torch.Generator().manual_seed(seed)
        source = Source.of(data)
        shape = _skipping(source, self.hidden, self.f, self.g)
        spread = float(source.spread.max())
        unit = 1.0 if spread < 3 else 0.3 * spread
        problem = lm.Problem(shape, source, log=True, unit=unit)
        theta = draw(shape, self.members, self.start, generator)
        result = lm.climb(problem, theta, self._stages(data.length), generator)
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


@dataclass(frozen=True, slots=True)
class AdamEnsemble:
    """An ensemble with linear skip paths, trained by Adam along a length curriculum."""

    hidden: int
    f: tuple[int, ...]
    g: tuple[int, ...]
    plan: adam.Plan
    start: Start = field(default_factory=Start)

    @property
    def name(self) -> str:
        """Engine and sizes."""
        return f"Adam {sizes(self.hidden, self.f, self.g)}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Train; a small winner is polished by Levenberg-Marquardt."""
        del progress
        generator = torch.Generator().manual_seed(seed)
        source = Source.of(data, dtype=torch.float32)
        shape = _skipping(source, self.hidden, self.f, self.g)
        outcome = _train(shape, source, self.plan, self.start, generator)
        theta, steps = outcome.theta.double(), outcome.steps
        if outcome.right == 1.0 and shape.parameters <= _POLISHED:
            problem = lm.Problem(shape, Source.of(data))
            theta, _, spent = lm.polish(problem, theta, generator, iterations=24)
            steps += spent
        return Fit(export(shape, theta, data), steps, f"{outcome.right:.4f} of labels")


@dataclass(frozen=True, slots=True)
class LinearState:
    """A state that is linear in one-hot inputs and a deep read-out, trained by Adam."""

    hidden: int
    g: tuple[int, ...]
    plan: adam.Plan
    start: Start = field(default_factory=lambda: Start(identity=1.0))

    @property
    def name(self) -> str:
        """Engine and sizes."""
        return f"one-hot linear state {sizes(self.hidden, (), self.g)}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Train; the table of each channel becomes a piecewise linear layer of f."""
        del progress
        if one_hot_width(data.domain) > _LETTERS:
            return Fit(None, 0, f"more than {_LETTERS} letters")
        generator = torch.Generator().manual_seed(seed)
        source = Source.of(data, one_hot=True, dtype=torch.float32)
        shape = Architecture(
            source.inputs, self.hidden, source.outputs, g=self.g, skip_g=bool(self.g)
        )
        outcome = _train(shape, source, self.plan, self.start, generator)
        network = export_one_hot(shape, outcome.theta.double(), data)
        return Fit(network, outcome.steps, f"{outcome.right:.4f} of labels")


def sizes(hidden: int, f: tuple[int, ...], g: tuple[int, ...]) -> str:
    """Hidden size and layer widths for a report."""
    f_text, g_text = ("-".join(map(str, widths)) or "linear" for widths in (f, g))
    return f"h={hidden} f={f_text} g={g_text}"


def export(shape: Architecture, theta: Tensor, data: Dataset) -> Network:
    """The only member as a plain network on raw inputs and outputs."""
    scaling, parts = Scaling.of(data), unpack(shape, theta)
    f = scaling.fold_inputs(plain_layers(parts.f, parts.skip_f), shape.hidden)
    return Network(f, _outputs(scaling, parts), np.zeros(shape.hidden), data.domain.channels)


def export_one_hot(shape: Architecture, theta: Tensor, data: Dataset) -> Network:
    """The only member, whose f has no hidden layer and reads one-hot inputs."""
    domain: Domain = data.domain
    parts = unpack(shape, theta)
    ((weight, bias),) = plain_layers(parts.f, None)
    n = shape.hidden
    f = table_layers(weight[:, :n], weight[:, n:], bias, domain)
    return Network(f, _outputs(Scaling.of(data), parts), np.zeros(n), domain.channels)


def _outputs(scaling: Scaling, parts: Parts) -> Layers:
    return scaling.fold_outputs(plain_layers(parts.g, parts.skip_g))


def _skipping(source: Source, hidden: int, f: tuple[int, ...], g: tuple[int, ...]) -> Architecture:
    return Architecture(
        source.inputs, hidden, source.outputs, f=f, g=g, skip_f=bool(f), skip_g=bool(g)
    )


def _train(
    shape: Architecture,
    source: Source,
    plan: adam.Plan,
    start: Start,
    generator: torch.Generator,
) -> adam.Outcome:
    theta = draw(shape, plan.members, start, generator).to(source.dtype)
    return adam.train_ensemble(shape, source, theta, plan, generator)
