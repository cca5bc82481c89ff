"""A program compared with the network that it was read from, on the same sequences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mips_verify.data import MOST_NUMBERS, Dataset, affordable
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.network.sequence_function import answers_of
from mips_verify.pipeline.score import Miss, Score, score

if TYPE_CHECKING:
    from mips_verify.network.sequence_function import Recurrent

SEQUENCES = 65_536
BATCH = 4_096  # sequences at once; bounded, because a network's states are kept
WORK = 2**27  # numbers in the states of all compared sequences together


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison of a program with the network that it was read from.

    Attributes:
        short: on every sequence of ``short_length`` letters; on random letters of a huge range.
        short_length: the largest length, up to ``length``, of which all sequences were tried.
        full: on random sequences of ``length`` letters; equals ``short`` if that tried them all.
        length: the length up to which the network is trusted.
    """

    short: Score
    short_length: int
    full: Score
    length: int

    @property
    def agree(self) -> bool:
        """Whether program and network gave the same outputs on every sequence tried."""
        return self.short.exact and self.full.exact

    @property
    def miss(self) -> Miss | None:
        """The shortest sequence found on which they differ, with the outputs of the network."""
        found = [m for m in (self.short.miss, self.full.miss) if m is not None]
        return min(found, key=lambda m: len(m.word), default=None)


def compare(
    network: Recurrent, program: Machine, domain: Domain, length: int, seed: int
) -> Comparison:
    """Run both on all sequences of a short length, and on random ones of the whole length."""
    fits = [n for n in range(1, length + 1) if domain.size**n <= SEQUENCES]
    short_length = max(fits, default=1)
    rng = np.random.default_rng(seed)
    count = how_many(SEQUENCES, network, domain, length)
    # if there are too many letters to list, use random ones
    short = domain.all_sequences(short_length) if fits else domain.sample(SEQUENCES, 1, rng)
    full = short if short_length == length else domain.sample(count, length, rng)
    scores = [score(program, [Dataset(domain, x, answers(network, x))]) for x in (short, full)]
    return Comparison(scores[0], short_length, scores[1], length)


def how_many(count: int, network: Recurrent, domain: Domain, length: int) -> int:
    """``count`` sequences, or fewer for a large network, so that running it takes seconds."""
    fits = affordable(count, length * (domain.channels + network.outputs), MOST_NUMBERS // 4)
    return affordable(fits, length * network.hidden, WORK)


def answers(network: Recurrent, x: NDArray[np.int64]) -> NDArray[np.int64]:
    """The outputs of the network on sequences of shape ``(n, length, channels)``."""
    rows = _rows(network, x)
    return np.concatenate([answers_of(network, x[i : i + rows]) for i in range(0, len(x), rows)])


def runs(
    network: Recurrent, x: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """States and outputs of the network, for a few sequences at a time."""
    rows = _rows(network, x)
    return (network.run(x[i : i + rows]) for i in range(0, len(x), rows))


def _rows(network: Recurrent, x: NDArray[np.int64]) -> int:
    """How many sequences are run at once."""
    return affordable(BATCH, (x.shape[1] + 1) * network.hidden)
