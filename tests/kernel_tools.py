"""What tests of the kernel share; it loads nothing but the kernel."""

from __future__ import annotations

from mips_verify.kernel.certificate import machine_from_dict
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse

BIT = Domain(("x",), (0,), (1,))
TWO = Domain(("x", "w"), (0, -2), (1, 3))


def machine(inputs: str, state: dict[str, tuple[int, str]], *outputs: str) -> Machine:
    """A machine from texts; ``old(z)`` in an output is the value before the step."""
    cells = {name: list(cell) for name, cell in state.items()}
    texts = {"inputs": inputs.split(), "state": cells, "outputs": list(outputs)}
    return machine_from_dict(texts)


def exprs(*texts: str) -> tuple[Expr, ...]:
    """Several expressions from their texts."""
    return tuple(map(parse, texts))
