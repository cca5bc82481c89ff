"""Levenberg-Marquardt on all members of an ensemble at once (Marquardt, 1963), in float64.

Each member has its own damping. The log loss is minimised by iteratively reweighted least squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch
from torch import Tensor

from mips_verify.train import training_budgets as budgets
from mips_verify.train.optimise.batches import Batch, Source
from mips_verify.train.optimise.ensemble import Architecture, forward
from mips_verify.train.optimise.jacobian import jacobian
from mips_verify.train.optimise.training_curve import note

_LEARNED = 0.4  # a member whose worst error is below this has learned the batch


B = TypeVar("B")
B_co = TypeVar("B_co", covariant=True)
B_contra = TypeVar("B_contra", contravariant=True)


class Sampler(Protocol[B_co]):
    """A source of batches."""

    @property
    def length(self) -> int:
        """Steps in a whole sequence."""

    @property
    def outputs(self) -> int:
        """Labels per step."""

    def draw(self, count: int, length: int, generator: torch.Generator) -> B_co:
        """``count`` random sequences, the first ``length`` steps of each."""


@dataclass(frozen=True, slots=True, eq=False)
class Decay:
    """A penalty ``strength / 2 * (theta - centre)^2``; both have shape ``(parameters,)``."""

    strength: Tensor
    centre: Tensor

    def cost(self, theta: Tensor) -> Tensor:
        """The penalty of each member."""
        return ((theta - self.centre) ** 2 @ self.strength) / 2


class Loss(Protocol[B_contra]):
    """A loss of residuals, in units of the labels."""

    def residuals(self, theta: Tensor, batch: B_contra) -> Tensor:
        """Residuals ``(members, n)``; below 0.5 in size if the rounded output is the label."""

    def with_jacobian(self, theta: Tensor, batch: B_contra) -> tuple[Tensor, Tensor]:
        """Residuals ``(members, n)`` and their derivatives ``(members, n, parameters)``."""

    def cost(self, r: Tensor) -> Tensor:
        """Mean loss of each member; infinite if a residual is not a number."""

    def weights(self, r: Tensor) -> Tensor | None:
        """Weights with which a least squares step descends the loss; None if all are equal."""

    @property
    def decay(self) -> Decay | None:
        """A penalty on the parameters, if any."""


class Objective(Loss[B], Protocol[B]):
    """A loss together with the source of its batches."""

    @property
    def source(self) -> Sampler[B]:
        """The source of the batches."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Residuals of an ensemble on a source, in units of the labels.

    Attributes:
        shape: sizes of the members.
        source: the labelled sequences, float64.
        log: whether ``log(1 + (r / unit)^2)`` is minimised instead of squares.
        unit: the residual at which the log loss flattens.
        decay: a penalty on the parameters.
    """

    shape: Architecture
    source: Source
    log: bool = False
    unit: float = 1.0
    decay: Decay | None = None

    def residuals(self, theta: Tensor, batch: Batch) -> Tensor:
        """Residuals ``(members, n)``."""
        y = forward(self.shape, theta, batch.u, from_start=self.source.feedback)
        return (y * self.source.spread + self.source.mean - batch.y).flatten(1)

    def with_jacobian(self, theta: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Residuals ``(members, n)`` and their derivatives ``(members, n, parameters)``."""
        y, j = jacobian(self.shape, theta, batch.u, from_start=self.source.feedback)
        spread = self.source.spread
        r = (y * spread + self.source.mean - batch.y).flatten(1)
        return r, (j * spread[:, None]).flatten(1, 3)

    def cost(self, r: Tensor) -> Tensor:
        """Mean loss of each member; infinite if a residual is not a number."""
        square = (r / self.unit) ** 2
        value = (torch.log1p(square) if self.log else square).mean(dim=1) / 2
        return torch.nan_to_num(value, nan=torch.inf)

    def weights(self, r: Tensor) -> Tensor | None:
        """Weights with which a least squares step descends the loss; None if all are equal."""
        return 1 / (1 + (r / self.unit) ** 2) if self.log else None


@dataclass(frozen=True, slots=True)
class Stage:
    """Train on prefixes of ``length`` for ``iterations``, then keep the best ``keep`` members."""

    length: int
    iterations: int
    keep: int


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Members, each one's share of correct fresh labels and worst error, and iterations used."""

    theta: Tensor
    right: Tensor
    worst: Tensor
    iterations: int

    @property
    def best(self) -> int:
        """The member that is right most often; ties go to the smaller worst error."""
        worst = torch.nan_to_num(self.worst, nan=1e9).clamp_max(1e5)
        return int((self.right - 1e-6 * worst).argmax())


@torch.no_grad()
def judge(problem: Loss[B], theta: Tensor, batch: B) -> tuple[Tensor, Tensor]:
    """Each member's share of correct labels and its worst error."""
    error = problem.residuals(theta, batch).abs()
    return (error < 0.5).double().mean(dim=1), error.amax(dim=1)


@torch.no_grad()
def minimise(
    problem: Objective[B],
    theta: Tensor,
    length: int,
    iterations: int,
    generator: torch.Generator,
    *,
    batch_size: int,
    learned: int | None = None,
    damping: float = 1e-2,
    resample: int = budgets.LM_RESAMPLE,
) -> tuple[Tensor, int]:
    """Iterate until ``learned`` members fit their batch, or the iterations are used up.

    Returns:
        the parameters and the iterations used.
    """
    lam = torch.full((len(theta), 1), damping, dtype=theta.dtype)
    batch = problem.source.draw(batch_size, length, generator)
    for i in range(iterations):
        if i and i % resample == 0:
            batch = problem.source.draw(batch_size, length, generator)
        theta, lam, worst = _iterate(problem, theta, lam, batch)
        note(float(worst.min()))
        if learned is not None and int((worst < _LEARNED).sum()) >= learned:
            return theta, i + 1
        if float(worst.min()) < 1e-10:
            return theta, i + 1
    return theta, iterations


