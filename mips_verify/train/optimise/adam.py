"""Adam on all members of an ensemble at once, with a length curriculum and hard examples.

Kingma and Ba, arXiv 1412.6980. Members differ in initial weights and learning rate; the best are
kept after each stage. In the last stage part of each batch is drawn from sequences on which some
member has its largest errors (online hard example mining, Shrivastava et al., arXiv 1604.03540),
because the last errors are on sequences that are rare in a uniform batch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from mips_verify.train import training_budgets as budgets
from mips_verify.train.optimise.batches import Batch, Source
from mips_verify.train.optimise.ensemble import Architecture, forward
from mips_verify.train.optimise.training_curve import note

_MARGIN = 0.45  # a member is done if all its errors are smaller


@dataclass(frozen=True, slots=True)
class Stage:
    """At most ``steps`` steps on prefixes of ``length``; the best ``keep`` members are kept."""

    length: int
    steps: int
    keep: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How an ensemble is trained.

    Attributes:
        stages: the curriculum; the last stage trains on whole sequences.
        members: size of the ensemble.
        batch: sequences in a minibatch.
        log: whether ``log(1 + e^2)`` is minimised instead of squares.
        rates: smallest and largest learning rate, drawn log-uniformly.
        hard: share of a batch of the last stage that is taken from hard sequences.
        gate: a run ends if no member gets this share of labels right after the second-to-last
            stage or halfway through the last; to fail on prefixes is to fail on whole sequences.
    """

    stages: tuple[Stage, ...]
    members: int = 64
    batch: int = 64
    log: bool = False
    rates: tuple[float, float] = (3e-3, 3e-2)
    hard: float = 0.0
    gate: float = 0.0

    def for_length(self, length: int) -> Plan:
        """The same plan with its last stage at ``length`` and all earlier stages shorter."""
        *early, last = self.stages
        stages = (*(s for s in early if s.length < length), replace(last, length=length))
        return replace(self, stages=stages)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The best member ``(1, parameters)``, its share of correct labels, and the steps taken."""

    theta: Tensor
    right: float
    steps: int


@dataclass(slots=True)
class _Moments:
    """Adam's running averages and each member's learning rate."""

    mean: Tensor
    square: Tensor
    rate: Tensor

    def keep(self, index: Tensor) -> _Moments:
        return _Moments(self.mean[index], self.square[index], self.rate[index])


def train_ensemble(
    shape: Architecture, source: Source, theta: Tensor, plan: Plan, generator: torch.Generator
) -> Outcome:
    """Run the plan; stop at the first member that is right on all of the data."""
    plan = plan.for_length(source.length)
    low, high = plan.rates
    spread = torch.rand(len(theta), 1, generator=generator, dtype=torch.float64)
    rate = (low * torch.exp(spread * math.log(high / low))).to(theta.dtype)
    moments = _Moments(torch.zeros_like(theta), torch.zeros_like(theta), rate)
    taken = 0
    for stage in plan.stages:
        run = _Run(shape, source, plan, stage, generator)
        theta, right, steps, done = run.go(theta, moments)
        taken += steps
        if done:
            return Outcome(theta, 1.0, taken)
        if stage in plan.stages[-2:-1] and float(right.max()) < plan.gate:
            break
        if stage is not plan.stages[-1]:
            index = right.topk(min(stage.keep, len(right))).indices
            theta, moments = theta[index].contiguous(), moments.keep(index)
    pool = source.draw(2 * budgets.ADAM_POOL, source.length, generator)
    right, _ = look(shape, source, theta, pool)
    best = int(right.argmax())
    return Outcome(theta[best : best + 1], float(right[best]), taken)


@torch.no_grad()
def look(shape: Architecture, source: Source, theta: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    """Each member's share of correct labels, and its error on each sequence ``(members, n)``."""
    y = forward(shape, theta, batch.u) * source.spread + source.mean
    error = torch.nan_to_num((y - batch.y).abs(), nan=1e9)
    return (error < 0.5).double().flatten(1).mean(dim=1), error.amax(dim=(1, 3))


