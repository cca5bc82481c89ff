"""The last resort: a closed machine as a table of its states."""

from __future__ import annotations

from mips_verify.expr import Expr, apply, var
from mips_verify.extract.linear import combination
from mips_verify.extract.study import Candidate, Study, fresh_names
from mips_verify.machine import Machine, old
from mips_verify.mealy import Mealy

ENTRIES = 4_096


def table_programs(study: Study, machine: Mealy) -> list[Candidate]:
    """The machine with its state's number as the one variable, looked up with the letter."""
    entries = machine.states * len(machine.letters)
    if not machine.complete or entries > ENTRIES:
        study.note(f"table: {entries} entries are too many" if machine.complete else "table: open")
        return []
    name = fresh_names(1, "q", machine.inputs)[0]
    domain = study.observer.domain
    places, place = [], 1
    for lo, hi in reversed(list(zip(domain.lows, domain.highs, strict=True))):
        places.insert(0, place)
        place *= hi - lo + 1
    shift = -sum(p * lo for p, lo in zip(places, domain.lows, strict=True))

    def index(state: str) -> Expr:
        names = [var(state), *(var(n) for n in machine.inputs)]
        return combination([place, *places], names, shift)

    step = apply("table", index(name), value=tuple(machine.next.ravel().tolist()))
    outputs = tuple(
        apply("table", index(old(name)), value=tuple(machine.output[:, :, k].ravel().tolist()))
        for k in range(machine.output.shape[2])
    )
    return [Candidate("table", Machine(machine.inputs, (name,), (0,), (step,), outputs))]
