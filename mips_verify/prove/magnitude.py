"""How large values can get: when int64 arithmetic is exact."""

from __future__ import annotations

from collections.abc import Mapping

from mips_verify.expr import Expr

EXACT = 2**62


def magnitude(e: Expr, bounds: Mapping[str, int]) -> int:
    """A bound on the absolute value of ``e`` and of everything computed on the way.

    Args:
        e: an expression.
        bounds: for each variable a bound on its absolute value.
    """
    return _bounds(e, bounds)[1]


def _bounds(e: Expr, bounds: Mapping[str, int]) -> tuple[int, int]:
    """Bounds on the value and on the largest value below it."""
    if e.op == "var":
        own = bounds[str(e.value)]
        return own, own
    parts = [_bounds(a, bounds) for a in e.args]
    below = max((most for _, most in parts), default=0)
    v = [value for value, _ in parts]
    if e.op == "const":
        own = abs(int(e.value))  # type: ignore[arg-type]
    elif e.op in ("add", "sub"):
        own = v[0] + v[1]
    elif e.op == "mul":
        own = v[0] * v[1]
    elif e.op == "if":
        own = max(v[1], v[2])
    elif e.op == "table":
        own = max(map(abs, e.value))  # type: ignore[arg-type]
    elif e.op == "in":
        own, below = 1, max(below, *map(abs, e.value))  # type: ignore[arg-type]
    elif e.sort == "bool" or e.op == "int":
        own = 1
    elif e.op in ("bitand", "bitor", "bitxor"):
        own = 2 * max(v) + 1
    else:  # floordiv and mod too: |a // k| <= |a|, |a % k| < |k|
        own = max(v)
    return own, max(own, below)
