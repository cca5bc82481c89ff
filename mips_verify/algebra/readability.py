"""Measures of readability, used to choose among equivalent expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mips_verify.algebra.linear_form import flatten, number
from mips_verify.algebra.simplify import COMPARISONS
from mips_verify.kernel.expr import Expr, children, names, size
from mips_verify.kernel.machine import Machine, old

_ROUGHNESS: Final[dict[str, int]] = {
    "neg": 1, "mul": 2, "abs": 1, "min": 1, "max": 1, "eq": 1, "ne": 1, "lt": 1, "le": 1,
    "gt": 1, "ge": 1, "in": 1, "and": 1, "or": 1, "not": 1, "if": 1, "bitand": 1,
    "bitxor": 1, "bitor": 1, "mod": 2, "floordiv": 3, "table": 4,
}  # fmt: skip
_PLAIN: Final = frozenset({"var", "const", "add", "sub", "neg"})
_ATOMS: Final = frozenset({"var", "const"})
_BITS: Final = frozenset({"bitand", "bitor", "bitxor"})
_EXTREMES: Final = frozenset({"min", "max"})
_DIVISIONS: Final = frozenset({"mod", "floordiv"})
_CRAMPED: Final = _EXTREMES | _DIVISIONS | COMPARISONS | {"table"}
_NUMBERS: Final = _EXTREMES | _DIVISIONS | {"add", "sub", "neg", "mul", "abs"}


def puzzles(e: Expr) -> int:
    """The number of nestings that are short but hard to read; each counts about as one node.

    Counted are products of compound factors, divisions of anything but sums, bit operators on or
    below comparisons; conditionals, extremes and bit operators inside sums; remainders inside
    extremes and extremes inside remainders; comparisons with a negated side.
    """
    return sum(map(_puzzle, children(e)))


def _puzzle(e: Expr) -> int:
    inner = [a.op for a in e.args]
    if e.op == "mul":
        return 2 * all(op not in _ATOMS for op in inner) + ("int" in inner)
    if e.op in ("mod", "floordiv"):
        odd = 2 * sum(op in _EXTREMES | _DIVISIONS for op in _summands(e.args[0]))
        return int(inner[0] not in _PLAIN | {"mul"}) + odd
    if e.op in _BITS:
        return 4 * inner.count("int") + 2 * sum(op in _NUMBERS for op in inner)
    if e.op in COMPARISONS:
        return sum(op in _BITS or op in ("int", "neg") for op in inner)
    if e.op in ("add", "sub"):
        return sum(op in _BITS or op in ("if", "min", "max") for op in inner)
    if e.op in ("min", "max", "abs", "neg"):
        mixed = (
            2
            * (e.op in _EXTREMES)
            * sum(
                op in _DIVISIONS or op in _EXTREMES - {e.op} for a in e.args for op in _summands(a)
            )
        )
        return inner.count("if") + inner.count("table") + mixed
    return 0


def _summands(e: Expr) -> list[str]:
    """The operators of the terms of a sum."""
    if e.op in ("add", "sub", "neg", "mul"):
        return [op for a in e.args for op in _summands(a)]
    return [e.op]


def roughness(e: Expr) -> int:
    """A penalty for unusual operators and constants; 0 for sums of names."""
    return sum(
        _digits(int(str(n.value)))
        if n.op == "const"
        else _ROUGHNESS.get(n.op, 0) + (2 * len(n.value) + 2 if isinstance(n.value, tuple) else 0)
        for n in children(e)
    )


def _digits(value: int) -> int:
    return 0 if value in (0, 1, 2) else abs(value).bit_length() + (value < 0)


def rank(e: Expr) -> tuple[int, int, int, int, str]:
    """Sorting key: nodes and :func:`puzzles`, nodes, :func:`roughness`, then the text."""
    text = str(e)
    nodes = size(e)
    return nodes + puzzles(e), nodes, roughness(e), len(text), text


def weight(e: Expr) -> int:
    """Syntax-tree nodes plus :func:`puzzles`: the length that :func:`rank` compares first."""
    return size(e) + puzzles(e)


def opacity(machine: Machine) -> int:
    """A penalty for states whose meaning is hard to see; one unit is about one node.

    Counted are remainders of a counter modulo m by a number that does not divide m, registers
    that are compared with or computed from one another, letters weighted by a table or a
    remainder, initial values other than 0, and products that merely fit a table.
    """
    states = frozenset(machine.state)
    moduli = {
        z: number(e.args[1])
        for z, e in zip(machine.state, machine.next, strict=True)
        if e.op == "mod"
    }
    moduli |= {old(z): m for z, m in moduli.items()}
    mixed = sum(_mixed_moduli(e, moduli) for e in machine.next + machine.outputs)
    crossed = sum(
        len(names(e) & states - {z}) + 2 * _compared_registers(e, states)
        for z, e in zip(machine.state, machine.next, strict=True)
        if any(n.op not in _PLAIN | {"mul"} for n in children(e))
    )
    odd_starts = sum(map(bool, machine.init))
    fitted = sum(map(_fitted_products, machine.next + machine.outputs))
    weighed = sum(_weighed_letters(e, states) for e in machine.next)
    return odd_starts + mixed + crossed + weighed + fitted


def _mixed_moduli(e: Expr, moduli: Mapping[str, int]) -> int:
    """3 for each ``z % k`` where z is kept modulo m and k does not divide m."""
    return 3 * sum(
        n.op == "mod" and any(moduli.get(str(t.value), 0) % number(n.args[1]) for t in _plain(n))
        for n in children(e)
    )


def _plain(e: Expr) -> list[Expr]:
    """The variables among the terms of a remainder's argument."""
    return [t for t, _ in flatten(e.args[0]).terms if t.op == "var"]


def _compared_registers(e: Expr, states: frozenset[str]) -> int:
    return sum(n.op in _EXTREMES and len(names(n) & states) > 1 for n in children(e))


def _fitted_products(e: Expr) -> int:
    """A penalty for squares, and for products of three factors, below what has few values.

    Any small table is some polynomial below a remainder, an extreme or a comparison. One product of
    two variables there may mean something; a higher power hardly ever does.
    """
    products = {n: _degree(n) for c in children(e) if c.op in _CRAMPED for n in children(c)
                if n.op == "mul"}  # fmt: skip
    return sum(6 for n, degree in products.items() if degree > 2 or (degree == 2 and _square(n)))


def _degree(e: Expr) -> int:
    """The degree of a polynomial; anything else counts as a variable."""
    if e.op in ("mul", "add", "sub", "neg"):
        degrees = [_degree(a) for a in e.args]
        return sum(degrees) if e.op == "mul" else max(degrees)
    return int(e.op != "const")


def _square(e: Expr) -> bool:
    return bool(names(e.args[0]) & names(e.args[1]))


def _weighed_letters(e: Expr, states: frozenset[str]) -> int:
    """A penalty for tables and remainders of letters that are terms of a register's next value."""
    return sum(
        2 * len(t.value) + 2 if isinstance(t.value, tuple) else 2
        for t, _ in flatten(e).terms
        if t.op in _DIVISIONS | {"table"} and not names(t) & states
    )
