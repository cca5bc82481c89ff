"""Labelled data for a task, the only thing from which a network learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import evaluate_batch, run_batch, trace
from mips_verify.algebra.magnitude import EXACT, FLOAT_EXACT, magnitude
from mips_verify.data import MOST_NUMBERS, Dataset, affordable
from mips_verify.errors import TaskError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import TRUE, conjoin, definedness
from mips_verify.kernel.machine import Machine, Word, old
from mips_verify.spec.rare_words import rare_words
from mips_verify.spec.task import Task

SEQUENCES = 65_536
ENDINGS = 64


def label(task: Task, x: NDArray[np.int64]) -> NDArray[np.int64]:
    """The outputs that the specification gives on sequences of shape ``(n, length, channels)``.

    Raises:
        TaskError: an input or output is too large for a float64 network to represent exactly, an
            intermediate number exceeds 64 bits, or an operation has no value.
    """
    _demand_inputs(task)
    spec = task.spec
    each = x.shape[1] * (len(spec.inputs) + len(spec.state) + len(spec.outputs))
    rows = affordable(len(x), each, MOST_NUMBERS // 4)
    parts = [_label(task, x[i : i + rows]) for i in range(0, len(x), rows)]
    return np.concatenate(parts) if parts else run_batch(spec, x)


def _demand_inputs(task: Task) -> None:
    d = task.domain
    for name, low, high in zip(d.names, d.lows, d.highs, strict=True):
        if max(-low, high) > FLOAT_EXACT:
            raise TaskError(
                f"task {task.name}: input '{name}' in {low}..{high} is too large for a network in "
                "float64; choose a smaller range"
            )


def _label(task: Task, x: NDArray[np.int64]) -> NDArray[np.int64]:
    try:
        states, y = exact_trace(task.spec, x)
    except TaskError as error:
        raise TaskError(f"task {task.name}: {error}") from None
    _demand_values(task, x, states)
    if y.size and np.abs(y).max() > FLOAT_EXACT:
        raise TaskError(
            f"task {task.name}: outputs reach {np.abs(y).max()} within {x.shape[1]} steps, too "
            "large for a network in float64; choose a smaller range or length"
        )
    return y


def exact_trace(spec: Machine, x: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """States and outputs of sequences, as :func:`~mips_verify.algebra.batch.trace` gives them.

    Raises:
        TaskError: in some step a number may exceed 64 bits and wrap around.
    """
    letters = dict(zip(spec.inputs, _largest(x, (0, 1)), strict=True))
    start = dict(zip(spec.state, map(abs, spec.init), strict=True))
    _demand_exact(spec, letters | start, 0)
    states, y = trace(spec, x)
    # the first number that wraps around is computed in one step from states that are still right
    whole = dict(zip(spec.state, _largest(states, (0, 1)), strict=True))
    if _reach(spec, letters | whole) > EXACT:
        for t, row in enumerate(_largest(states, 0)):
            _demand_exact(spec, letters | dict(zip(spec.state, row, strict=True)), t)
    return states, y


def _largest(values: NDArray[np.int64], axes: int | tuple[int, int]) -> list[Any]:
    """Largest absolute values over some axes, exact even for the least number of 64 bits."""
    if not values.size:
        return []
    found = np.maximum(values.max(axis=axes).astype(object), -values.min(axis=axes).astype(object))
    return list(found.tolist())


def _reach(spec: Machine, bounds: Mapping[str, int]) -> int:
    """A bound on every number that a step computes from inputs and state within ``bounds``."""
    after = {z: magnitude(e, bounds) for z, e in zip(spec.state, spec.next, strict=True)}
    known = {**bounds, **after} | {old(z): bounds[z] for z in spec.state}
    return max(*after.values(), *(magnitude(e, known) for e in spec.outputs), 0)


def _demand_exact(spec: Machine, bounds: Mapping[str, int], step: int) -> None:
    if max(_reach(spec, bounds), *bounds.values()) > EXACT:
        raise TaskError(
            f"the numbers of the specification go beyond {EXACT} in step {step + 1} of a sequence, "
            "too large for labels; choose a smaller range or length"
        )


def _demand_values(task: Task, x: NDArray[np.int64], states: NDArray[np.int64]) -> None:
    """Demand that every step of the specification has a value on these sequences."""
    missing = undefined(task.spec, x, states)
    if not len(missing):
        return
    n, t = missing[missing[:, 1].argmin()]
    spec_value(task, [tuple(letter) for letter in x[n, : t + 1].tolist()])


def undefined(spec: Machine, x: Ints, states: Ints) -> Ints:
    """The sequences and steps, ``(k, 2)``, in which an operation of the specification has no value.

    Args:
        spec: the machine.
        x: sequences, ``(n, length, channels)``.
        states: its states, the start first, ``(n, length + 1, variables)``.
    """
    defined = conjoin([definedness(e) for e in spec.next + spec.outputs_before()])
    if defined == TRUE:
        return np.empty((0, 2), dtype=np.int64)
    env = {name: x[:, :, i] for i, name in enumerate(spec.inputs)}
    env |= {name: states[:, :-1, i] for i, name in enumerate(spec.state)}
    return np.argwhere(evaluate_batch(defined, env) == 0)


def spec_value(task: Task, word: Word) -> list[tuple[int, ...]]:
    """The outputs of the specification on a sequence.

    Raises:
        TaskError: an operation has no value or a number is too large; the message has the inputs.
    """
    state, outputs = task.spec.init, []
    for t, letter in enumerate(word):
        try:
            state, y = task.spec.step(state, tuple(letter))
        except ValueError as error:
            raise TaskError(f"{_no_value(task, word[: t + 1])}: {error}") from None
        if max(map(abs, (*state, *y))) > EXACT:
            raise TaskError(f"{_no_value(task, word[: t + 1])} that is not too large for labels")
        outputs.append(y)
    return outputs


def _no_value(task: Task, word: Word) -> str:
    shown = task.names.word(word)
    return f"task {task.name}: the specification has no value on the inputs {shown}"


def datasets(task: Task, seed: int, extra: Sequence[Word] = ()) -> tuple[Dataset, Dataset]:
    """Sequences for training and fresh ones for checking, 65,536 of each.

    If the domain has at most 65,536 sequences of the task's length, both sets hold all of them. Of
    very long sequences there are fewer, so that they fit into memory. More, rare ones are made when
    a training method asks for them. Words in ``extra`` join the
    training data, each with several random endings.
    """

    def ask(x: NDArray[np.int64]) -> Dataset:
        return Dataset(task.domain, x, label(task, x))

    if task.domain.size**task.length <= SEQUENCES:
        x = task.domain.all_sequences(task.length)
        whole = Dataset(task.domain, x, label(task, x), complete=True, ask=ask)
        return whole, whole
    first, second, third = np.random.default_rng(seed).spawn(3)
    each = task.length * (task.domain.channels + len(task.spec.outputs))
    count = affordable(SEQUENCES, each)
    train = task.domain.sample(count, task.length, first)
    check = task.domain.sample(count, task.length, second)
    if extra:
        train = np.concatenate([train, extended(task.domain, extra, task.length, third)])
    learn = Dataset(task.domain, train, label(task, train))

    def rare() -> Dataset:
        rng = np.random.default_rng([seed, len(extra)])
        found = rare_words(task.domain, learn.x, learn.y, lambda x: label(task, x), rng)
        return Dataset(task.domain, *found)

    return replace(learn, rare=rare, ask=ask), Dataset(task.domain, check, label(task, check))


def extended(
    domain: Domain, words: Sequence[Word], length: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Each word :data:`ENDINGS` times, cut or randomly continued to ``length`` letters."""
    x = domain.sample(len(words) * ENDINGS, length, rng)
    for i, word in enumerate(words):
        kept = np.array(word[:length], dtype=np.int64)
        x[i * ENDINGS : (i + 1) * ENDINGS, : len(kept)] = kept
    return x
