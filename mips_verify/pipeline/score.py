"""Comparing programs with labelled data, the only evidence if there is no specification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Bools, Ints
from mips_verify.algebra.batch import run_batch
from mips_verify.data import Dataset
from mips_verify.kernel.machine import Machine, Word


@dataclass(frozen=True, slots=True)
class Miss:
    """A labelled sequence with a wrong output, cut after the first wrong one."""

    word: Word
    labels: Word


@dataclass(frozen=True, slots=True)
class Score:
    """On how many labelled sequences a program was run, and how many it got wrong.

    Attributes:
        sequences: the number of sequences, both those that trained the network and fresh ones.
        wrong: the number of sequences with a wrong output.
        miss: the shortest sequence with a wrong output, if there is one.
    """

    sequences: int
    wrong: int
    miss: Miss | None = None

    def __post_init__(self) -> None:
        if (self.miss is None) == bool(self.wrong):
            raise ValueError("a score has a miss exactly when a sequence is wrong")

    @property
    def exact(self) -> bool:
        """Whether the program is right on every labelled sequence."""
        return not self.wrong


def score(program: Machine, datasets: Iterable[Dataset]) -> Score:
    """Run ``program`` on labelled sequences; a dataset given twice counts once."""
    distinct = {id(data): data for data in datasets}.values()
    wrong, misses = 0, []
    for data in distinct:
        differ = differing(run_batch(program, data.x), data.y)
        wrong += int(differ.any(axis=1).sum())
        misses += first_misses(data.x, data.y, differ, 1)
    shortest = min(misses, key=lambda m: len(m.word), default=None)
    return Score(sum(map(len, distinct)), wrong, shortest)


def differing(ours: Ints, labels: Ints) -> Bools:
    """After which letters outputs ``(n, length, outputs)`` differ, shape ``(n, length)``."""
    wrong: Bools = (ours != labels).any(axis=2)
    return wrong


def first_misses(x: Ints, labels: Ints, differ: Bools, most: int) -> list[Miss]:
    """Up to ``most`` sequences, each cut after its first wrong output; the shortest come first.

    Args:
        x: sequences, ``(n, length, channels)``.
        labels: the right outputs, ``(n, length, outputs)``.
        differ: where the outputs are wrong, ``(n, length)``.
        most: how many are wanted. Those that are equal once they are cut count once.
    """
    found: dict[Word, Miss] = {}
    missed = np.nonzero(differ.any(axis=1))[0]
    ends = differ[missed].argmax(axis=1)
    for k in np.argsort(ends, kind="stable").tolist():
        miss = _miss(x, labels, missed[k], ends[k] + 1)
        found.setdefault(miss.word, miss)
        if len(found) == most:
            break
    return list(found.values())


def _miss(x: Ints, labels: Ints, i: int, length: int) -> Miss:
    word, right = (tuple(map(tuple, a[i, :length].tolist())) for a in (x, labels))
    return Miss(word, right)
