"""Terms and conditions over the state, collected from the texts of the two machines."""

from __future__ import annotations

from collections.abc import Iterator

from mips_verify.kernel.expr import (
    FALSE,
    TRUE,
    Expr,
    children,
    conjoin,
    convert,
    definedness,
    names,
    negate,
    substitute,
    var,
)
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.obligations import Pair
from mips_verify.prove.limits import MOST_GUARDS, MOST_TERMS

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


def guards(pair: Pair) -> list[Expr]:
    """Conditions over the state, and for each branch the conjunction of all that lead to it."""
    state, found = set(pair.state), dict[str, Expr]()
    for e in _expressions(pair):
        for path, condition in _branches(e, ()):
            for last in (condition, negate(condition)):
                whole = conjoin([*path, last])
                if names(whole) and names(whole) <= state:
                    found.setdefault(str(whole), whole)
    for node in _nodes(pair):
        if node.sort == "bool" and names(node) and names(node) <= state:
            found.setdefault(str(node), node)
    total = [e for e in found.values() if definedness(e) == TRUE]
    return sorted(total, key=lambda e: len(str(e)))[:MOST_GUARDS]


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


def _branches(e: Expr, path: tuple[Expr, ...]) -> Iterator[tuple[tuple[Expr, ...], Expr]]:
    if e.op != "if":
        for a in e.args:
            yield from _branches(a, path)
        return
    condition, then, other = e.args
    yield path, condition
    yield from _branches(then, (*path, condition))
    yield from _branches(other, (*path, negate(condition)))
