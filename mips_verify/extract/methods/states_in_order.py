"""States in order: numbers that mean something, as an output does or a count along a letter.

Counters with limits, levels and floors are read best by such numbers, even if others make the step
a single sum. Few numberings are tried, so this takes a fraction of the time of state assignment.
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy, moore_columns
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.method import Known
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study, formula, formulas
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.state_assignment.by_chain import chains


def run(study: Study, known: Known) -> list[Machine]:
    """Programs whose state is an output or counts along a letter, if there are formulas for them.

    They are fitted with conditions, so that numbers need not make the step a single sum.
    """
    machine = known.closed
    if not machine.complete or not 1 < machine.states <= budgets.ASSIGNED_STATES:
        return []
    name = fresh_names(1, "s", machine.inputs)[0]
    counts = chains(machine)
    inside = (n - n[0] for n in counts if n.min() < n[0] < n.max())  # a balance around 0
    numbers = [*_as_shown(machine), *counts, *inside]
    different = {tuple(labels.tolist()): labels for labels in numbers}
    tried = list(different.values())[: budgets.MEANT]
    found = [p for p in (_numbered(study, machine, n, name) for n in tried) if p is not None]
    study.note(f"{len(tried)} ways to number {machine.states} states, {len(found)} programs")
    return found


def _as_shown(machine: Mealy) -> list[Ints]:
    """Every output that every state has a value of its own of, ``(states,)``."""
    shown = moore_columns(machine)
    return [column for column in shown if len(np.unique(column)) == machine.states]


def _numbered(study: Study, machine: Mealy, labels: Ints, name: str) -> Machine | None:
    """The program whose state variable has these numbers, if all its formulas are found."""
    q, a = machine.known
    letters = {n: machine.letters[a, i] for i, n in enumerate(machine.inputs)}
    before, after = labels[q], labels[machine.next[q, a]]
    step = formula(study, {name: before} | letters, after, budget=budgets.ASSIGN_OUTPUT)
    if step is None:
        return None
    outputs = formulas(
        study,
        {name: after, old(name): before} | letters,
        np.moveaxis(machine.output[q, a], 1, 0),
        budget=budgets.ASSIGN_OUTPUT,
    )
    if outputs is None:
        return None
    return Machine(machine.inputs, (name,), (int(labels[0]),), (step,), outputs)