class _Run:
    """One stage of one ensemble."""

    def __init__(
        self,
        shape: Architecture,
        source: Source,
        plan: Plan,
        stage: Stage,
        generator: torch.Generator,
    ) -> None:
        self.shape, self.source, self.plan, self.stage = shape, source, plan, stage
        self.generator = generator
        self.last = stage is plan.stages[-1]
        self.hard: Tensor | None = None  # row numbers of hard sequences, newest first

    def go(self, theta: Tensor, moments: _Moments) -> tuple[Tensor, Tensor, int, bool]:
        """Parameters, shares of correct labels, steps taken, and whether one member is done."""
        moments.mean.zero_()
        moments.square.zero_()
        stage, k = self.stage, 0
        while True:
            k += 1
            if self.plan.hard and self.last and k % budgets.ADAM_MINE == 1:
                self._mine(theta)
            theta, loss = self._step(theta, moments, k)
            if k % budgets.ADAM_CHECK and k < stage.steps:
                continue
            batch = self.source.draw(512, stage.length, self.generator)
            right, error = look(self.shape, self.source, theta, batch)
            note(float(error.amax(dim=1).min()))
            if self.last:
                i = int(error.amax(dim=1).argmin())
                if float(error[i].max()) < _MARGIN and self._done(theta[i : i + 1]):
                    return theta[i : i + 1], right[i : i + 1], k, True
                if k >= stage.steps // 2 and float(right.max()) < self.plan.gate:
                    break
            elif self._enough(right, k):
                break
            if k >= stage.steps:
                break
        return theta, right - 1e-3 * torch.nan_to_num(loss, nan=1e9).clamp_max(100), k, False

    def _enough(self, right: Tensor, k: int) -> bool:
        learned = int((right >= budgets.ADAM_LEARNED).sum())
        return learned >= self.stage.keep or (learned > 0 and k > self.stage.steps // 2)

    def _done(self, theta: Tensor) -> bool:
        """Whether the member is right, with a margin, on all sequences."""
        return all(
            float(look(self.shape, self.source, theta, part)[1].max()) < _MARGIN
            for part in self.source.parts(8192)
        )

    def _mine(self, theta: Tensor) -> None:
        rows = self.source.some_rows(budgets.ADAM_POOL, self.generator)
        _, error = look(self.shape, self.source, theta, self.source.rows(rows, self.stage.length))
        count = min(budgets.ADAM_WORST, error.shape[1])
        worst = error.topk(count, dim=1).indices.flatten().unique()
        known = [] if self.hard is None else [self.hard]
        self.hard = torch.cat([rows[worst[: budgets.ADAM_ADDED]], *known])[: budgets.ADAM_KEPT]

    def _batch(self) -> Batch:
        size = self.plan.batch
        rows = self.source.some_rows(size, self.generator, replace=True)
        if self.hard is not None:
            share = int(size * self.plan.hard)
            pick = torch.randint(0, len(self.hard), (share,), generator=self.generator)
            rows = torch.cat([rows[: size - share], self.hard[pick]])
        return self.source.rows(rows, self.stage.length)

    def _step(self, theta: Tensor, moments: _Moments, k: int) -> tuple[Tensor, Tensor]:
        """One Adam step with a clipped gradient, a warm-up and a cosine schedule."""
        batch = self._batch()
        theta = theta.detach().requires_grad_()
        error = forward(self.shape, theta, batch.u) * self.source.spread + self.source.mean
        square = (error - batch.y) ** 2
        loss = (torch.log1p(square) if self.plan.log else square).flatten(1).mean(dim=1) / 2
        (gradient,) = torch.autograd.grad(loss.sum(), theta)
        with torch.no_grad():
            norm = gradient.norm(dim=1, keepdim=True).clamp_min(1.0)
            gradient = torch.nan_to_num(gradient / norm)
            moments.mean.mul_(0.9).add_(gradient, alpha=0.1)
            moments.square.mul_(0.99).addcmul_(gradient, gradient, value=0.01)
            cosine = 0.5 * (1 + math.cos(math.pi * k / self.stage.steps))
            scale = min(1.0, k / 30) * (0.97 * cosine + 0.03)
            mean = moments.mean / (1 - 0.9**k)
            root = (moments.square / (1 - 0.99**k)).sqrt() + 1e-8
            new = theta.detach() - moments.rate * scale * mean / root
        return new, loss.detach()
