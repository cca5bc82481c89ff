"""Labelled sequences, from which a network learns and on which it is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.kernel.domain import Domain

MOST_NUMBERS = 2**24  # in arrays that are kept at once; 128 MiB in 64 bits


def affordable(count: int, each: int, most: int = MOST_NUMBERS) -> int:
    """How many of ``count`` items of ``each`` numbers fit into ``most`` numbers; at least one."""
    return max(1, min(count, most // max(1, each)))


@dataclass(frozen=True, slots=True)
class Dataset:
    """Input sequences with their outputs.

    Attributes:
        x: inputs, int64, shape ``(n, length, channels)``.
        y: outputs, int64, shape ``(n, length, outputs)``; ``y[i, t]`` depends on
            ``x[i, : t + 1]`` only, so that every prefix is labelled data too.
        complete: whether ``x`` holds every sequence of its length over the domain.
    """

    domain: Domain
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    complete: bool = False

    def __post_init__(self) -> None:
        if self.x.ndim != 3 or self.y.ndim != 3 or self.x.shape[:2] != self.y.shape[:2]:
            raise ValueError(f"x {self.x.shape} and y {self.y.shape} do not fit together")
        if self.x.shape[2] != self.domain.channels:
            raise ValueError(f"x has {self.x.shape[2]} channels, not {self.domain.channels}")

    def __len__(self) -> int:
        return int(self.x.shape[0])

    @property
    def length(self) -> int:
        """Steps in each sequence."""
        return int(self.x.shape[1])

    @property
    def outputs(self) -> int:
        """Outputs given after each step."""
        return int(self.y.shape[2])
