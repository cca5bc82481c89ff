"""Further training of a given network on sequences that include its errors.

Few tasks need it: a rare sequence on which a network that seemed exact is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mips_verify.data import Dataset
from mips_verify.network.network import Layers, Network, layers_of
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.rung import Fit

RATE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Resume:
    """Train all weights of ``start``; half of each batch are sequences with a wrong output."""

    start: Network

    @property
    def name(self) -> str:
        """The method, as named in reports."""
        return "training on"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Take up to :data:`budgets.RESUME_STEPS` Adam steps; stop once no sequence is wrong."""
        del progress
        start = self.start
        generator = torch.Generator().manual_seed(seed)
        f, g = (_tensors(layers) for layers in (start.f, start.g))
        optimiser = torch.optim.Adam([t for layer in (*f, *g) for t in layer], lr=RATE)
        x, y = torch.from_numpy(data.x).double(), torch.from_numpy(data.y).double()
        for step in range(budgets.RESUME_STEPS):
            if step % budgets.RESUME_LOOK == 0:
                network = _network(start, f, g)
                wrong = _wrong(network, data)
                if not len(wrong):
                    return Fit(network, step, "right on all it learned from")
            rows = torch.randint(len(data), (budgets.RESUME_BATCH,), generator=generator)
            pick = torch.randint(len(wrong), (budgets.RESUME_BATCH // 2,), generator=generator)
            rows[: budgets.RESUME_BATCH // 2] = wrong[pick]
            optimiser.zero_grad()
            error = _run(f, g, torch.from_numpy(start.h0), x[rows]) - y[rows]
            torch.log1p(error**2).mean().backward()
            optimiser.step()
        return Fit(_network(start, f, g), budgets.RESUME_STEPS, "out of steps")


Tensors = list[tuple[Tensor, Tensor]]


def _tensors(layers: Layers) -> Tensors:
    return [
        (torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True))
        for w, b in layers
    ]


def _run(f: Tensors, g: Tensors, h0: Tensor, x: Tensor) -> Tensor:
    """Outputs before rounding, ``(n, length, outputs)``."""
    h, states = h0.expand(len(x), -1), []
    for t in range(x.shape[1]):
        h = _mlp(f, torch.cat([h, x[:, t]], dim=1))
        states.append(h)
    return _mlp(g, torch.stack(states, dim=1))


def _mlp(layers: Tensors, z: Tensor) -> Tensor:
    for i, (weight, bias) in enumerate(layers):
        z = (torch.relu(z) if i else z) @ weight.T + bias
    return z


def _network(like: Network, f: Tensors, g: Tensors) -> Network:
    new_f, new_g = (
        layers_of([(w.detach().numpy(), b.detach().numpy()) for w, b in part]) for part in (f, g)
    )
    return Network(new_f, new_g, like.h0, like.channels)


def _wrong(network: Network, data: Dataset) -> Tensor:
    """Indices of the sequences with a wrong output."""
    with np.errstate(over="ignore", invalid="ignore"):
        _, y = network.run(data.x)
    return torch.from_numpy(np.flatnonzero((y != data.y).any(axis=(1, 2))))
