"""Bounds on values, to tell whether int64 and float64 arithmetic is exact."""

from __future__ import annotations

from collections.abc import Mapping

from mips_verify.kernel.expr import Expr

EXACT = 2**62
FLOAT_EXACT = 2**52  # up to this size float64 represents every integer exactly
ROUNDS = 8  # longest chain of variables that pass on a bound


def magnitude(e: Expr, bounds: Mapping[str, int]) -> int:
    """A bound on the absolute value of ``e`` and of everything computed on the way.

    Args:
        e: an expression.
        bounds: for each variable, a bound on its absolute value.
    """
    return _bounds(e, bounds)[1]


def bounded(next_values: Mapping[str, Expr], bounds: Mapping[str, int]) -> bool:
    """Whether the expressions alone imply that the state stays bounded on every sequence.

    Args:
        next_values: the next value of each state variable.
        bounds: bounds on the absolute values of the inputs and of the initial state.
    """
    known = dict(bounds)
    for _ in range(ROUNDS):
        new = {z: max(known[z], _bounds(e, known)[0]) for z, e in next_values.items()}
        if new.items() <= known.items():
            return True
        known |= new
    return False


def _bounds(e: Expr, bounds: Mapping[str, int]) -> tuple[int, int]:
    """Two bounds on absolute values: of ``e``, and of ``e`` with all its intermediate values."""
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
    elif e.op == "mod":
        own = v[1]
    else:  # includes floordiv: |a // k| <= |a|
        own = max(v)
    return own, max(own, below)
