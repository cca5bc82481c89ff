"""What one round of the pipeline starts from: a problem, and what earlier rounds taught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine, Word
from mips_verify.network.network import Network
from mips_verify.spec.labelling import datasets
from mips_verify.spec.task import Task
from mips_verify.train.train import Trained
from mips_verify.train.training_budgets import ENOUGH

SEED_STRIDE = 1000  # so that the retries of one seed are not the runs of the next


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What earlier rounds taught: the seed to use and the sequences to look at again.

    Attributes:
        seed: of data, training and extraction.
        train_on: words on which a network was wrong; they join the training data.
        compare_on: words on which a program and its network differed.
        network: the network to continue from, if any.
        earlier: a search for a network that stopped early, to be gone on with.
    """

    seed: int
    train_on: tuple[Word, ...] = ()
    compare_on: tuple[Word, ...] = ()
    network: Network | None = None
    earlier: Trained | None = None

    @property
    def enough(self) -> float:
        """Share of fresh sequences that a network must get right to be read before it is exact.

        A program may be better than its network. One that was read in vain must be followed by
        one that is wrong on half as many sequences, so that few are read.
        """
        return ENOUGH if self.earlier is None else 1 - (1 - self.earlier.accuracy) / 2

    def climb_on(self, trained: Trained) -> Lesson:
        """Go on with the search that stopped at ``trained``."""
        return replace(self, earlier=trained)

    def another_seed(self) -> Lesson:
        """Start over with fresh data and a fresh network."""
        return Lesson(self.seed + SEED_STRIDE, self.train_on)

    def read_again(self, word: Word) -> Lesson:
        """Keep the network and compare on ``word`` too."""
        return replace(self, compare_on=(*self.compare_on, word))

    def train_again(self, word: Word, network: Network) -> Lesson:
        """Continue from ``network`` with ``word`` among the data."""
        return Lesson(self.seed, (*self.train_on, word), (), network)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What a network is to learn, and what its program is proved against.

    Attributes:
        domain: the range of every input.
        length: steps in a training sequence.
        data: labelled data to train on and fresh data to check with, for a seed and words on
            which a network was wrong.
        spec: the specification, if there is one.
    """

    domain: Domain
    length: int
    data: Callable[[int, Sequence[Word]], tuple[Dataset, Dataset]]
    spec: Machine | None


def problem_of(task: Task) -> Problem:
    """Data that the specification labels, and a proof against it."""
    return Problem(
        task.domain, task.length, lambda seed, words: datasets(task, seed, words), task.spec
    )
