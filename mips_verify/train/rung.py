"""What every training engine has in common: labelled data in, a network or a reason out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mips_verify.data import Dataset
from mips_verify.network.network import Network, mlp
from mips_verify.progress import Say


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

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Learn from ``data``; the same seed gives the same network."""


def sequences_right(network: Network, data: Dataset, chunk: int = 4096) -> float:
    """Share of sequences on which every output is right."""
    right = sum(int(part.sum()) for part in _right(network, data, chunk))
    return right / len(data)


def is_exact(network: Network, data: Dataset, chunk: int = 4096) -> bool:
    """Whether every output of every sequence is right; stops at the first wrong chunk."""
    return all(part.all() for part in _right(network, data, chunk))


def _right(network: Network, data: Dataset, chunk: int) -> Iterator[NDArray[np.bool_]]:
    """Which sequences are entirely right, ``chunk`` at a time."""
    for i in range(0, len(data), chunk):
        # a network that learned nothing may overflow: then it is wrong, which is no surprise
        with np.errstate(over="ignore", invalid="ignore"):
            states, _ = network.run(data.x[i : i + chunk])
            error = np.abs(mlp(network.g, states[:, 1:]) - data.y[i : i + chunk])
        yield np.asarray((error < 0.5).all(axis=(1, 2)))
