"""What the values of a program's state variables are called.

A task names the values of its own state variables; those of a program are others. But a variable
that an output shows as it is has the values of this output, and one that takes over an input has
the values of that input, and these have names.
"""

from __future__ import annotations

from mips_verify.kernel.expr import Expr
from mips_verify.kernel.machine import Machine
from mips_verify.spec.value_names import Names, Words


def state_words(machine: Machine, names: Names) -> tuple[Words, ...]:
    """The names of the values of each state variable; empty where there are none.

    Args:
        machine: the program.
        names: those of its inputs and outputs.
    """
    shown = _named(machine.outputs, names.outputs)
    read = dict(zip(machine.inputs, names.inputs, strict=False))
    taken = (read.get(str(e.value), ()) if e.op == "var" else () for e in machine.next)
    return tuple(shown.get(z, ()) or words for z, words in zip(machine.state, taken, strict=True))


def _named(outputs: tuple[Expr, ...], words: tuple[Words, ...]) -> dict[str, Words]:
    """The names by the state variable that an output is."""
    pairs = zip(outputs, words, strict=False)
    return {str(e.value): named for e, named in pairs if e.op == "var"}
