"""A program compared with the network that it was read from, on the same sequences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Bools, Ints
from mips_verify.algebra.batch import run_batch
from mips_verify.data import MOST_NUMBERS, affordable
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.network.sequence_function import answers_of
from mips_verify.pipeline.score import Miss, Score, differing, first_misses

if TYPE_CHECKING:
    from mips_verify.network.sequence_function import Recurrent

SEQUENCES = 65_536
SHOWN = 3  # sequences on which network and program differ
BATCH = 4_096  # sequences at once; bounded, because a network's states are kept
WORK = 2**27  # numbers in the states of all compared sequences together


@dataclass(frozen=True, slots=True)
class Agreement:
    """On how many sequences all outputs of two of network, program and specification agree."""

    sequences: int
    agree: int

    @property
    def exact(self) -> bool:
        """Whether they agree on every one."""
        return self.agree == self.sequences


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison of a program with the network that it was read from.

    Attributes:
        short: on every sequence of ``short_length`` letters; on random letters of a huge range.
        short_length: the largest length, up to ``length``, of which all sequences were tried.
        full: on random sequences of ``length`` letters; equals ``short`` if that tried them all.
        length: the length up to which the network is trusted.
        up_to: on every sequence of 1 to ``short_length`` letters; ``None`` for a huge range.
        misses: the shortest sequences found on which they differ, with the outputs of the
            network; each is cut after its first difference.
    """

    short: Score
    short_length: int
    full: Score
    length: int
    up_to: Agreement | None = None
    misses: tuple[Miss, ...] = ()

    @property
    def agree(self) -> bool:
        """Whether program and network gave the same outputs on every sequence tried."""
        return self.short.exact and self.full.exact


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
    differ, first = _compared(network, program, short)
    score = _score(differ, first)
    up_to = beginnings(differ, domain.size) if fits else None
    if short_length == length:
        return Comparison(score, short_length, score, length, up_to, tuple(first))
    more, others = _compared(network, program, domain.sample(count, length, rng))
    misses = shortest([*first, *others])
    return Comparison(score, short_length, _score(more, others), length, up_to, misses)


def _compared(network: Recurrent, program: Machine, x: Ints) -> tuple[Bools, list[Miss]]:
    """After which letters the two differ, ``(n, length)``, and the shortest differences."""
    y = answers(network, x)
    differ = differing(run_batch(program, x), y)
    return differ, first_misses(x, y, differ, SHOWN)


def _score(differ: Bools, misses: list[Miss]) -> Score:
    return Score(len(differ), int(differ.any(axis=1).sum()), next(iter(misses), None))


def beginnings(differ: Bools, letters: int) -> Agreement:
    """The agreement on all sequences of 1 to ``length`` letters, each counted once.

    Args:
        differ: after which letters two differ on all sequences of ``length`` letters in order,
            ``(letters ** length, length)``. Those that begin alike stand side by side.
        letters: the size of the alphabet.
    """
    length, counts = differ.shape[1], []
    for t in range(1, length + 1):
        each = differ[:: letters ** (length - t), :t]
        counts.append((len(each), len(each) - int(each.any(axis=1).sum())))
    return Agreement(sum(n for n, _ in counts), sum(n for _, n in counts))


def shortest(misses: Iterable[Miss]) -> tuple[Miss, ...]:
    """The shortest of ``misses``, each word once."""
    return tuple(sorted({m.word: m for m in misses}.values(), key=lambda m: len(m.word))[:SHOWN])


def how_many(count: int, network: Recurrent, domain: Domain, length: int) -> int:
    """``count`` sequences, or fewer for a large network, so that running it takes seconds."""
    fits = affordable(count, length * (domain.channels + network.outputs), MOST_NUMBERS // 4)
    return affordable(fits, length * network.hidden, WORK)


def answers(network: Recurrent, x: Ints) -> Ints:
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
