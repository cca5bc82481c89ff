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
        for weights in _candidates(x, y[..., 0]):
            index = _index(x, weights)
            table = table_of(index.ravel(), y.ravel())
            # with nearly as many values as labels, any table would do
            if table is not None and len(table[0]) * budgets.INDEX_EVIDENCE < index.size:
                return _fit(weights, table, data.domain)
        return Fit(None, 0, "labels are no function of a sum with small weights")


def _candidates(x: Ints, y: Ints) -> Iterator[Ints]:
    """Integer weights near the direction of the labels, the smallest first.

    Between its bounds a rounded sum is linear up to rounding. If labels are hardly anything but
    bounds, those of one step are taken: at any one step all inputs so far count alike. The last
    step tells most, unless a bound has been reached by then.
    """
    past = _past(x)
    inner = (y > y.min()) & (y < y.max())
    if inner.sum() > budgets.INDEX_EVIDENCE * past.shape[2]:
        yield from _roundings(_slope(past[inner], y[inner], x.shape[2]))
    for steps in dict.fromkeys((x.shape[1], (x.shape[1] + 1) // 2)):
        yield from _roundings(_slope(past[:, steps - 1], y[:, steps - 1], x.shape[2]))


def _past(x: Ints) -> Floats:
    """The inputs before each step, the latest first, 0 before the start: ``(n, length, lags)``."""
    n, length, channels = x.shape
    out = np.zeros((n, length, length, channels))
    for k in range(length):
        out[:, k:, k] = x[:, : length - k]
    return out.reshape(n, length, -1)


def _slope(past: Floats, labels: Ints, channels: int) -> Floats:
    """The least squares fit with a constant, by lag and channel; 0 for inputs that do not vary."""
    past = past - past.mean(axis=0)
    moments = past.T @ (labels - labels.mean())
    slope: Floats = np.linalg.lstsq(past.T @ past, moments, rcond=1e-9)[0].astype(np.float64)
    return slope.reshape(-1, channels)


def _roundings(response: Floats) -> Iterator[Ints]:
    """Integer weights near multiples of the response, ``(length, channels)``, smallest first."""
    largest = float(np.abs(response).max())
    if largest < 1e-9:
        return
    before = np.zeros(response.shape, dtype=np.int64)
    for size in range(1, budgets.INDEX_WEIGHT + 1):
        weights = np.rint(response * (size / largest)).astype(np.int64)
        if (weights != before).any():
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
