"""Running machines on batches of sequences, in int64."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr
from mips_verify.kernel.machine import Machine, old

BINARY = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "floordiv": np.floor_divide,
    "mod": np.mod,
    "min": np.minimum,
    "max": np.maximum,
    "bitand": np.bitwise_and,
    "bitxor": np.bitwise_xor,
    "bitor": np.bitwise_or,
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "and": np.logical_and,
    "or": np.logical_or,
}
_UNARY = {"neg": np.negative, "abs": np.abs, "not": np.logical_not}


def evaluate_batch(e: Expr, env: Mapping[str, Ints]) -> Ints:
    """The value of ``e`` at every entry of the arrays in ``env``, as int64.

    Overflow wraps around, and a table index outside the table gets the nearest entry. Use this
    for search and sampling only; a verdict needs exact values from
    :func:`mips_verify.kernel.expr.evaluate`.
    """
    value = np.asarray(_value(e, env))
    if env:
        value = np.broadcast_to(value, np.broadcast_shapes(*(np.shape(a) for a in env.values())))
    return value.astype(np.int64)


def _value(e: Expr, env: Mapping[str, Ints]) -> Any:
    if e.op == "var":
        return env[e.value]  # type: ignore[index]
    operation = _operation(e)
    return operation(*[_value(a, env) for a in e.args]) if e.args else operation


def _operation(e: Expr) -> Any:
    """The function from argument values to the node's value; for a constant, the value itself."""
    if e.op == "const":
        return np.int64(e.value)  # type: ignore[arg-type]
    if e.op in ("true", "false"):
        return np.bool_(e.op == "true")
    if e.op in BINARY:
        return BINARY[e.op]
    if e.op in _UNARY:
        return _UNARY[e.op]
    if e.op == "if":
        return np.where
    if e.op == "int":
        return partial(np.asarray, dtype=np.int64)
    if e.op == "in":
        return partial(np.isin, test_elements=e.value)  # type: ignore[arg-type]
    table = np.asarray(e.value, dtype=np.int64)
    return partial(table.take, mode="clip")


def compiled(expressions: Iterable[Expr]) -> Callable[[Mapping[str, Any]], list[Any]]:
    """Compile expressions to straight-line code that computes repeated terms only once.

    Returns:
        A function: give it an array per variable, it returns an array per expression. Shapes
        broadcast; overflow and table indices behave as in :func:`evaluate_batch`.
    """
    slots: dict[object, int] = {}
    met: dict[int, int] = {}  # keyed by identity, since equality would walk whole trees
    start: list[Any] = []  # constants; None for values that a run computes
    variables: list[tuple[int, str]] = []
    steps: list[tuple[int, Any, tuple[int, ...]]] = []

    def slot(e: Expr) -> int:
        if id(e) in met:
            return met[id(e)]
        args = tuple(map(slot, e.args))
        key = (e.op, args, e.value)
        if key not in slots:
            i = slots[key] = len(start)
            start.append(None if args or e.op == "var" else _operation(e))
            if args:
                steps.append((i, _operation(e), args))
            elif e.op == "var":
                variables.append((i, str(e.value)))
        met[id(e)] = slots[key]
        return slots[key]

    roots = list(expressions)
    results = [slot(e) for e in roots]

    def run(env: Mapping[str, Any]) -> list[Any]:
        values = start.copy()
        for i, name in variables:
            values[i] = env[name]
        for i, operation, args in steps:
            values[i] = operation(*[values[a] for a in args])
        return [values[i] for i in results]

    return run


def trace(machine: Machine, x: Ints) -> tuple[Ints, Ints]:
    """Run a machine on sequences ``(n, length, channels)``.

    Returns:
        states ``(n, length + 1, variables)``, the start state first, and outputs
        ``(n, length, outputs)``.
    """
    n, length, _ = x.shape
    states = np.empty((n, length + 1, len(machine.state)), dtype=np.int64)
    outputs = np.empty((n, length, len(machine.outputs)), dtype=np.int64)
    states[:, 0] = machine.init
    step, read = compiled(machine.next), compiled(machine.outputs)
    for t in range(length):
        letter = {name: x[:, t, i] for i, name in enumerate(machine.inputs)}
        before = {name: states[:, t, i] for i, name in enumerate(machine.state)}
        for i, value in enumerate(step(letter | before)):
            states[:, t + 1, i] = value
        env = letter | {name: states[:, t + 1, i] for i, name in enumerate(machine.state)}
        env |= {old(name): value for name, value in before.items()}
        for i, value in enumerate(read(env)):
            outputs[:, t, i] = value
    return states, outputs


def run_batch(machine: Machine, x: Ints) -> Ints:
    """The outputs ``(n, length, outputs)`` on sequences ``(n, length, channels)``."""
    return trace(machine, x)[1]
