"""Which of two equal expressions a reader would rather have."""

from __future__ import annotations

from typing import Final

from mips_verify.expr import Expr, children, size
from mips_verify.machine import Machine

_ROUGHNESS: Final[dict[str, int]] = {
    "neg": 1, "mul": 2, "abs": 1, "min": 1, "max": 1, "eq": 1, "ne": 1, "lt": 1, "le": 1,
    "gt": 1, "ge": 1, "in": 1, "and": 1, "or": 1, "not": 1, "if": 1, "bitand": 1,
    "bitxor": 1, "bitor": 1, "mod": 2, "floordiv": 3, "table": 4,
}  # fmt: skip
_PLAIN: Final = frozenset({"var", "const", "add", "sub", "neg"})
_ATOMS: Final = frozenset({"var", "const"})
_BITS: Final = frozenset({"bitand", "bitor", "bitxor"})


def puzzles(e: Expr) -> int:
    """Nestings that are short and hard to read, each worth about a node.

    Products of compound factors, divisions of anything but sums, bit operators on or below
    comparisons; conditionals, extremes and bit operators inside sums.
    """
    return sum(map(_puzzle, children(e)))


def _puzzle(e: Expr) -> int:
    inner = [a.op for a in e.args]
    if e.op == "mul":
        return 2 * all(op not in _ATOMS for op in inner) + ("int" in inner)
    if e.op in ("mod", "floordiv"):
        return int(inner[0] not in _PLAIN | {"mul"})
    if e.op in _BITS:
        return 4 * inner.count("int")
    if e.op in ("eq", "ne", "lt", "le", "gt", "ge"):
        return sum(op in _BITS or op == "int" for op in inner)
    if e.op in ("add", "sub"):
        return sum(op in _BITS or op in ("if", "min", "max") for op in inner)
    if e.op in ("min", "max", "abs", "neg"):
        return inner.count("if") + inner.count("table")
    return 0


def roughness(e: Expr) -> int:
    """How unusual the operators and constants are; 0 for sums of names."""
    return sum(
        _digits(int(str(n.value)))
        if n.op == "const"
        else _ROUGHNESS.get(n.op, 0) + (2 * len(n.value) if isinstance(n.value, tuple) else 0)
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
    """Syntax-tree nodes and puzzles: the length that rankings compare first."""
    return size(e) + puzzles(e)


def machine_weight(machine: Machine) -> int:
    """The same for a machine, where a start other than 0 counts as a node."""
    extra = sum(map(puzzles, machine.next + machine.outputs)) + sum(map(bool, machine.init))
    return machine.size + extra
