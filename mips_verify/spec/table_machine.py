"""A finite machine as a specification: one state variable, and a table for each expression."""

from __future__ import annotations

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy
from mips_verify.kernel.expr import Expr, apply, const, var
from mips_verify.kernel.machine import Machine, old


def table_machine(machine: Mealy) -> Machine:
    """The machine as tables over one state variable ``q``.

    Args:
        machine: a complete machine with one input, whose letters are consecutive numbers.
    """
    m, low = len(machine.letters), int(machine.letters[0, 0])

    def entry(table: Ints, state: str) -> Expr:
        index = apply("add", apply("mul", const(m), var(state)), var(machine.inputs[0]))
        if low:
            index = apply("sub", index, const(low))
        return apply("table", index, value=tuple(table.ravel().tolist()))

    return Machine(
        inputs=machine.inputs,
        state=("q",),
        init=(0,),
        next=(entry(machine.next, "q"),),
        outputs=(entry(machine.output, old("q")),),
    )
