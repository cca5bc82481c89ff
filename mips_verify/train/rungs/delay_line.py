"""A delay line with a learned read-out, for labels that depend only on the last few inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from mips_verify.algebra.arrays import Ints
from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Layers, Network
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.optimise import levenberg_marquardt as lm
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import Architecture, export
from mips_verify.train.optimise.initial_weights import InitialWeights, draw
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class DelayLine:
    """A network whose state is the last ``steps`` inputs, 0 before the start.

    Attributes:
        steps: inputs stored, including the current one.
        width: units in each of the two hidden layers of the read-out.
    """

    steps: int
    width: int = 4

    @property
    def name(self) -> str:
        """Method and sizes."""
        return f"window of {self.steps} g={self.width}-{self.width}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Train by Levenberg-Marquardt, with each window as a sequence of length 1."""
        del progress
        if data.length < self.steps:
            return Fit(None, 0, "sequences shorter than the window")
        generator = torch.Generator().manual_seed(seed)
        single = _windows(data, self.steps)
        source = Source.of(single)
        middle = self.width // 2
        shape = Architecture(
            source.inputs, middle, source.outputs,
            f=(self.width,), g=(self.width,), skip_f=True, skip_g=True,
        )  # fmt: skip
        problem = lm.Problem(
            shape, source, log=True, unit=max(1.0, 0.1 * float(source.spread.max()))
        )
        theta = draw(shape, budgets.DELAY_MEMBERS, InitialWeights(axis=0.4), generator)
        theta, steps = lm.minimise(
            problem, theta, 1, budgets.DELAY_FIRST, generator, batch_size=budgets.DELAY_BATCH
        )
        right, _ = lm.judge(problem, theta, source.draw(4096, 1, generator))
        if float(right.max()) < budgets.DELAY_HOPELESS:
            return Fit(None, steps, f"{float(right.max()):.4f} of labels")
        theta = theta[right.topk(budgets.DELAY_MEMBERS // 4).indices]
        theta, more = lm.minimise(
            problem, theta, 1, budgets.DELAY_SECOND, generator, batch_size=budgets.DELAY_BATCH
        )
        right, worst = lm.judge(problem, theta, source.draw(4096, 1, generator))
        best = lm.Result(theta, right, worst, steps).best
        once = export(shape, theta[best : best + 1], single)
        note = f"{float(right[best]):.4f} of labels"
        return Fit(_with_delay_line(once, data.domain, self.steps), steps + more, note)


def _windows(data: Dataset, steps: int) -> Dataset:
    """Labels of some of the sequences, each with the inputs it may depend on, newest first."""
    rows = slice(0, None, max(1, len(data) // budgets.DELAY_SEQUENCES))
    x, y = data.x[rows], data.y[rows]
    parts: list[Ints] = []
    for back in range(steps):
        pad = np.zeros_like(x[:, :back])
        parts.append(np.concatenate([pad, x[:, : x.shape[1] - back]], axis=1))
    windows = np.concatenate(parts, axis=2)
    d = data.domain
    domain = Domain(
        tuple(f"{name}{back}" for back in range(steps) for name in d.names),
        d.lows + tuple(min(0, low) for low in d.lows) * (steps - 1),
        d.highs + tuple(max(0, high) for high in d.highs) * (steps - 1),
    )
    width = windows.shape[2]
    return Dataset(domain, windows.reshape(-1, 1, width), y.reshape(-1, 1, y.shape[2]))


def _with_delay_line(once: Network, domain: Domain, steps: int) -> Network:
    """A delay line whose read-out is one step of ``once``, which reads a window of inputs."""
    c = domain.channels
    n = c * steps
    shift = np.zeros((n, n + c))
    shift[c:, : n - c] = np.eye(n - c)
    shift[:c, n:] = np.eye(c)
    first, bias = once.f[0]
    reads = (first[:, once.hidden :], bias)  # the state before the only step is 0
    *inner, (last, last_bias) = (reads, *once.f[1:])
    weight, bias = once.g[0]
    joined = (weight @ last, weight @ last_bias + bias)
    g: Layers = (*inner, joined, *once.g[1:])
    return Network(((shift, np.zeros(n)),), g, np.zeros(n), c)
