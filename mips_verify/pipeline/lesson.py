"""What a round starts from, and what the round after it learns from a failure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mips_verify.kernel.machine import Word, show_word
from mips_verify.network.network import Network
from mips_verify.pipeline.problem import Problem
from mips_verify.pipeline.score import Miss
from mips_verify.pipeline.synthesis_result import Round, Settings
from mips_verify.progress import Progress
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
        earlier: a search for a network that stopped early and is to be continued.
    """

    seed: int
    train_on: tuple[Word, ...] = ()
    compare_on: tuple[Word, ...] = ()
    network: Network | None = None
    earlier: Trained | None = None

    @property
    def enough(self) -> float:
        """Share of fresh sequences that a network must get right to be read before it is exact.

        A program may be better than its network. After each network that was read in vain, the
        next one must be wrong on at most half as many sequences, so that few are read.
        """
        return ENOUGH if self.earlier is None else 1 - (1 - self.earlier.accuracy) / 2

    def continue_search(self, trained: Trained) -> Lesson:
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


def next_lesson(
    lesson: Lesson, seen: Round, problem: Problem, settings: Settings, progress: Progress
) -> Lesson:
    """What the next round does with what this one showed.

    Where the network was right on the sequence that refutes the program, extraction looks
    again; where it was wrong, it trains on. A sequence longer than those of training, a program
    that could not be decided, or none at all, asks for another network.
    """
    miss = _miss(seen, problem, settings)
    if miss is None or len(miss.word) > problem.length:
        progress("train", "no proof from this network; training another one")
        return lesson.another_seed()
    network, shown = seen.trained.network, show_word(miss.word)
    if _is_right(network, miss):
        progress("extract", f"the network is right on {shown}; reading it again")
        return lesson.read_again(miss.word)
    progress("train", f"the network is wrong on {shown}; training on")
    return lesson.train_again(miss.word, network)


def _miss(seen: Round, problem: Problem, settings: Settings) -> Miss | None:
    """A sequence that the program got wrong; one of the labelled data where these decide."""
    if settings.accept == "data" or problem.spec is None:
        return seen.score.miss if seen.score is not None else None
    word = seen.verdict.counterexample if seen.verdict is not None else None
    return Miss(word, tuple(problem.spec.run(word))) if word is not None else None


def _is_right(network: Network, miss: Miss) -> bool:
    """Whether the network is right on a sequence that its program got wrong."""
    _, outputs = network.run(np.array([miss.word], dtype=np.int64))
    return tuple(map(tuple, outputs[0].tolist())) == miss.labels
