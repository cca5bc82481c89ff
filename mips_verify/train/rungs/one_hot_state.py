"""A state that is linear in one-hot inputs, with a read-out that Adam learns."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from mips_verify.data import Dataset
from mips_verify.network.network import Network
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.letter_layers import one_hot_width, table_layers
from mips_verify.train.optimise.adam import Plan, train_ensemble
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import Architecture, plain_layers, sizes, unpack
from mips_verify.train.optimise.initial_weights import InitialWeights, draw
from mips_verify.train.optimise.scaling import Scaling
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class OneHotLinearState:
    """A network with a state linear in one-hot inputs and a deep read-out, trained by Adam."""

    hidden: int
    g: tuple[int, ...]
    plan: Plan
    initial: InitialWeights = field(default_factory=lambda: InitialWeights(identity=1.0))

    @property
    def name(self) -> str:
        """Method and sizes."""
        return f"one-hot linear state {sizes(self.hidden, (), self.g)}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Train; the table of each channel becomes a piecewise linear layer of f."""
        del progress
        if one_hot_width(data.domain) > budgets.ONE_HOT_STATE_COLUMNS:
            return Fit(None, 0, f"more than {budgets.ONE_HOT_STATE_COLUMNS} letters")
        generator = torch.Generator().manual_seed(seed)
        source = Source.of(data, one_hot=True, dtype=torch.float32)
        shape = Architecture(
            source.inputs, self.hidden, source.outputs, g=self.g, skip_g=bool(self.g)
        )
        theta = draw(shape, self.plan.members, self.initial, generator).to(source.dtype)
        outcome = train_ensemble(shape, source, theta, self.plan, generator)
        network = export_one_hot(shape, outcome.theta.double(), data)
        return Fit(network, outcome.steps, f"{outcome.right:.4f} of labels")


def export_one_hot(shape: Architecture, theta: Tensor, data: Dataset) -> Network:
    """The plain network of the only member, whose linear f reads one-hot inputs."""
    domain = data.domain
    parts = unpack(shape, theta)
    ((weight, bias),) = plain_layers(parts.f, None)
    n = shape.hidden
    f = table_layers(weight[:, :n], weight[:, n:], bias, domain)
    g = Scaling.of(data).fold_outputs(plain_layers(parts.g, parts.skip_g))
    return Network(f, g, np.zeros(n), domain.channels)
