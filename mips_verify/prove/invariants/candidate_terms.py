"""Terms and conditions over the state, collected from the texts of the two machines."""

from __future__ import annotations

from collections.abc import Iterator

from mips_verify.kernel.expr import (
    FALSE,
    TRUE,
    Expr,
    children,
    convert,
    names,
    substitute,
    var,
)
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.obligations import Pair
from mips_verify.prove.limits import MOST_TERMS

NONLINEAR = {"abs", "min", "max", "floordiv", "mod", "table", "if", "int", "mul"}


def terms(pair: Pair) -> list[Expr]:
    """Nonlinear subterms over the state; in those over one input, it becomes a state variable.

    One machine may store an input x, the other only a function of it: so ``abs(x)`` gives the
    term ``abs(z)`` for every state variable z.
    """
    state, found = set(pair.state), dict[str, Expr]()
    for node in _nodes(pair):
        used = names(node)
        if not used:
            continue
        whole = convert(node, "int")
        if used <= state:
            found.setdefault(str(whole), whole)
        elif len(used) == 1:
            for name in pair.state:
                moved = substitute(whole, {next(iter(used)): var(name)})
                found.setdefault(str(moved), moved)
    return sorted(found.values(), key=lambda e: len(str(e)))[:MOST_TERMS]


def is_nonlinear(pair: Pair) -> bool:
    """Whether a text contains a product of two terms over the state."""
    return any(node.op == "mul" and names(node) <= set(pair.state) for node in _nodes(pair))


def _nodes(pair: Pair) -> Iterator[Expr]:
    for e in _expressions(pair):
        for node in children(e):
            scaled = node.op == "mul" and any(a.op == "const" for a in node.args)
            condition = node.sort == "bool" and node not in (TRUE, FALSE)
            if condition or (node.op in NONLINEAR and not scaled):
                yield node


def _expressions(pair: Pair) -> Iterator[Expr]:
    """All expressions of both machines; in outputs, ``old(z)`` is replaced by ``z``."""
    for machine in (pair.program, pair.spec):
        yield from machine.next
        yield from (_now(e, machine) for e in machine.outputs)


def _now(e: Expr, machine: Machine) -> Expr:
    return substitute(e, {old(z): var(z) for z in machine.state})
