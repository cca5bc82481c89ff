"""Hidden registers: integers that hidden units keep, up to a scale and small errors.

A register that shows only through a comparison, such as ``r > s``, is seldom visible in answers,
but the network has to keep it. If a few units on an integer scale decide the outputs, they are the
registers; each is a saturating shift, and the output is regressed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.automata.observation_table import letter_indices
from mips_verify.extract.equal_rows import distinct, key_up_to_sign
from mips_verify.extract.method import Known
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.registers.readable import from_zero, needed, renamed
from mips_verify.extract.registers.saturating_shifts import Actions
from mips_verify.extract.registers.transitions import step_of
from mips_verify.extract.registers.unit_scale import directions, integer_actions
from mips_verify.extract.study import Study, formulas
from mips_verify.kernel.machine import Machine

REPEATED: Final = 2.0  # rows for each value of the registers, on average; fewer decide by chance
ERRS: Final = 0.01  # share of answers that the registers of a network that errs may leave open


def run(study: Study, _: Known) -> list[Machine]:
    """A machine over up to three hidden units that decide the outputs, with the fewest units."""
    if study.oracle.domain.size > budgets.PARTIAL_LETTERS:
        return []
    registers = _registers(study)
    study.note(f"{len(registers)} units on an integer scale")
    tolerant = replace(study, noise=max(study.noise, ERRS))
    deciding = list(_deciding(tolerant, registers))
    for patient in (study, tolerant) if study.noise < tolerant.noise else (study,):
        for left_open, some in deciding:
            machine = _machine(patient, some) if left_open <= patient.noise else None
            if machine is not None:
                return [machine]
    return []


Register = tuple[Actions, Ints]  # and its values along the evidence, ``(n, horizon + 1)``


def _registers(study: Study) -> list[Register]:
    """The hidden units on an integer scale, without copies."""
    letters = letter_indices(study.oracle, study.evidence)
    few = study.rng().permutation(len(letters))[: budgets.SCALED_SEQUENCES]
    hidden = study.oracle.network.run(study.evidence[few])[0]
    count = study.oracle.domain.size
    found: dict[bytes, Register] = {}
    for values in directions(hidden, letters[few], count):
        for actions in integer_actions(values, letters[few], count):
            numbers = actions.run(0, letters)
            if np.ptp(numbers):
                found.setdefault(key_up_to_sign(numbers, 0), (actions, numbers))
    return list(found.values())


def _deciding(
    study: Study, registers: list[Register]
) -> Iterator[tuple[float, tuple[Register, ...]]]:
    """Sets of registers that decide the outputs, and the share of answers that they leave open.

    The smallest sets come first, then those that leave least open.
    """
    for size in range(1, budgets.OBSERVABLE + 1):
        sets = [s for s in itertools.combinations(registers, size) if _apart(s)]
        left_open = [_left_open(study, [numbers for _, numbers in s]) for s in sets]
        for k in np.argsort(left_open, kind="stable")[: budgets.HIDDEN_TRIED]:
            if left_open[k] <= study.noise:
                yield left_open[k], sets[k]


def _apart(some: tuple[Register, ...]) -> bool:
    """Whether no register is another one with other bounds."""
    return all((a.shift != b.shift).any() for (a, _), (b, _) in itertools.combinations(some, 2))


def _left_open(study: Study, numbers: list[Ints]) -> float:
    """The share of answers that registers after a letter do not decide; 1 if too few repeat."""
    rows = np.stack([n[:, 1:].ravel() for n in numbers], axis=1)
    answers = study.answers.reshape(len(rows), -1)
    first, usual, _ = study.grouped(rows, answers)
    if len(first) * REPEATED > len(rows):
        return 1.0
    which = distinct(rows)[1]
    return float((usual[which] != answers).any(axis=1).mean())


def _machine(study: Study, registers: tuple[Register, ...]) -> Machine | None:
    """The machine of registers that decide the outputs, if there are formulas."""
    names = fresh_names(len(registers), "r", study.inputs)
    steps = [
        step_of(replace(study, noise=0.0), actions, numbers, name)
        for name, (actions, numbers) in zip(names, registers, strict=True)
    ]
    columns = {n: r[:, 1:].ravel() for n, (_, r) in zip(names, registers, strict=True)}
    answers = study.answers.reshape(-1, study.answers.shape[2])
    outputs = formulas(study, columns, answers.T, budget=budgets.LATENT_OUTPUT)
    if outputs is None or any(s is None for s in steps):
        return None
    found = tuple(s for s in steps if s is not None)
    start = (0,) * len(names)
    machine = renamed(needed(Machine(study.inputs, names, start, found, outputs)), "r")
    for name in machine.state:
        machine = from_zero(machine, name)
    return machine
