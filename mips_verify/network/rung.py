"""What every training engine has in common: labelled data in, a network or a reason out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mips_verify.data import Dataset
from mips_verify.network.network import Network

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What one engine found.

    Attributes:
        network: the best network, or None where the engine found nothing worth a look.
        steps: optimiser steps taken; 0 for a closed solution.
        note: why the engine stopped, for the report.
    """

    network: Network | None
    steps: int
    note: str


class Rung(Protocol):
    """One training engine."""

    @property
    def name(self) -> str:
        """How the report calls it."""

    def fit(self, data: Dataset, seed: int, progress: Progress) -> Fit:
        """Learn from ``data``; the same seed gives the same network."""


def sequences_right(network: Network, data: Dataset, chunk: int = 4096) -> float:
    """Share of sequences on which every output is right."""
    right = 0
    for i in range(0, len(data), chunk):
        _, y = network.run(data.x[i : i + chunk])
        right += int((y == data.y[i : i + chunk]).all(axis=(1, 2)).sum())
    return right / len(data)


def is_exact(network: Network, data: Dataset, chunk: int = 4096) -> bool:
    """Whether every output of every sequence is right; stops at the first wrong chunk."""
    return all(
        np.array_equal(network.run(data.x[i : i + chunk])[1], data.y[i : i + chunk])
        for i in range(0, len(data), chunk)
    )
