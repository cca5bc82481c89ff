"""Small labelled data sets that several training tests share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Network
from mips_verify.train.rung import sequences_right

Labels = Callable[[np.ndarray], np.ndarray]


def letters(high: int, low: int = 0, channels: int = 1) -> Domain:
    return Domain(tuple("xwuv"[:channels]), (low,) * channels, (high,) * channels)


def labelled(domain: Domain, labels: Labels, length: int = 8, count: int = 3000, seed: int = 0):
    x = domain.sample(count, length, np.random.default_rng(seed))
    return Dataset(domain, x, labels(x))


def is_exact(network: Network, data: Dataset) -> bool:
    return sequences_right(network, data) == 1.0


def modular_sum(k: int) -> Labels:
    return lambda x: np.cumsum(x, axis=1) % k


def running_max(x: np.ndarray) -> np.ndarray:
    return np.maximum.accumulate(x, axis=1)


def quiet(line: str) -> None:
    del line
