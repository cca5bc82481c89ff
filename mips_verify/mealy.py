"""Mealy machines as tables: what extraction reads out of a network before it has a formula."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Mealy:
    """A deterministic, possibly partial, finite-state transducer that starts in state 0.

    Attributes:
        inputs: names of the input channels.
        letters: the alphabet, int64, shape ``(m, channels)``.
        next: the next state for each state and letter, shape ``(n, m)``; -1 where unknown.
        output: the outputs of that step, shape ``(n, m, outputs)``; undefined where ``next`` is -1.
    """

    inputs: tuple[str, ...]
    letters: NDArray[np.int64]
    next: NDArray[np.int64]
    output: NDArray[np.int64]

    def __post_init__(self) -> None:
        n, m = self.next.shape
        if self.letters.shape != (m, len(self.inputs)) or self.output.shape[:2] != (n, m):
            raise ValueError("letters, next and output of a Mealy machine do not fit together")
        if n == 0 or self.next.min() < -1 or self.next.max() >= n:
            raise ValueError("a Mealy machine leads to a state that it does not have")

    @property
    def states(self) -> int:
        """Number of states."""
        return int(self.next.shape[0])

    @property
    def complete(self) -> bool:
        """Whether every state knows its step on every letter."""
        return bool((self.next >= 0).all())

    @property
    def known(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The pairs (state, letter index) whose step is known, as two flat arrays."""
        q, a = np.nonzero(self.next >= 0)
        return q, a
