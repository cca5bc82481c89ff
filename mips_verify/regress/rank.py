"""Which of two equal expressions a reader would rather have."""

from __future__ import annotations

from typing import Final

from mips_verify.expr import Expr, children, size

_ROUGHNESS: Final[dict[str, int]] = {
    "add": 0, "sub": 0, "neg": 1, "mul": 1, "abs": 1, "min": 1, "max": 1,
    "eq": 0, "ne": 1, "lt": 1, "le": 1, "gt": 1, "ge": 1, "in": 1, "int": 0,
    "and": 1, "or": 1, "not": 1, "if": 1, "bitand": 1, "bitxor": 2, "bitor": 1,
    "mod": 2, "floordiv": 3, "table": 4,
}  # fmt: skip


def roughness(e: Expr) -> int:
    """How hard the operators and constants are to read; 0 for sums and equalities."""
    total = 0
    for node in children(e):
        if node.op == "const":
            total += _digits(int(str(node.value)))
        else:
            total += _ROUGHNESS.get(node.op, 0)
            # divisions of comparisons, products of sums and the like are puzzles
            total += 2 * (node.op in _PUZZLED and any(a.op in _PUZZLED for a in node.args))
    return total


_PUZZLED: Final = frozenset({"mod", "floordiv", "mul", "bitxor", "if", "int", "abs"})


def _digits(value: int) -> int:
    return 0 if value in (0, 1, 2) else max(1, abs(value)).bit_length() + (value < 0)


def rank(e: Expr) -> tuple[int, int, str]:
    """Sorting key: syntax-tree nodes, then :func:`roughness`, then the text."""
    return size(e), roughness(e), str(e)
