"""What a round starts from, and how the next round is derived from a failed one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mips_verify.kernel.machine import Word, show_word
from mips_verify.network.network import Network
from mips_verify.pipeline.problem import Problem
from mips_verify.pipeline.score import Miss
from mips_verify.pipeline.synthesis_result import Round, Settings
from mips_verify.progress import Found, Progress
from mips_verify.train.train import Trained
from mips_verify.train.training_budgets import ENOUGH

SEED_STRIDE = 1000  # retries add this to the seed, so a retry of seed 0 is never a run of seed 1


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What earlier rounds found out: the seed to use and the sequences to look at again.

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
        """Share of fresh sequences that an inexact network must get right before it is read.

        A program may be better than its network. After each network that yielded no program, the
        next one must be wrong on at most half as many sequences, so that few are read.
        """
        return ENOUGH if self.earlier is None else 1 - (1 - self.earlier.accuracy) / 2

    def continue_search(self, trained: Trained) -> Lesson:
        """Continue the search that stopped at ``trained``."""
        return replace(self, earlier=trained)

    def another_seed(self) -> Lesson:
        """Start over with fresh data and a fresh network."""
        return Lesson(self.seed + SEED_STRIDE, self.train_on)

    def read_again(self, word: Word) -> Lesson:
        """Keep the network and compare program and network on ``word`` too."""
        return replace(self, compare_on=(*self.compare_on, word))

    def train_again(self, word: Word, network: Network) -> Lesson:
        """Continue training from ``network`` with ``word`` among the data."""
        return Lesson(self.seed, (*self.train_on, word), (), network)


def next_lesson(
    lesson: Lesson, seen: Round, problem: Problem, settings: Settings, progress: Progress
) -> Lesson:
    """The lesson of the next round, derived from the failed round ``seen``.

    If the network was right on the sequence that refutes the program, read it again; if it was
    wrong, train it further. Train another network if the refuting sequence is longer than the
    training length, if the program could not be decided, or if there is none.
    """
    miss = _miss(seen, problem, settings)
    if miss is None or len(miss.word) > problem.length:
        progress("train", Found("no proof from this network; training another one"))
        return lesson.another_seed()
    network, shown = seen.trained.network, show_word(miss.word)
    if _is_right(network, miss):
        progress("extract", Found(f"the network is right on {shown}; reading it again"))
        return lesson.read_again(miss.word)
    progress("train", Found(f"the network is wrong on {shown}; training goes on"))
    return lesson.train_again(miss.word, network)


def _miss(seen: Round, problem: Problem, settings: Settings) -> Miss | None:
    """A sequence that the program got wrong; from the labelled data if these decide."""
    if settings.accept == "data" or problem.spec is None:
        return seen.score.miss if seen.score is not None else None
    word = seen.verdict.counterexample if seen.verdict is not None else None
    return Miss(word, tuple(problem.spec.run(word))) if word is not None else None


def _is_right(network: Network, miss: Miss) -> bool:
    """Whether the network is right on a sequence that its program got wrong."""
    _, outputs = network.run(np.array([miss.word], dtype=np.int64))
    return tuple(map(tuple, outputs[0].tolist())) == miss.labels
