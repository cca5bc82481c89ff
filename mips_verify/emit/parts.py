"""Parts of expressions that the printers of several languages write."""

from __future__ import annotations

from collections.abc import Iterable

from mips_verify.kernel.expr import Expr


def number(value: int) -> str:
    """An integer literal that is valid in any place."""
    return str(value) if value >= 0 else f"({value})"


def conjuncts(e: Expr, op: str = "and") -> list[Expr]:
    """The operands of nested ``and``, or of nested ``or``, left to right."""
    parts: list[Expr] = []
    todo = [e]
    while todo:
        part = todo.pop()
        if part.op == op:
            todo += reversed(part.args)
        else:
            parts.append(part)
    return parts


def runs(members: Iterable[int]) -> list[tuple[int, int]]:
    """A set of integers as ranges, rising."""
    found: list[tuple[int, int]] = []
    for k in sorted(set(members)):
        if found and found[-1][1] == k - 1:
            found[-1] = found[-1][0], k
        else:
            found.append((k, k))
    return found
