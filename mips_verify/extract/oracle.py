"""The network as an oracle: what it answers to words, from its start or from other states.

All that extraction learns goes through an :class:`Observer`. It never asks about more than
``horizon`` letters in all, because nothing is promised about the network beyond them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.kernel.domain import Domain

Letter = tuple[int, ...]
Word = tuple[Letter, ...]


class Recurrent(Protocol):
    """What extraction needs of a network; :class:`mips_verify.network.network.Network` has it."""

    @property
    def hidden(self) -> int: ...  # noqa: D102

    @property
    def outputs(self) -> int: ...  # noqa: D102

    def start(self, count: int) -> Floats: ...  # noqa: D102

    def step(self, h: Floats, x: Ints) -> Floats: ...  # noqa: D102

    def read(self, h: Floats) -> Ints: ...  # noqa: D102

    def run(self, x: Ints) -> tuple[Floats, Ints]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, eq=False)
class Observer:
    """A network, the letters it reads and the number of letters up to which it is trusted.

    Raises:
        ValueError: a horizon below one letter.
    """

    network: Recurrent
    domain: Domain
    horizon: int

    def __post_init__(self) -> None:
        if self.horizon < 1:
            raise ValueError(f"a horizon of {self.horizon} letters leaves nothing to observe")

    def letters(self, rng: np.random.Generator, most: int = budgets.LISTED_LETTERS) -> Ints:
        """All letters ``(m, channels)`` in order, or ``most`` random ones of a larger alphabet."""
        if self.domain.size <= most:
            return np.array(list(self.domain.letters()), dtype=np.int64)
        return np.unique(self.domain.sample(most, 1, rng)[:, 0], axis=0)

    def probes(self) -> tuple[Letter, ...]:
        """A few letters to ask: all of a small alphabet, else the ends, 0, 1 and the middle."""
        if self.domain.size <= 9:
            return tuple(self.domain.letters())
        values = [
            sorted({lo, hi, (lo + hi) // 2} | {v for v in (0, 1) if lo <= v <= hi})
            for lo, hi in zip(self.domain.lows, self.domain.highs, strict=True)
        ]
        if self.domain.channels == 1:
            return tuple((v,) for v in values[0])
        # with several channels: each channel's values while the others rest
        rest = self.resting_letter()
        lines = {
            (*rest[:i], v, *rest[i + 1 :]) for i, channel in enumerate(values) for v in channel
        }
        return tuple(sorted(lines | {self.domain.lows, self.domain.highs}))

    def resting_letter(self) -> Letter:
        """The letter of zeros, or in each channel the value nearest to 0."""
        return tuple(
            min(max(0, lo), hi) for lo, hi in zip(self.domain.lows, self.domain.highs, strict=True)
        )

    def follow(self, states: Floats, word: Ints) -> tuple[Floats, Ints]:
        """Feed each state its own word.

        Args:
            states: hidden states ``(n, hidden)``.
            word: one word a state, ``(n, k, channels)``.

        Returns:
            the states after it and the outputs on the way, ``(n, k, outputs)``.
        """
        outputs = np.empty((*word.shape[:2], self.network.outputs), dtype=np.int64)
        for t in range(word.shape[1]):
            states = self.network.step(states, word[:, t])
            outputs[:, t] = self.network.read(states)
        return states, outputs

    def signatures(self, states: Floats, words: Sequence[Word]) -> Ints:
        """What each state answers at the end of each word (its row of an observation table).

        Returns:
            ``(n, len(words) * outputs)``; equal rows mean states that these words do not tell
            apart. Common prefixes are run once.
        """
        reached: dict[Word, Floats] = {(): states}
        columns = []
        for word in words:
            for k in range(1, len(word) + 1):
                if word[:k] not in reached:
                    letter = np.broadcast_to(
                        np.array(word[k - 1], dtype=np.int64), (len(states), len(word[0]))
                    )
                    reached[word[:k]] = self.network.step(reached[word[: k - 1]], letter)
            columns.append(self.network.read(reached[word]))
        if not columns:
            return np.zeros((len(states), 0), dtype=np.int64)
        return np.concatenate(columns, axis=1)


def letter_number(domain: Domain) -> tuple[list[int], int]:
    """Factors for the channels and a constant; their sum numbers the letters from 0, in order."""
    factors = [1]
    for low, high in zip(domain.lows[:0:-1], domain.highs[:0:-1], strict=True):
        factors.insert(0, factors[0] * (high - low + 1))
    return factors, -sum(f * low for f, low in zip(factors, domain.lows, strict=True))
