"""Output feedback: the state is the last answer and letters, ``y = F(last y, x, last x)``.

These are autoregressive models with exogenous inputs (Ljung, "System Identification", 1999), exact
and over the integers: run lengths, resets, and other outputs computed from the last output.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import run_batch
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.method import Known
from mips_verify.extract.oracle import Letter
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.registers.last_letters import Lines, delay_names, delays
from mips_verify.extract.registers.readable import by_cases
from mips_verify.extract.study import Study, formulas
from mips_verify.kernel.expr import names, size, var
from mips_verify.kernel.machine import Machine

LONGEST = 24  # nodes of all steps; longer steps fit the evidence by chance


def run(study: Study, _: Known) -> list[Machine]:
    """The machine that stores the fewest letters, if there is one."""
    for memory in budgets.FEEDBACK_MEMORIES:
        machine = _machine(study, memory)
        if machine is not None and _agrees(study, machine):
            study.note(f"the last answer and {memory} letters before decide")
            return [machine]
    study.note("the last answer and letters do not decide")
    return []


def _machine(study: Study, memory: int) -> Machine | None:
    """The machine that stores ``memory`` letters, with the first start that fits, if any."""
    outputs = study.answers.shape[2]
    last = fresh_names(outputs, "y", study.inputs)
    lines = delay_names(study.inputs, memory)
    columns = _columns(study, memory, last, lines)
    targets = study.answers[:, memory:].reshape(-1, outputs)[: budgets.FEEDBACK_ROWS].T
    found = formulas(study, columns, targets, budget=budgets.FEEDBACK_STEP)
    if found is None:
        return None
    nexts = tuple(by_cases(study, e) for e in found)
    if sum(map(size, nexts)) > LONGEST:
        return None
    held, shifts = delays(study.inputs, lines, frozenset().union(*map(names, nexts)))
    read = tuple(var(n) for n in last)
    early = study.evidence[: budgets.FEEDBACK_CHECKED, : memory + 1]
    for answers, letter in itertools.product(_first_answers(study), _first_letters(study)):
        before = {n: value for line, value in zip(lines, letter, strict=True) for n in line}
        init = (*answers, *(before[n] for n in held))
        machine = Machine(study.inputs, last + held, init, nexts + shifts, read)
        if study.mostly(run_batch(machine, early) == study.answers[: len(early), : memory + 1]):
            return machine
    return None


def _agrees(study: Study, machine: Machine) -> bool:
    """Whether the machine is right on the evidence; errors of its past answers add up."""
    right = (run_batch(machine, study.evidence) == study.answers).all()
    return study.noise > 0 or bool(right)


def _columns(study: Study, memory: int, last: tuple[str, ...], lines: Lines) -> dict[str, Ints]:
    """One row per step, from the first step at which all stored letters have been read."""
    length = study.evidence.shape[1]

    def ago(values: Ints, k: int) -> Ints:
        flat: Ints = values[:, memory - k : length - k].reshape(-1)[: budgets.FEEDBACK_ROWS]
        return flat

    columns = {n: ago(study.answers[..., i], 1) for i, n in enumerate(last)}
    for i, (name, line) in enumerate(zip(study.inputs, lines, strict=True)):
        columns |= {n: ago(study.evidence[..., i], k) for k, n in enumerate((name, *line))}
    return columns


def _first_answers(study: Study) -> Iterator[tuple[int, ...]]:
    """Possible values of the answer before the first, small numbers first."""
    outputs = study.answers.shape[2]
    most = budgets.FEEDBACK_STARTS if outputs == 1 else budgets.FEEDBACK_MANY_STARTS
    options = []
    for i in range(min(outputs, 2)):
        seen = np.unique(study.answers[..., i])[: budgets.FEEDBACK_STARTS].tolist()
        near = {0, *seen, seen[0] - 1, seen[-1] + 1}
        options.append(sorted(near, key=lambda v: (abs(v), v < 0))[:most])
    # all outputs but the first get the same start: trying every combination would take too long
    for first, *others in itertools.product(*options):
        yield (first, *(others * (outputs - 1)))


def _first_letters(study: Study) -> list[Letter]:
    """Possible values of the letter before the first."""
    domain = study.oracle.domain
    below = tuple(low - 1 for low in domain.lows)
    return list(dict.fromkeys([study.oracle.resting_letter(), domain.lows, domain.highs, below]))
