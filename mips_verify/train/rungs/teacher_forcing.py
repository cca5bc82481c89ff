"""Teacher forcing: f reads the previous label, so a linear recurrent part is enough.

The network trained is ``h_t = A h_{t-1} + B x_t + K y_{t-1} + b``, ``y_t = g(h_t)`` with the true
label ``y_{t-1}`` (Williams and Zipser, 1989). Once g gives exactly the labels, ``g(h_{t-1})``
replaces ``y_{t-1}``. This closes the loop and gives an ordinary recurrent network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from mips_verify.algebra.arrays import Floats
from mips_verify.data import Dataset
from mips_verify.network.layers import beside
from mips_verify.network.network import Layers, Network, mlp
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.round_to_lattice import round_to_lattice
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import Architecture, plain_layers, unpack
from mips_verify.train.optimise.initial_weights import InitialWeights, draw
from mips_verify.train.optimise.levenberg_marquardt import Problem, Stage, polish, train_curriculum
from mips_verify.train.optimise.scaling import Scaling
from mips_verify.train.rung import Fit

_THIN = 0.3  # with a larger worst error, a network is right only because outputs are rounded


@dataclass(frozen=True, slots=True, eq=False)
class FeedbackSystem:
    """A trained network with output feedback, in raw units.

    Attributes:
        A, B, K, b: ``h' = A h + B x + K y + b``.
        g: layers from h to the outputs, with skips included.
    """

    A: Floats
    B: Floats
    K: Floats
    b: Floats
    g: Layers


@dataclass(frozen=True, slots=True)
class TeacherForcing:
    """Batched Levenberg-Marquardt with output feedback, closed into a plain network."""

    hidden: int
    width: int
    members: int = 48

    @property
    def name(self) -> str:
        """Method and sizes."""
        return f"teacher-forced LM h={self.hidden} g={self.width}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Train with true labels fed back, round the state to a lattice, close the loop."""
        generator = torch.Generator().manual_seed(seed)
        source = Source.of(data, feedback=True)
        shape = Architecture(
            source.inputs, self.hidden, source.outputs, g=(self.width,), skip_g=True
        )
        problem = Problem(shape, source)
        theta = draw(shape, self.members, InitialWeights(), generator)
        result = train_curriculum(problem, theta, self._stages(data.length), generator)
        best = result.best
        right = float(result.right[best])
        if right < 1.0:
            return Fit(None, result.iterations, f"{right:.4f} of labels with teacher forcing")
        theta, worst, spent = polish(problem, result.theta[best : best + 1], generator)
        if worst > _THIN:
            steps = result.iterations + spent
            return Fit(None, steps, f"right with teacher forcing, but by {worst:.2f} of a half")
        progress(f"{self.name}: learned with teacher forcing, worst error {worst:.1e}")
        system = _raw(shape, theta, source.scaling, data.domain.channels)
        steps = result.iterations + spent
        rounded = round_to_lattice(system.A, system.B, system.K, system.b, data)
        if rounded is not None:
            return Fit(rounded, steps, "rounded to a lattice")
        network = close(system)
        if not stays_near_integers(network, data):
            return Fit(None, steps, "right with teacher forcing, unstable once closed")
        return Fit(network, steps, f"closed, worst error {worst:.1e}")

    def _stages(self, length: int) -> tuple[Stage, ...]:
        e = self.members
        early = ((4, 30, e // 2), (7, 12, e // 6))
        stages = [Stage(n, i, keep) for n, i, keep in early if n < length]
        return (*stages, Stage(length, 30, 1))


def close(system: FeedbackSystem) -> Network:
    """Replace the label that is fed back by ``g(h)``: a plain network of the same hidden size."""
    hidden, channels = system.B.shape
    linear = np.hstack([system.A, system.B])
    if np.abs(system.K).max() < 1e-7 or len(system.g) == 1:
        weight, bias = system.g[-1]
        extra = system.K @ weight if len(system.g) == 1 else np.zeros((hidden, hidden))
        shift = system.K @ bias if len(system.g) == 1 else np.zeros(hidden)
        linear = linear + np.hstack([extra, np.zeros((hidden, channels))])
        return Network(((linear, system.b + shift),), system.g, np.zeros(hidden), channels)
    (first, first_bias), *middle, (last, last_bias) = system.g
    reads = (np.hstack([first, np.zeros((len(first), channels))]), first_bias)
    feeds = (system.K @ last, system.b + system.K @ last_bias)
    f = beside((reads, *middle, feeds), linear)
    return Network(f, system.g, np.zeros(hidden), channels)


def stays_near_integers(network: Network, data: Dataset) -> bool:
    """Whether outputs on sequences that are several times as long are still near integers.

    Teacher forcing hides an unstable loop: the true labels correct errors that grow without bound
    once the network reads its own outputs. No labels are needed to detect this.
    """
    rows = data.x[:: max(1, len(data) // (budgets.CLOSED_LOOP_LENGTHS * 256))]
    rows = rows[: len(rows) // budgets.CLOSED_LOOP_LENGTHS * budgets.CLOSED_LOOP_LENGTHS]
    if not len(rows):
        return True
    longer = np.concatenate(np.split(rows, budgets.CLOSED_LOOP_LENGTHS), axis=1)
    h = network.start(len(longer))
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(longer.shape[1]):
            h = network.step(h, longer[:, t])
            y = mlp(network.g, h)
            if not np.isfinite(y).all() or np.abs(y - np.rint(y)).max() > _THIN:
                return False
    return True


def _raw(
    shape: Architecture, theta: torch.Tensor, scaling: Scaling, channels: int
) -> FeedbackSystem:
    """The system of the only member, converted to the units of inputs and labels."""
    parts = unpack(shape, theta)
    ((weight, bias),) = plain_layers(parts.f, None)
    n = shape.hidden
    b = weight[:, n : n + channels] / scaling.x_half
    k = weight[:, n + channels :] / scaling.y_spread
    shift = bias - b @ scaling.x_middle - k @ scaling.y_mean
    g = scaling.fold_outputs(plain_layers(parts.g, parts.skip_g))
    return FeedbackSystem(weight[:, :n], b, k, shift, g)
