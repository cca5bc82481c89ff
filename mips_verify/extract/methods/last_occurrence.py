"""One register per letter: whether it occurred, when it occurred first, or how long ago.

The output must depend on the registers and the letter alone. Counts of letters are the Parikh
vector, :mod:`mips_verify.extract.methods.parikh_vector`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.equal_rows import REPEATED
from mips_verify.extract.method import Known
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study, formulas
from mips_verify.kernel.expr import Expr, apply, conjoin, const, var
from mips_verify.kernel.expr import names as names_in
from mips_verify.kernel.machine import Machine

CLOCK: Final = "n"


@dataclass(frozen=True, slots=True)
class Memory:
    """What a register stores about its letter.

    Attributes:
        says: the same in words, for progress notes.
        stem: the stem of the registers' names.
        start: the value before the first letter.
        values: the registers after each step, from ``occurs (n, length, letters)``.
        step: a function from the register, the condition that its letter is read, and the clock
            to the next value.
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


def run(study: Study, _: Known) -> list[Machine]:
    """The machine of the first kind of memory over which a formula gives the output."""
    oracle = study.oracle
    if not 2 <= oracle.domain.size <= budgets.OCCURRENCE_LETTERS:
        return []
    letters = oracle.letters(study.rng())
    occurs = (study.evidence[:, :, None, :] == letters).all(axis=3).astype(np.int64)
    for memory in MEMORIES:
        machine = _machine(study, memory, letters, memory.values(occurs))
        if machine is not None:
            study.note(f"{memory.says} decides the output")
            return [machine]
    study.note("no kind of memory decides the output by a formula")
    return []


def _machine(study: Study, memory: Memory, letters: Ints, values: Ints) -> Machine | None:
    """The machine of one kind of memory, without the registers that no output needs."""
    flat = values.reshape(-1, len(letters))
    read = study.evidence.reshape(len(flat), -1)
    keys = np.concatenate([flat, read], axis=1)
    first, answers, decided = study.grouped(keys, study.answers.reshape(len(flat), -1))
    if not decided or len(first) > (1 - REPEATED) * len(keys):
        return None
    names = fresh_names(len(letters), memory.stem, study.inputs)
    columns = {n: flat[first, i] for i, n in enumerate(names)}
    columns |= {n: read[first, i] for i, n in enumerate(study.inputs)}
    outputs = formulas(study, columns, answers.T)
    if outputs is None:
        return None
    used = frozenset().union(*map(names_in, outputs))
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
    return Machine(study.inputs, tuple(state), tuple(init), tuple(steps), outputs)


def _is_letter(inputs: tuple[str, ...], letter: list[int]) -> Expr:
    """The condition that ``letter`` is read."""
    return conjoin([apply("eq", var(n), const(v)) for n, v in zip(inputs, letter, strict=True)])
