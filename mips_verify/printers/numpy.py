"""Machines over whole batches of sequences, in int64."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mips_verify.expr import Expr
from mips_verify.machine import Machine, old

Ints = NDArray[np.int64]

_BINARY = {
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

    Wraps around beyond 63 bits and reads a table index outside its table as the nearest
    entry: for search and sampling, never for a verdict (see :func:`mips_verify.expr.evaluate`).
    """
    value = np.asarray(_value(e, env))
    if env:
        value = np.broadcast_to(value, np.broadcast_shapes(*(np.shape(a) for a in env.values())))
    return value.astype(np.int64)


def _value(e: Expr, env: Mapping[str, Ints]) -> NDArray[np.int64]:
    if e.op == "const":
        return np.int64(e.value)  # type: ignore[arg-type,return-value]
    if e.op == "var":
        return env[e.value]  # type: ignore[index]
    if e.op in ("true", "false"):
        return np.bool_(e.op == "true")  # type: ignore[return-value]
    args = [_value(a, env) for a in e.args]
    if e.op in _BINARY:
        return _BINARY[e.op](*args)
    if e.op in _UNARY:
        return _UNARY[e.op](*args)
    if e.op == "if":
        return np.where(*args)
    if e.op == "int":
        return np.asarray(args[0]).astype(np.int64)
    if e.op == "in":
        return np.isin(args[0], e.value)  # type: ignore[arg-type,return-value]
    table = np.asarray(e.value, dtype=np.int64)
    return table[np.clip(args[0], 0, len(table) - 1)]


def trace(machine: Machine, x: Ints) -> tuple[Ints, Ints]:
    """Run sequences ``(n, length, channels)``.

    Returns:
        states ``(n, length + 1, variables)``, the start state first, and outputs
        ``(n, length, outputs)``.
    """
    n, length, _ = x.shape
    states = np.empty((n, length + 1, len(machine.state)), dtype=np.int64)
    outputs = np.empty((n, length, len(machine.outputs)), dtype=np.int64)
    states[:, 0] = machine.init
    for t in range(length):
        letter = {name: x[:, t, i] for i, name in enumerate(machine.inputs)}
        before = {name: states[:, t, i] for i, name in enumerate(machine.state)}
        for i, e in enumerate(machine.next):
            states[:, t + 1, i] = evaluate_batch(e, letter | before)
        env = letter | {name: states[:, t + 1, i] for i, name in enumerate(machine.state)}
        env |= {old(name): value for name, value in before.items()}
        for i, e in enumerate(machine.outputs):
            outputs[:, t, i] = evaluate_batch(e, env)
    return states, outputs


def run_batch(machine: Machine, x: Ints) -> Ints:
    """The outputs ``(n, length, outputs)`` on sequences ``(n, length, channels)``."""
    return trace(machine, x)[1]
