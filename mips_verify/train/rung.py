"""The interface of every training method: from labelled data to a network or a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mips_verify.data import Dataset
from mips_verify.network.network import Network, mlp
from mips_verify.progress import Say


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The result of one rung.

    Attributes:
        network: the best network, or None if the rung found no useful one.
        steps: optimiser steps taken; 0 for a closed solution.
        note: why the rung stopped, for the report.
    """

    network: Network | None
    steps: int
    note: str


class Rung(Protocol):
    """One training method with its sizes and its budget."""

    @property
    def name(self) -> str:
        """The method and its sizes, as named in reports and certificates."""

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Learn from ``data``; the same seed gives the same network."""


def sequences_right(network: Network, data: Dataset, chunk: int = 4096) -> float:
    """Share of sequences on which every output is right; ``chunk`` sequences run at a time."""
    right = 0
    for i in range(0, len(data), chunk):
        # a network that learned nothing may overflow; it then counts as wrong
        with np.errstate(over="ignore", invalid="ignore"):
            states, _ = network.run(data.x[i : i + chunk])
            error = np.abs(mlp(network.g, states[:, 1:]) - data.y[i : i + chunk])
        right += int((error < 0.5).all(axis=(1, 2)).sum())
    return right / len(data)
