"""The network as an oracle, which answers words read in its start or in other states.

Extraction sees the network only through an :class:`Oracle`. It never asks about words of more
than ``horizon`` letters in total, because the network need not be right on longer ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.kernel.domain import Domain
from mips_verify.network.sequence_function import Recurrent, dimension
from mips_verify.work import spend

Letter = tuple[int, ...]
Word = tuple[Letter, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Oracle:
    """A network, the letters it reads and the number of letters up to which it is trusted.

    Raises:
        ValueError: the horizon is below one letter.
    """

    network: Recurrent
    domain: Domain
    horizon: int

    def __post_init__(self) -> None:
        if self.horizon < 1:
            raise ValueError(f"a horizon of {self.horizon} letters leaves nothing to observe")

    @property
    def dimension(self) -> int:
        """The most coordinates of a linear system that its horizon shows."""
        return min(dimension(self.network), max(1, self.horizon // 2))

    def letters(self, rng: np.random.Generator, most: int = budgets.LISTED_LETTERS) -> Ints:
        """All letters ``(m, channels)`` in order, or ``most`` random ones of a larger alphabet."""
        if self.domain.size <= most:
            return np.array(list(self.domain.letters()), dtype=np.int64)
        return np.unique(self.domain.sample(most, 1, rng)[:, 0], axis=0)

    def probes(self) -> tuple[Letter, ...]:
        """Letters to ask about: a small alphabet, or the ends, 0, 1 and the middle of a larger."""
        if self.domain.size <= 9:
            return tuple(self.domain.letters())
        values = [
            sorted({lo, hi, (lo + hi) // 2} | {v for v in (0, 1) if lo <= v <= hi})
            for lo, hi in zip(self.domain.lows, self.domain.highs, strict=True)
        ]
        if self.domain.channels == 1:
            return tuple((v,) for v in values[0])
        # several channels: vary one channel while the others rest
        rest = self.resting_letter()
        lines = {
            (*rest[:i], v, *rest[i + 1 :]) for i, channel in enumerate(values) for v in channel
        }
        return tuple(sorted(lines | {self.domain.lows, self.domain.highs}))

    def resting_letter(self) -> Letter:
        """The letter whose value in each channel is the one nearest to 0."""
        return tuple(
            min(max(0, lo), hi) for lo, hi in zip(self.domain.lows, self.domain.highs, strict=True)
        )

    def follow(self, states: Floats, word: Ints) -> tuple[Floats, Ints]:
        """Feed each state its own word.

        Args:
            states: hidden states ``(n, hidden)``.
            word: one word per state, ``(n, k, channels)``.

        Returns:
            the states after the words, and the output after each letter, ``(n, k, outputs)``.
        """
        spend(word.shape[0] * word.shape[1])
        outputs = np.empty((*word.shape[:2], self.network.outputs), dtype=np.int64)
        for t in range(word.shape[1]):
            states = self.network.step(states, word[:, t])
            outputs[:, t] = self.network.read(states)
        return states, outputs

    def signatures(self, states: Floats, words: Sequence[Word]) -> Ints:
        """The output of each state at the end of each word (its row of an observation table).

        Returns:
            ``(n, len(words) * outputs)``. States with equal rows are not told apart by the words.
            Common prefixes are run once, and long words are asked about first: where a state is
            the word that was read, they answer shorter ones too.
        """
        reached: dict[Word, Floats] = {(): states}
        columns: dict[int, Ints] = {}
        for i in sorted(range(len(words)), key=lambda i: -len(words[i])):
            word = words[i]
            for k in range(1, len(word) + 1):
                if word[:k] not in reached:
                    spend(len(states))
                    letter = np.broadcast_to(
                        np.array(word[k - 1], dtype=np.int64), (len(states), len(word[0]))
                    )
                    reached[word[:k]] = self.network.step(reached[word[: k - 1]], letter)
            columns[i] = self.network.read(reached[word])
        if not columns:
            return np.zeros((len(states), 0), dtype=np.int64)
        return np.concatenate([columns[i] for i in range(len(words))], axis=1)


def letter_number(domain: Domain) -> tuple[list[int], int]:
    """Factors for the channels and a constant; ``letter @ factors + constant`` counts from 0."""
    factors = [1]
    for low, high in zip(domain.lows[:0:-1], domain.highs[:0:-1], strict=True):
        factors.insert(0, factors[0] * (high - low + 1))
    return factors, -sum(f * low for f, low in zip(factors, domain.lows, strict=True))
