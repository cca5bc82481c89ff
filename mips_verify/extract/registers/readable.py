"""Make registers readable: drop unneeded ones, rename, start at 0, split steps into cases."""

from __future__ import annotations

from dataclasses import replace

from mips_verify.algebra.simplify import simplify
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study
from mips_verify.kernel.expr import Expr, apply, children, const, names, substitute, var
from mips_verify.kernel.machine import Machine, old


def needed(machine: Machine) -> Machine:
    """The machine without the registers that no output depends on."""
    used = frozenset().union(*map(names, machine.outputs))
    for _ in machine.state:
        for name, step in zip(machine.state, machine.next, strict=True):
            if name in used:
                used |= names(step)
    kept = [i for i, name in enumerate(machine.state) if name in used]
    return replace(
        machine,
        state=tuple(machine.state[i] for i in kept),
        init=tuple(machine.init[i] for i in kept),
        next=tuple(machine.next[i] for i in kept),
    )


def renamed(machine: Machine, stem: str) -> Machine:
    """The machine with its registers called ``stem0``, ``stem1`` and so on."""
    names = fresh_names(len(machine.state), stem, machine.inputs)
    by: dict[str, Expr] = {z: var(n) for z, n in zip(machine.state, names, strict=True)}
    by |= {old(z): var(old(n)) for z, n in zip(machine.state, names, strict=True)}
    return replace(
        machine,
        state=names,
        next=tuple(substitute(e, by) for e in machine.next),
        outputs=tuple(substitute(e, by) for e in machine.outputs),
    )


def by_cases(study: Study, step: Expr) -> Expr:
    """The step with a product by an input bit rewritten as a conditional, so that it is linear."""
    domain = study.oracle.domain
    for n, low, high in zip(domain.names, domain.lows, domain.highs, strict=True):
        bit = var(n)
        if (low, high) == (0, 1) and any(_scales(node, n) for node in children(step)):
            one, zero = (simplify(substitute(step, {n: const(v)})) for v in (1, 0))
            return apply("if", apply("eq", bit, const(1)), one, zero)
    return step


def _scales(node: Expr, name: str) -> bool:
    """Whether ``node`` is a product of the input ``name`` and something else that varies."""
    if node.op != "mul":
        return False
    a, b = (names(arg) for arg in node.args)
    return (name in a and bool(b - {name})) or (name in b and bool(a - {name}))


def from_zero(machine: Machine, register: str) -> Machine:
    """The machine with ``register`` shifted to start at 0, if that is shorter."""
    i = machine.state.index(register)
    start = machine.init[i]
    by = {n: simplify(apply("add", var(n), const(start))) for n in (register, old(register))}
    nexts = [simplify(substitute(e, by)) for e in machine.next]
    nexts[i] = simplify(apply("sub", nexts[i], const(start)))
    moved = replace(
        machine,
        init=(*machine.init[:i], 0, *machine.init[i + 1 :]),
        next=tuple(nexts),
        outputs=tuple(simplify(substitute(e, by)) for e in machine.outputs),
    )
    return moved if start and moved.size < machine.size else machine
