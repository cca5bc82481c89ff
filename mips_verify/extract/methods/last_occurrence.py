"""Programs with one register a letter: whether it occurred, when first, and how long ago.

Where the output depends on these numbers alone, whatever the order in between; how often each
letter occurred is in :mod:`mips_verify.extract.methods.counters`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.extract.oracle import distinct
from mips_verify.extract.registers.probes import decides
from mips_verify.kernel.expr import Expr, apply, conjoin, const, var
from mips_verify.kernel.expr import names as names_in
from mips_verify.kernel.machine import Machine

LETTERS = 8
CLOCK: Final = "n"


@dataclass(frozen=True, slots=True)
class Memory:
    """What a register remembers of its letter.

    Attributes:
        says: the same in words.
        stem: of the registers' names.
        start: the value before the first letter.
        values: from ``occurs (n, length, letters)`` to the registers after each step.
        step: the next value from the register, whether its letter is read, and the clock.
    """

    says: str
    stem: str
    start: int
    values: Callable[[Ints], Ints]
    step: Callable[[Expr, Expr, Expr], Expr]


def _seen(occurs: Ints) -> Ints:
    return np.maximum.accumulate(occurs, axis=1)


def _first(occurs: Ints) -> Ints:
    clock = np.arange(occurs.shape[1])[None, :, None]
    at = occurs.argmax(axis=1)[:, None, :]
    return np.where(_seen(occurs) > 0, np.broadcast_to(at, occurs.shape), -1 + 0 * clock)


def _age(occurs: Ints) -> Ints:
    clock = np.arange(1, occurs.shape[1] + 1)[None, :, None]
    last = np.maximum.accumulate(np.where(occurs > 0, clock, 0), axis=1)
    return np.asarray(clock - last)


def _step_seen(r: Expr, read: Expr, _: Expr) -> Expr:
    return apply("if", read, const(1), r)


def _step_first(r: Expr, read: Expr, clock: Expr) -> Expr:
    return apply("if", apply("and", read, apply("lt", r, const(0))), clock, r)


def _step_age(r: Expr, read: Expr, _: Expr) -> Expr:
    return apply("if", read, const(0), apply("add", r, const(1)))


MEMORIES: Final = (
    Memory("which letters occurred", "seen", 0, _seen, _step_seen),
    Memory("when letters occurred first", "first", -1, _first, _step_first),
    Memory("how long ago letters occurred", "age", 0, _age, _step_age),
)


def memory_programs(study: Study) -> list[Candidate]:
    """Machines of the first kind of memory that decides the output and has a formula for it."""
    observer = study.observer
    if not 2 <= observer.domain.size <= LETTERS:
        return []
    letters = observer.letters(study.rng())
    occurs = (study.evidence[:, :, None, :] == letters).all(axis=3).astype(np.int64)
    for memory in MEMORIES:
        machine = _machine(study, memory, letters, memory.values(occurs))
        if machine is not None:
            study.note(f"letter memories: {memory.says}")
            return [Candidate("registers", machine)]
    study.note("letter memories: none decides the output with a formula")
    return []


def _machine(study: Study, memory: Memory, letters: Ints, values: Ints) -> Machine | None:
    """The machine of one kind of memory, without the registers that no output needs."""
    flat = values.reshape(-1, len(letters))
    read = study.evidence.reshape(len(flat), -1)
    answers = study.answers.reshape(len(flat), -1)
    keys = [*flat.T, *read.T]
    if not all(decides(keys, y) for y in answers.T):
        return None
    first, _ = distinct(np.stack(keys, axis=1))
    names = fresh_names(len(letters), memory.stem, study.inputs)
    columns = {n: flat[first, i] for i, n in enumerate(names)}
    columns |= {n: read[first, i] for i, n in enumerate(study.inputs)}
    outputs = [formula(study, columns, y) for y in answers[first].T]
    kept = tuple(e for e in outputs if e is not None)
    if len(kept) < len(outputs):
        return None
    used = frozenset().union(*map(names_in, kept))
    (clock,) = fresh_names(1, CLOCK, study.inputs + names)
    state = [n for n in names if n in used]
    steps = [
        memory.step(var(n), _is_letter(study.inputs, letter), var(clock))
        for n, letter in zip(names, letters.tolist(), strict=True)
        if n in used
    ]
    init = [memory.start] * len(state)
    if any(clock in names_in(e) for e in steps):
        state, steps = [clock, *state], [apply("add", var(clock), const(1)), *steps]
        init = [0, *init]
    return Machine(study.inputs, tuple(state), tuple(init), tuple(steps), kept)


def _is_letter(inputs: tuple[str, ...], letter: list[int]) -> Expr:
    """Whether this letter is read."""
    return conjoin([apply("eq", var(n), const(v)) for n, v in zip(inputs, letter, strict=True)])
