"""What the pipeline works on: labelled data to learn from, and a specification to prove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine, Word
from mips_verify.spec.labelling import datasets
from mips_verify.spec.task import Task


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What a network is to learn, and what its program is proved against.

    Attributes:
        domain: the range of every input.
        length: steps in a training sequence.
        data: takes a seed and the words on which earlier networks were wrong; returns labelled
            data, first for training, then fresh data for checking.
        spec: the specification, if there is one.
    """

    domain: Domain
    length: int
    data: Callable[[int, Sequence[Word]], tuple[Dataset, Dataset]]
    spec: Machine | None


def problem_of(task: Task) -> Problem:
    """The problem of a task: its specification labels the data and is used for the proof."""
    return Problem(
        task.domain, task.length, lambda seed, words: datasets(task, seed, words), task.spec
    )
