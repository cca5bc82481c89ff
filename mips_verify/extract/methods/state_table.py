"""The last resort: a closed machine as a table of its states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.linear_form import combination
from mips_verify.algebra.mealy import Mealy, moore_numbers
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.kernel.expr import Expr, apply, var
from mips_verify.kernel.machine import Machine, old

ENTRIES = 4_096


def table_programs(study: Study, machine: Mealy) -> list[Candidate]:
    """The machine with its state's number as the one variable, looked up with the letter.

    A machine of one state needs no variable. Where every state shows a number of its own, that
    is the state's number.
    """
    machine, start = _numbered(machine)
    entries = machine.states * len(machine.letters)
    if entries > ENTRIES:
        study.note(f"table: {entries} entries are too many")
        return []
    study.note(f"table: {machine.states} states, {len(machine.letters)} letters")
    name = fresh_names(1, "q", machine.inputs)[0]
    outputs = tuple(
        _output(study, machine, name, machine.output[:, :, k])
        for k in range(machine.output.shape[2])
    )
    if machine.states == 1:
        return [Candidate("table", Machine(machine.inputs, (), (), (), outputs))]
    step = _lookup(study, machine, name, machine.next.ravel().tolist())
    return [Candidate("table", Machine(machine.inputs, (name,), (start,), (step,), outputs))]


def _numbered(machine: Mealy) -> tuple[Mealy, int]:
    """The machine with its states in the order of the numbers they show, and its start."""
    numbers = moore_numbers(machine)
    if numbers is None:
        return machine, 0
    order = np.argsort(numbers)
    nxt, output = numbers[machine.next[order]], machine.output[order]
    return replace(machine, next=nxt, output=output), int(numbers[0])


def _output(study: Study, machine: Mealy, name: str, output: Ints) -> Expr:
    """An output by the new state alone where that decides it, else by old state and letter."""
    by_state = np.full(machine.states, -1, dtype=np.int64)
    by_state[machine.next] = output
    # a state that nothing leads to is never read after a step
    if machine.states > 1 and (by_state[machine.next] == output).all():
        if (by_state == np.arange(machine.states)).all():
            return var(name)
        return apply("table", var(name), value=tuple(by_state.tolist()))
    return _lookup(study, machine, old(name), output.ravel().tolist())


def _lookup(study: Study, machine: Mealy, state: str, entries: list[int]) -> Expr:
    """The entry of a state and a letter, both in order, the letter running fastest."""
    domain = study.observer.domain
    places: list[int] = []
    place = 1
    for lo, hi in zip(reversed(domain.lows), reversed(domain.highs), strict=True):
        places.insert(0, place)
        place *= hi - lo + 1
    shift = -sum(p * lo for p, lo in zip(places, domain.lows, strict=True))
    letter = [var(n) for n in machine.inputs]
    if machine.states == 1:
        return apply("table", combination(places, letter, shift), value=tuple(entries))
    index = combination([place, *places], [var(state), *letter], shift)
    return apply("table", index, value=tuple(entries))
