"""Train a causal model on labelled words as people do: Adam, cross-entropy, until it is right.

Networks that are only nearly right matter as much as exact ones, so the weights are also kept of
the last look at which almost all words were right, but not all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mips_verify.spec.labelling import label
from mips_verify.spec.task import Task
from tests.quality.sequence_models.causal_models import KINDS

BATCH, RATE, LOOK = 128, 4e-3, 40
STEPS = {"transformer": 2400, "ssm": 2400, "tcn": 3600}
LABELLED_AT_ONCE = 32  # batches
LOOKED_AT = 1024  # fresh words of a look; as many as are right decide whether to measure
SAMPLED = 16_384  # words from which the values of outputs are gathered
FRESH = 16_384  # words that measure a network
NEARLY = (0.97, 0.999)  # share of words that a nearly right network gets right
AIMED_AT = (0.975, 0.996)  # the same in a look, which is coarser

Ints = NDArray[np.int64]
Function = Callable[[Ints], Ints]


@dataclass(frozen=True)
class Network:
    """A trained model, the output values of its logits, and how it was trained.

    Attributes:
        early: whether the weights are those of a look before the end.
        accuracy: share of fresh words of the task's length that are entirely right.
        seconds: CPU time of the whole training.
    """

    kind: str
    task: str
    early: bool
    model: nn.Module
    values: tuple[int, ...]
    accuracy: float
    steps: int
    seconds: float


def as_function(model: nn.Module, values: tuple[int, ...]) -> Function:
    """The most likely outputs ``(n, T, 1)`` of letters ``(n, T, channels)``."""
    table = np.array(values, dtype=np.int64)

    def function(x: Ints) -> Ints:
        with torch.inference_mode():
            best = model(torch.from_numpy(np.ascontiguousarray(x))).argmax(dim=-1)
        return table[best.numpy()][..., None]

    return function


def accuracy(function: Function, task: Task, length: int, count: int = FRESH) -> float:
    """Share of fresh words of a length that are entirely right."""
    x = task.domain.sample(count, length, np.random.default_rng([77, length]))
    parts = [x[i : i + 2048] for i in range(0, count, 2048)]
    right = [(function(p) == label(task, p)).all(axis=(1, 2)) for p in parts]
    return float(np.concatenate(right).mean())


def output_values(task: Task, seed: int) -> tuple[int, ...]:
    """The values of the outputs on sample words: what a model can say."""
    x = task.domain.sample(SAMPLED, task.length, np.random.default_rng([seed, 3]))
    return tuple(np.unique(label(task, x)).tolist())


def batches(task: Task, values: tuple[int, ...], seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Fresh letters and the classes of their outputs, for ever; rare values become a near one."""
    rng, known = np.random.default_rng(seed), np.array(values)
    while True:
        x = task.domain.sample(BATCH * LABELLED_AT_ONCE, task.length, rng)
        y = np.searchsorted(known, label(task, x)[..., 0]).clip(max=len(known) - 1)
        yield from zip(
            torch.from_numpy(x).split(BATCH), torch.from_numpy(y).split(BATCH), strict=True
        )


def copied(model: nn.Module) -> dict[str, Tensor]:
    """The weights as they are now."""
    return {name: w.detach().clone() for name, w in model.state_dict().items()}


def train(task: Task, kind: str, seed: int = 0) -> list[Network]:
    """The trained network, and before it the one that was nearly right, if any was.

    Training ends as soon as fresh words are all right, or out of steps.
    """
    torch.manual_seed(seed)
    began, values = time.process_time(), output_values(task, seed)
    model = KINDS[kind](task.domain, len(values))
    function = as_function(model, values)
    early: tuple[int, dict[str, Tensor]] | None = None
    final, done = 0.0, 0
    for done in steps(model, batches(task, values, seed), STEPS[kind]):
        share = accuracy(function, task, task.length, LOOKED_AT)
        if AIMED_AT[0] <= share <= AIMED_AT[1]:
            early = done, copied(model)
        if share == 1.0 and (final := accuracy(function, task, task.length)) == 1.0:
            break
    final = final if final == 1.0 else accuracy(function, task, task.length)
    seconds = time.process_time() - began
    found = [Network(kind, task.name, False, model, values, final, done, seconds)]
    if early is not None and final > NEARLY[1]:
        other = KINDS[kind](task.domain, len(values))
        other.load_state_dict(early[1])
        share = accuracy(as_function(other, values), task, task.length)
        found.append(Network(kind, task.name, True, other, values, share, early[0], seconds))
    return found


def steps(model: nn.Module, data: Iterator[tuple[Tensor, Tensor]], count: int) -> Iterator[int]:
    """Optimise step by step, and pause for a look every so many steps; gives how many are done."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, count, pct_start=0.1)
    for done, (x, y) in zip(range(1, count + 1), data, strict=False):
        loss = nn.functional.cross_entropy(model(x).flatten(0, 1), y.flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if done % LOOK == 0:
            yield done
