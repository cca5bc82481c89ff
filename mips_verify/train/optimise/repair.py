"""Repair of a network that is wrong on a few sequences, by Levenberg-Marquardt on all weights."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from mips_verify.data import Dataset
from mips_verify.network.network import Layers, Network
from mips_verify.train import training_budgets as budgets
from mips_verify.train.optimise import levenberg_marquardt as lm
from mips_verify.train.optimise.adam import look
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import Architecture, Parts, Weights, export, pack
from mips_verify.train.optimise.scaling import Scaling

_MARGIN = 0.3


def repair(network: Network, data: Dataset, seed: int) -> tuple[Network, int]:
    """Levenberg-Marquardt on all weights, on the worst and on random sequences.

    Returns:
        the network with the fewest wrong sequences of those tried, and the iterations used; a
        network too large for the method is returned unchanged.
    """
    shape = architecture(network)
    if shape.parameters > budgets.REPAIR_PARAMETERS:
        return network, 0
    generator = torch.Generator().manual_seed(seed)
    theta, steps = mend(shape, Source.of(data), parameters(network, Scaling.of(data)), generator)
    return export(shape, theta, data), steps


def architecture(network: Network) -> Architecture:
    """The sizes of a network, as an ensemble without skips."""
    f = tuple(len(bias) for _, bias in network.f[:-1])
    g = tuple(len(bias) for _, bias in network.g[:-1])
    return Architecture(network.channels, network.hidden, network.outputs, f=f, g=g)


def parameters(network: Network, scaling: Scaling) -> Tensor:
    """The network on scaled inputs and outputs, with its state moved so that it starts at 0.

    Returns:
        float64 ``(1, parameters)`` of :func:`architecture`.
    """
    n = network.hidden
    f, g = _from_zero(network)
    weight, bias = f[0]
    inner = weight[:, n:]
    first = (np.hstack([weight[:, :n], inner * scaling.x_half]), bias + inner @ scaling.x_middle)
    f = (first, *f[1:])
    weight, bias = g[-1]
    spread = scaling.y_spread
    g = (*g[:-1], (weight / spread[:, None], (bias - scaling.y_mean) / spread))
    return pack(Parts(_weights(f), _weights(g), None, None))


def _from_zero(network: Network) -> tuple[Layers, Layers]:
    """f and g of the state ``h - h0``."""
    n = network.hidden
    weight, bias = network.f[0]
    f = ((weight, bias + weight[:, :n] @ network.h0), *network.f[1:])
    weight, bias = f[-1]
    f = (*f[:-1], (weight, bias - network.h0))
    weight, bias = network.g[0]
    return f, ((weight, bias + weight @ network.h0), *network.g[1:])


def _weights(layers: Layers) -> Weights:
    return [
        (torch.from_numpy(w.T.copy())[None], torch.from_numpy(b.copy())[None, None])
        for w, b in layers
    ]


@torch.no_grad()
def mend(
    shape: Architecture, source: Source, theta: Tensor, generator: torch.Generator
) -> tuple[Tensor, int]:
    """The parameters with the fewest wrong sequences of those tried, and the iterations used.

    Each round looks for the worst sequences and takes a few steps on them and on random ones.
    """
    problem = lm.Problem(shape, source)
    best, fewest, steps = theta, len(source.x) + 1, 0
    for _ in range(budgets.REPAIR_ROUNDS):
        error = _errors(shape, source, theta)
        wrong = int((error >= 0.5).sum())
        if wrong < fewest:
            best, fewest = theta, wrong
        if float(error.max()) < _MARGIN:
            break
        worst = error.topk(min(budgets.REPAIR_BATCH, len(error))).indices
        others = torch.randint(0, len(error), (budgets.REPAIR_BATCH,), generator=generator)
        batch = source.rows(torch.cat([worst, others]), source.length)
        theta, used = lm.minimise_on(problem, theta, batch, budgets.REPAIR_ITERATIONS)
        steps += used
    return best, steps


def _errors(shape: Architecture, source: Source, theta: Tensor) -> Tensor:
    """The worst error on every sequence."""
    return torch.cat([look(shape, source, theta, part)[1][0] for part in source.parts(8192)])
