"""Translation of expressions to Z3, over unbounded integers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import z3

from mips_verify.kernel.expr import Expr

_BINARY: dict[str, Any] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "min": lambda a, b: z3.If(a <= b, a, b),
    "max": lambda a, b: z3.If(a >= b, a, b),
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "and": z3.And,
    "or": z3.Or,
}


class Integers(dict[str, Any]):
    """Integer variables of a Z3 context, created on first use."""

    def __init__(self, ctx: Any) -> None:
        super().__init__()
        self.ctx = ctx

    def __missing__(self, name: str) -> Any:
        self[name] = z3.Int(name, self.ctx)
        return self[name]


def to_z3(e: Expr, env: Mapping[str, Any], ctx: Any = None) -> Any:
    """Translate ``e``, with variables looked up in ``env``, to a Z3 Int or Bool of the same sort.

    The result equals ``e`` if :func:`mips_verify.kernel.expr.definedness` of ``e`` holds. Z3's
    ``div`` and ``mod`` are Euclidean, which equals Python's floor for a positive divisor; for a
    negative divisor, both operands are negated. Shared nodes of ``e`` are translated once.
    """
    return _translate(e, env, ctx, {})


def _translate(e: Expr, env: Mapping[str, Any], ctx: Any, done: dict[int, Any]) -> Any:
    """Translate each node once; ``done`` is keyed by identity, as ``e`` keeps its nodes alive.

    No closure in this file refers to itself. Such a reference cycle would free Z3 terms at an
    unpredictable time; Z3 would then reuse their numbers and search differently.
    """
    found = done.get(id(e))
    if found is None:
        args = [_translate(a, env, ctx, done) for a in e.args]
        found = done[id(e)] = _node(e, args, env, ctx)
    return found


def _node(e: Expr, args: list[Any], env: Mapping[str, Any], ctx: Any) -> Any:
    op = e.op
    if op == "const":
        return z3.IntVal(e.value, ctx)
    if op == "var":
        return env[e.value]  # type: ignore[index]
    if op in ("true", "false"):
        return z3.BoolVal(op == "true", ctx)
    if op in ("floordiv", "mod"):
        return _divide(op, args[0], int(e.args[1].value))  # type: ignore[arg-type]
    if op in ("in", "table"):
        return _lookup(e, args[0], ctx)
    if op == "neg":
        return -args[0]
    if op == "abs":
        return z3.If(args[0] >= 0, args[0], -args[0])
    if op == "not":
        return z3.Not(args[0])
    if op == "int":
        return z3.If(args[0], z3.IntVal(1, ctx), z3.IntVal(0, ctx))
    if op == "if":
        return z3.If(*args)
    if op in ("bitand", "bitor", "bitxor"):
        a, b = args  # `definedness` ensures that they are 0 or 1
        one, zero = z3.IntVal(1, ctx), z3.IntVal(0, ctx)
        if op == "bitxor":
            return z3.If(a == b, zero, one)
        both = z3.And(a == 1, b == 1) if op == "bitand" else z3.Or(a == 1, b == 1)
        return z3.If(both, one, zero)
    return _BINARY[op](*args)


def _divide(op: str, a: Any, divisor: int) -> Any:
    if divisor > 0:
        return a / divisor if op == "floordiv" else a % divisor
    return (-a) / -divisor if op == "floordiv" else -((-a) % -divisor)


def _lookup(e: Expr, index: Any, ctx: Any) -> Any:
    entries = e.value
    assert isinstance(entries, tuple)
    if e.op == "in":
        return z3.Or([index == k for k in entries])

    return _between(entries, index, 0, len(entries), ctx)


def _between(entries: tuple[int, ...], index: Any, low: int, high: int, ctx: Any) -> Any:
    """A table lookup as a balanced decision tree, which Z3 handles faster than a chain."""
    if len(set(entries[low:high])) == 1:
        return z3.IntVal(entries[low], ctx)
    middle = (low + high) // 2
    return z3.If(
        index < middle,
        _between(entries, index, low, middle, ctx),
        _between(entries, index, middle, high, ctx),
    )
