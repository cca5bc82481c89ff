"""State table: the last resort, a closed machine as a table of its states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.linear_form import combination
from mips_verify.algebra.mealy import Mealy, moore_numbers
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.method import Known
from mips_verify.extract.oracle import letter_number
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, apply, var
from mips_verify.kernel.machine import Machine, old


def run(study: Study, known: Known) -> list[Machine]:
    """The closed machine, with the number of its state as the only variable.

    A machine of one state needs no variable.
    """
    machine, start = numbered_as_shown(known.closed)
    entries = machine.states * len(machine.letters)
    if entries > budgets.TABLE_ENTRIES:
        study.note(f"{entries} entries are too many")
        return []
    study.note(f"{machine.states} states, {len(machine.letters)} letters")
    name = fresh_names(1, "q", machine.inputs)[0]
    outputs = tuple(
        _output(study, machine, name, machine.output[:, :, k])
        for k in range(machine.output.shape[2])
    )
    if machine.states == 1:
        return [Machine(machine.inputs, (), (), (), outputs)]
    step = lookup(study.oracle.domain, machine.inputs, name, machine.next)
    return [Machine(machine.inputs, (name,), (start,), (step,), outputs)]


def numbered_as_shown(machine: Mealy) -> tuple[Mealy, int]:
    """The machine and its start, with each state numbered by its output if these are unique."""
    numbers = moore_numbers(machine)
    if numbers is None:
        return machine, 0
    order = np.argsort(numbers)
    nxt, output = numbers[machine.next[order]], machine.output[order]
    return replace(machine, next=nxt, output=output), int(numbers[0])


def _output(study: Study, machine: Mealy, name: str, output: Ints) -> Expr:
    """An output looked up by the new state or, if that does not decide it, old state and letter."""
    by_state = np.full(machine.states, -1, dtype=np.int64)
    by_state[machine.next] = output
    # -1 remains only for states that no step leads to; they are never looked up
    if machine.states > 1 and (by_state[machine.next] == output).all():
        if (by_state == np.arange(machine.states)).all():
            return var(name)
        return apply("table", var(name), value=tuple(by_state.tolist()))
    state = old(name) if machine.states > 1 else None
    return lookup(study.oracle.domain, machine.inputs, state, output)


def lookup(domain: Domain, inputs: tuple[str, ...], state: str | None, entries: Ints) -> Expr:
    """The entry for a state and a letter in ``(states, letters)``; for a letter if no state."""
    factors, shift = letter_number(domain)
    terms = [var(n) for n in inputs]
    if state is not None:
        factors, terms = [domain.size, *factors], [var(state), *terms]
    return apply("table", combination(factors, terms, shift), value=tuple(entries.ravel().tolist()))
