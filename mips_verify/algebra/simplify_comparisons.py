"""Joining two comparisons with the same expression into one with a maximum or a minimum."""

from __future__ import annotations

from typing import Final

from mips_verify.kernel.expr import Expr

_TURNED: Final = {"lt": "lt", "le": "le", "gt": "lt", "ge": "le"}
_BACK: Final = {"lt": "gt", "le": "ge"}


def joined(op: str, a: Expr, b: Expr) -> Expr | None:
    """``x < z and y < z`` as ``max(x, y) < z``, and so on; ``None`` if no side is shared.

    Comparisons of a shared expression with two constants stay, as they read better.

    Args:
        op: the connective, ``"and"`` or ``"or"``.
        a: the first comparison.
        b: the second comparison; its operands must be defined wherever those of ``a`` are.
    """
    if a.op not in _TURNED or b.op not in _TURNED or _TURNED[a.op] != _TURNED[b.op]:
        return None
    (small, large), (small_b, large_b) = _sides(a), _sides(b)
    if large == large_b and large.op != "const":
        small = Expr("max" if op == "and" else "min", (small, small_b))
    elif small == small_b and small.op != "const":
        large = Expr("min" if op == "and" else "max", (large, large_b))
    else:
        return None
    less = _TURNED[a.op]
    return Expr(less, (small, large)) if a.op == less else Expr(_BACK[less], (large, small))


def _sides(e: Expr) -> tuple[Expr, Expr]:
    """The side that the comparison claims to be smaller, and the other side."""
    first, second = e.args
    return (first, second) if e.op in ("lt", "le") else (second, first)
