"""Labelled data for a task: the only thing that a network ever learns from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mips_verify.data import Dataset
from mips_verify.domain import Domain
from mips_verify.errors import TaskError
from mips_verify.expr import TRUE, conjoin, definedness
from mips_verify.machine import Machine, Word
from mips_verify.network.network import Network
from mips_verify.network.train import ENOUGH, Trained
from mips_verify.printers.numpy import evaluate_batch, run_batch, trace
from mips_verify.task import Task

SEQUENCES = 65_536
ENDINGS = 64
SEED_STRIDE = 1000  # so that the retries of one seed are not the runs of the next
LARGEST_LABEL = 2**52  # beyond it a float64 network cannot tell neighbours apart


def label(task: Task, x: NDArray[np.int64]) -> NDArray[np.int64]:
    """The outputs that the specification gives on sequences ``(n, length, channels)``.

    Raises:
        TaskError: an output too large for a float64 network to represent exactly, or an operation
            without a value.
    """
    _demand_values(task, x)
    y = run_batch(task.spec, x)
    if y.size and np.abs(y).max() > LARGEST_LABEL:
        raise TaskError(
            f"task {task.name}: outputs reach {np.abs(y).max()} within {x.shape[1]} steps, too "
            "large for a network in float64; choose a smaller range or length"
        )
    return y


def _demand_values(task: Task, x: NDArray[np.int64]) -> None:
    """Demand that every step of the specification has a value on these sequences."""
    spec = task.spec
    defined = conjoin([definedness(e) for e in spec.next + spec.outputs_before()])
    if defined == TRUE:
        return
    states = trace(spec, x)[0]
    env = {name: x[:, :, i] for i, name in enumerate(spec.inputs)}
    env |= {name: states[:, :-1, i] for i, name in enumerate(spec.state)}
    missing = np.argwhere(evaluate_batch(defined, env) == 0)
    if not len(missing):
        return
    n, t = missing[missing[:, 1].argmin()]
    spec_value(task, [tuple(letter) for letter in x[n, : t + 1].tolist()])


def spec_value(task: Task, word: Word) -> list[tuple[int, ...]]:
    """What the specification gives on a sequence.

    Raises:
        TaskError: an operation without a value, and after which inputs.
    """
    try:
        return task.spec.run(word)
    except ValueError as error:
        shown = " ".join(",".join(map(str, letter)) for letter in word)
        raise TaskError(
            f"task {task.name}: the specification has no value on the inputs {shown}: {error}"
        ) from None


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


def datasets(task: Task, seed: int, extra: Sequence[Word] = ()) -> tuple[Dataset, Dataset]:
    """Sequences to train on and fresh ones to check with, 65,536 of each.

    Where the domain has at most 65,536 sequences of the task's length, both are all of
    them. Words in ``extra`` join the training data, each with several random endings.
    """
    if task.domain.size**task.length <= SEQUENCES:
        x = task.domain.all_sequences(task.length)
        whole = Dataset(task.domain, x, label(task, x), complete=True)
        return whole, whole
    first, second, third = np.random.default_rng(seed).spawn(3)
    train = task.domain.sample(SEQUENCES, task.length, first)
    check = task.domain.sample(SEQUENCES, task.length, second)
    if extra:
        train = np.concatenate([train, extended(task.domain, extra, task.length, third)])
    return (
        Dataset(task.domain, train, label(task, train)),
        Dataset(task.domain, check, label(task, check)),
    )


def extended(
    domain: Domain, words: Sequence[Word], length: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Each word, cut or continued at random to ``length``, :data:`ENDINGS` times over."""
    x = domain.sample(len(words) * ENDINGS, length, rng)
    for i, word in enumerate(words):
        kept = np.array(word[:length], dtype=np.int64)
        x[i * ENDINGS : (i + 1) * ENDINGS, : len(kept)] = kept
    return x
