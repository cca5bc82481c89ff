"""New read-outs, learned from many random starts while the units stay fixed.

Given the states, a read-out has few parameters, and hundreds of starts cost less than one step of
the whole network. Training most often gets stuck because of a wrong kink in the read-out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mips_verify.train import training_budgets as budgets
from mips_verify.train.optimise import levenberg_marquardt as lm
from mips_verify.train.saturating.initial_units import read_start
from mips_verify.train.saturating.loss import SaturatingProblem
from mips_verify.train.saturating.units import Layout, states


@dataclass(frozen=True, slots=True, eq=False)
class _Frozen:
    """Fixed states ``(n, hidden)`` and the labels ``(n,)`` of one output."""

    h: Tensor
    y: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class _ReadLoss:
    """The loss of read-outs ``theta (members, read_size)`` of one output."""

    two_valued: bool
    unit: float
    decay: lm.Decay | None = None

    def residuals(self, theta: Tensor, batch: _Frozen) -> Tensor:
        """Residuals ``(members, n)``."""
        y, _, _ = _read(theta, batch.h)
        return self._compare(y, batch.y)

    def with_jacobian(self, theta: Tensor, batch: _Frozen) -> tuple[Tensor, Tensor]:
        """Residuals and derivatives ``(members, n, read_size)``."""
        y, z, gain = _read(theta, batch.h)
        r, h = self._compare(y, batch.y), batch.h.expand(len(theta), -1, -1)
        j = torch.cat([h, torch.ones_like(z)[..., None], z.clamp_min(0.0)[..., None],
                       gain[..., None] * h, gain[..., None]], dim=2)  # fmt: skip
        return r, j.masked_fill_(((r == 0) & self.two_valued)[..., None], 0.0)

    def cost(self, r: Tensor) -> Tensor:
        """Mean log loss of each member."""
        return torch.nan_to_num(torch.log1p((r / self.unit) ** 2).mean(dim=1) / 2, nan=torch.inf)

    def weights(self, r: Tensor) -> Tensor:
        """Weights of iteratively reweighted least squares."""
        return 1 / (self.unit**2 + r**2)

    def _compare(self, y: Tensor, labels: Tensor) -> Tensor:
        if not self.two_valued:
            return y - labels
        return torch.where(labels > 0.5, (y - 1).clamp_max(0.0), y.clamp_min(0.0))


def _read(theta: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Values, inputs of the ReLU, and its gain (0 if inactive); ``(members, n)`` each."""
    n = h.shape[1]
    p, p0, q, u, u0 = torch.split(theta, [n, 1, 1, n, 1], dim=1)
    z = u @ h.T + u0
    return p @ h.T + p0 + q * z.clamp_min(0.0), z, q * (z > 0)


@torch.no_grad()
def reread(
    problem: SaturatingProblem,
    theta: Tensor,
    output: int,
    generator: torch.Generator,
    rng: np.random.Generator,
) -> tuple[Tensor, float, int]:
    """The only member's best read-out for one output, its share of correct labels, iterations."""
    source, layout = problem.source, problem.layout
    batch = source.draw(budgets.READOUT_SEQUENCES, source.length, generator)
    h = states(layout, theta, batch.x)[0].flatten(0, 1)
    some = torch.randperm(len(h), generator=generator)[: budgets.READOUT_LABELS]
    frozen = _Frozen(h[some], batch.y[..., output].flatten()[some])
    two = source.values[output] is not None
    loss = _ReadLoss(two, float(problem.unit[output]))
    reads = torch.from_numpy(
        np.array([_start(layout, two, rng) for _ in range(budgets.READOUT_STARTS)])
    )
    reads, first = lm.minimise_on(loss, reads, frozen, budgets.READOUT_FIRST)
    cost = loss.cost(loss.residuals(reads, frozen))
    reads = reads[cost.topk(budgets.READOUT_STARTS // 5, largest=False).indices]
    reads, second = lm.minimise_on(loss, reads, frozen, budgets.READOUT_SECOND)
    right, _ = lm.judge(loss, reads, frozen)
    best = int(right.argmax())
    return reads[best], float(right[best]), first + second


def _start(layout: Layout, two_valued: bool, rng: np.random.Generator) -> np.ndarray:
    """A simple read-out with random signs, or an entirely random one."""
    n = layout.hidden
    if rng.random() < 0.3:
        return rng.standard_normal(layout.read_size)
    signs = rng.choice([-1.0, 1.0], n)
    out = read_start(n, two_valued, rng)
    out[:n] *= signs
    out[n + 2 : 2 * n + 2] *= signs
    return out
