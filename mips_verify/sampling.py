"""Labelled data for a task: the only thing that a network ever learns from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mips_verify.data import Dataset
from mips_verify.errors import TaskError
from mips_verify.printers.numpy import run_batch
from mips_verify.task import Task

SEQUENCES = 65_536
LARGEST_LABEL = 2**52  # beyond it a float64 network cannot tell neighbours apart


def label(task: Task, x: NDArray[np.int64]) -> NDArray[np.int64]:
    """The outputs that the specification gives on sequences ``(n, length, channels)``.

    Raises:
        TaskError: an output too large for a float64 network to represent exactly.
    """
    y = run_batch(task.spec, x)
    if y.size and np.abs(y).max() > LARGEST_LABEL:
        raise TaskError(
            f"task {task.name}: outputs reach {np.abs(y).max()} within {x.shape[1]} steps, too "
            "large for a network in float64; choose a smaller range or length"
        )
    return y


def datasets(task: Task, seed: int) -> tuple[Dataset, Dataset]:
    """Sequences to train on and fresh ones to check with, 65,536 of each.

    Where the domain has at most 65,536 sequences of the task's length, both are all of them.
    """
    if task.domain.size**task.length <= SEQUENCES:
        x = task.domain.all_sequences(task.length)
        whole = Dataset(task.domain, x, label(task, x), complete=True)
        return whole, whole
    train, check = (
        task.domain.sample(SEQUENCES, task.length, rng)
        for rng in np.random.default_rng(seed).spawn(2)
    )
    return (
        Dataset(task.domain, train, label(task, train)),
        Dataset(task.domain, check, label(task, check)),
    )
