"""A table of a linear index: labels that depend on one weighted sum of the inputs so far.

Rounded means, sums between bounds and thresholds are such labels (in system identification, Wiener
systems). Least squares gives the direction of the weights although the labels are not linear in
them, because the inputs are drawn evenly (Brillinger 1983); small integers near it are then tried
until each value of the sum has one label.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Layers, Network
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.affine_realisation import realise_affine
from mips_verify.train.identify.impulse_response import impulse_response
from mips_verify.train.identify.index_table import read_out, table_of
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class LinearIndex:
    """A linear state whose read-out is a table of one integer."""

    name: str = "table of a linear index"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """The network with the smallest weights that gives one label for each value of its sum."""
        del progress  # a closed solution
        if data.outputs > 1:
            return Fit(None, 0, "several outputs")
        count = min(len(data), budgets.INDEX_SEQUENCES)
        rows = np.random.default_rng(seed).choice(len(data), count, replace=False)
        x, y = data.x[rows], data.y[rows]
        ones = np.ones((*x.shape[:2], 1))
        response, _ = impulse_response(np.concatenate([x, ones], axis=2), y)
        for weights in _roundings(response[:, 0, :-1]):
            index = _index(x, weights)
            table = table_of(index.ravel(), y.ravel())
            # with nearly as many values as labels, any table would do
            if table is not None and len(table[0]) * budgets.INDEX_EVIDENCE < index.size:
                return _fit(weights, table, data.domain)
        return Fit(None, 0, "labels are no function of a sum with small weights")


def _roundings(response: Floats) -> Iterator[Ints]:
    """Integer weights near multiples of the response, ``(length, channels)``, smallest first."""
    largest = float(np.abs(response).max())
    if largest < 1e-9:
        return
    before = None
    for size in range(1, budgets.INDEX_WEIGHT + 1):
        weights = np.rint(response * (size / largest)).astype(np.int64)
        if before is None or (weights != before).any():
            yield weights
        before = weights


def _index(x: Ints, weights: Ints) -> Ints:
    """``sum_k weights[k] . x_{t-k}`` for each step, ``(n, length)``."""
    out = np.zeros(x.shape[:2], dtype=np.int64)
    for k, w in enumerate(weights):
        out[:, k:] += x[:, : x.shape[1] - k] @ w
    return out


def _fit(weights: Ints, table: tuple[Ints, Ints], domain: Domain) -> Fit:
    constant = np.zeros((len(weights), 1))
    response = np.hstack([weights.astype(np.float64), constant])[:, None, :]
    system = realise_affine(response)
    if isinstance(system, str):
        return Fit(None, 0, system)
    curve = read_out(*table, *_range(weights, domain))
    if not 0 < len(curve.kinks) <= budgets.INDEX_KINKS:
        return Fit(None, 0, f"a table with {len(curve.kinks)} kinks")
    first = np.ones((len(curve.kinks), 1))
    g: Layers = (
        (first @ system.C, first @ system.d - curve.kinks),
        (curve.steps.T, curve.start),
    )
    f = ((np.hstack([system.A, system.B]), system.b),)
    network = Network(f, g, np.zeros(system.order), domain.channels)
    return Fit(network, 0, f"a table of {len(table[0])} sums with {len(curve.kinks)} bends")


def _range(weights: Ints, domain: Domain) -> tuple[int, int]:
    """The least and the largest sum; inputs before the start count as 0."""
    ends = weights[:, :, None] * np.array([domain.lows, domain.highs]).T[None]
    return int(np.minimum(ends.min(axis=2), 0).sum()), int(np.maximum(ends.max(axis=2), 0).sum())