@torch.no_grad()
def minimise_on(problem: Loss[B], theta: Tensor, batch: B, iterations: int) -> tuple[Tensor, int]:
    """Iterate on one given batch; returns the parameters and the iterations used."""
    lam = torch.full((len(theta), 1), 1e-3, dtype=theta.dtype)
    for i in range(iterations):
        theta, lam, worst = _iterate(problem, theta, lam, batch)
        note(float(worst.min()))
        if float(worst.min()) < 1e-10:
            return theta, i + 1
    return theta, iterations


def _iterate(
    problem: Loss[B], theta: Tensor, lam: Tensor, batch: B
) -> tuple[Tensor, Tensor, Tensor]:
    """One step of every member; a member's damping falls if its cost fell, and rises otherwise."""
    r, j = problem.with_jacobian(theta, batch)
    cost, decay = _cost(problem, theta, r), problem.decay
    weights = problem.weights(r)
    weighted = j if weights is None else j * weights[..., None]
    n = r.shape[1]
    gram = weighted.transpose(1, 2) @ j / n
    slope = (weighted.transpose(1, 2) @ r[..., None]) / n
    if decay is not None:
        gram = gram + torch.diag(decay.strength)
        slope = slope + (decay.strength * (theta - decay.centre))[..., None]
    diagonal = torch.diagonal(gram, dim1=1, dim2=2).clamp_min(1e-8)
    done = torch.zeros_like(cost, dtype=torch.bool)
    for _ in range(budgets.LM_TRIES):
        damped = gram + torch.diag_embed(lam * diagonal + 1e-10)
        step = torch.nan_to_num(torch.linalg.solve_ex(damped, slope)[0][..., 0])
        trial = theta - step * (~done)[:, None]
        trial_r = problem.residuals(trial, batch)
        trial_cost = _cost(problem, trial, trial_r)
        better = (trial_cost < cost) & ~done
        theta = torch.where(better[:, None], trial, theta)
        r = torch.where(better[:, None], trial_r, r)
        rise = torch.where(done[:, None], lam, lam * 3)
        lam = torch.where(better[:, None], lam / 3, rise).clamp(1e-12, 1e6)
        done |= better
        if done.all():
            break
    return theta, lam, torch.nan_to_num(r.abs().amax(dim=1), nan=torch.inf)


def _cost(problem: Loss[B], theta: Tensor, r: Tensor) -> Tensor:
    cost, decay = problem.cost(r), problem.decay
    return cost if decay is None else cost + decay.cost(theta)


@torch.no_grad()
def train_curriculum(
    problem: Objective[B], theta: Tensor, stages: Sequence[Stage], generator: torch.Generator
) -> Result:
    """Train on growing lengths; end early if a member is right at full length."""
    full, outputs = problem.source.length, problem.source.outputs
    used = 0
    for stage in stages:
        last = stage is stages[-1]
        # about 1,000 residuals: cheap, and several times the number of parameters
        size = max(48 if last else 24, min(128, 1000 // (stage.length * outputs)))
        theta, spent = minimise(
            problem, theta, stage.length, stage.iterations, generator,
            batch_size=size, learned=None if last else stage.keep,
        )  # fmt: skip
        used += spent
        if last:
            break
        right, worst = judge(problem, theta, problem.source.draw(512, full, generator))
        best = Result(theta, right, worst, used).best
        if right[best] == 1.0 and _right(problem, theta[best], generator):
            theta = theta[best : best + 1]
            break
        right, worst = judge(problem, theta, problem.source.draw(512, stage.length, generator))
        if stage is stages[-2] and float(right.max()) < budgets.LM_GATE:
            break
        score = right - 1e-3 * torch.nan_to_num(worst, nan=1e9).clamp_max(100)
        theta = theta[score.topk(min(stage.keep, len(theta))).indices]
    right, worst = judge(problem, theta, problem.source.draw(4096, full, generator))
    return Result(theta, right, worst, used)


def _right(problem: Objective[B], theta: Tensor, generator: torch.Generator) -> bool:
    batch = problem.source.draw(4096, problem.source.length, generator)
    return float(judge(problem, theta[None], batch)[0]) == 1.0


@torch.no_grad()
def polish(
    problem: Objective[B], theta: Tensor, generator: torch.Generator, *, iterations: int = 40
) -> tuple[Tensor, float, int]:
    """Minimise squares for one member until its errors on a fresh batch are below 1e-9.

    Returns:
        the parameters with the smallest worst error, this error, and the iterations used.
    """
    length = problem.source.length
    size = max(32, 1500 // (length * problem.source.outputs))
    best = theta
    worst = float(judge(problem, theta, problem.source.draw(2048, length, generator))[1])
    damping, used = 1e-3, 0
    while used < iterations and not worst < 1e-9:
        theta, spent = minimise(
            problem, theta, length, 3, generator,
            batch_size=size, damping=damping, resample=3,
        )  # fmt: skip
        used += spent
        damping = max(damping * 0.1, 1e-9)
        error = float(judge(problem, theta, problem.source.draw(2048, length, generator))[1])
        if error < worst:
            best, worst = theta, error
    return best, worst, used
