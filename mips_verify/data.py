"""Labelled sequences: the data that train and test a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.kernel.domain import Domain

MOST_NUMBERS = 2**24  # numbers in arrays kept at the same time; 128 MiB at 64 bits


def affordable(count: int, each: int, most: int = MOST_NUMBERS) -> int:
    """How many of ``count`` items, ``each`` numbers long, fit into ``most`` numbers; at least 1."""
    return max(1, min(count, most // max(1, each)))


@dataclass(frozen=True, slots=True)
class Dataset:
    """Input sequences with their outputs.

    Attributes:
        x: inputs, int64, shape ``(n, length, channels)``.
        y: outputs, int64, shape ``(n, length, outputs)``; ``y[i, t]`` depends only on
            ``x[i, : t + 1]``, so every prefix is a labelled sequence too.
        complete: whether ``x`` holds every sequence of its length over the domain.
        rare: makes more sequences, of low variety and such as lead to rarely seen outputs, where
            these can be labelled; for methods that need to see each state rather than fair shares.
        ask: labels any sequences ``(n, length, channels)``, where these can be labelled.
    """

    domain: Domain
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    complete: bool = False
    rare: Callable[[], Dataset] | None = None
    ask: Callable[[NDArray[np.int64]], Dataset] | None = None

    def __post_init__(self) -> None:
        if self.x.ndim != 3 or self.y.ndim != 3 or self.x.shape[:2] != self.y.shape[:2]:
            raise ValueError(f"x {self.x.shape} and y {self.y.shape} do not fit together")
        if self.x.shape[2] != self.domain.channels:
            raise ValueError(f"x has {self.x.shape[2]} channels, not {self.domain.channels}")

    def __len__(self) -> int:
        return int(self.x.shape[0])

    @property
    def length(self) -> int:
        """Number of steps in each sequence."""
        return int(self.x.shape[1])

    @property
    def outputs(self) -> int:
        """Number of outputs after each step."""
        return int(self.y.shape[2])
