"""Outputs as state: the next outputs are a function of the last outputs and the letter read.

Checksums that give all their sums, levels, counters with limits: nothing is hidden, so each step
of each sequence is a labelled example of the update, and the update is a small table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.network.layers import joined
from mips_verify.network.network import Layers, Network, mlp
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.update_rules import find_rule
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class OutputsAsState:
    """A network whose hidden values are its last outputs."""

    name: str = "outputs as state"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Find a rule for each output, then outputs before the start that give the first ones."""
        del progress  # a closed solution
        rows = np.random.default_rng(seed).permutation(len(data))[: budgets.RULE_SEQUENCES]
        fit = _fit(data, data.x[rows], data.y[rows])
        if fit.network is None or data.rare is None:
            return fit
        more = data.rare()  # shows the ends of sums
        x, y = np.concatenate([data.x[rows], more.x]), np.concatenate([data.y[rows], more.y])
        return _fit(data, x, y)


def _fit(data: Dataset, x: Ints, y: Ints) -> Fit:
    """The rules that hold on the given sequences of the data."""
    if data.length < 2:
        return Fit(None, 0, "one step only")
    last, now = y[:, :-1].reshape(-1, data.outputs), y[:, 1:].reshape(-1, data.outputs)
    read = x[:, 1:].reshape(-1, data.domain.channels)
    f = _update(last, read, now, data.domain)
    if isinstance(f, str):
        return Fit(None, 0, f)
    start = _start(f, x[:, 0], y[:, 0], np.unique(last, axis=0))
    if start is None:  # the start has a value of its own, and a place in the tables
        alone = np.full_like(y[:, 0], y.min() - 1)
        steps = np.vstack([last, alone]), np.vstack([read, x[:, 0]]), np.vstack([now, y[:, 0]])
        f = _update(*steps, data.domain)
        if isinstance(f, str):
            return Fit(None, 0, "no outputs before the start give the first ones")
        start = alone[0].astype(np.float64)
    g = ((np.eye(data.outputs), np.zeros(data.outputs)),)
    return Fit(Network(f, g, start, data.domain.channels), 0, "the last outputs decide")


def _update(last: Ints, read: Ints, now: Ints, domain: Domain) -> Layers | str:
    """Layers that give the outputs ``now`` after ``last`` and ``read``, or why there are none."""
    parts: list[Layers] = []
    for i in range(now.shape[1]):
        rule = find_rule(last, read, i, now[:, i], domain)
        layers = None if rule is None else rule.layers(domain)
        if layers is None:
            return f"output {i + 1} is no small table of the last outputs, nor a few sums"
        parts.append(layers)
    return joined(parts)


def _start(f: Layers, x: Ints, y: Ints, seen: Ints) -> Floats | None:
    """Outputs after which f gives the first outputs ``y (n, outputs)`` on ``x (n, channels)``."""
    letters, at = np.unique(x, axis=0, return_index=True)
    candidates = np.vstack([np.zeros((1, y.shape[1]), dtype=np.int64), seen])
    for few in (slice(0, 2), slice(None)):  # a few letters refute most
        n, read = len(candidates), letters[few]
        z = np.hstack([np.repeat(candidates, len(read), axis=0), np.tile(read, (n, 1))])
        found = np.rint(mlp(f, z.astype(np.float64))).reshape(n, len(read), -1)
        candidates = candidates[(found == y[at[few]]).all(axis=(1, 2))]
        if not len(candidates):
            return None
    start: Floats = candidates[0].astype(np.float64)
    return start
