"""Print a linear network as ``h' = ...`` and ``y = ...``, and count the terms of that text."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Network
from mips_verify.normalize.space import DeclinedError, StateSpace, linear_part

NEGLIGIBLE = 1e-6  # smaller weights are left out of the text; they stay in the network
_DIGITS = 4


def formula(network: Network) -> str:
    """One line for each state variable, each initial value that is not 0, and each output.

    Weights are shown to four digits. A read-out with hidden layers is only named.
    """
    try:
        space = linear_part(network)
    except DeclinedError:
        layers = len(network.f) - 1
        return f"h' = f(h, x), f with {layers} hidden layer{'s' if layers > 1 else ''}"
    h, x = _names("h", space.order), _names("x", network.channels)
    rows = np.hstack([space.A, space.B])
    lines = [
        f"{name}' = {_sum(row, [*h, *x], constant)}"
        for name, row, constant in zip(h, rows, space.c, strict=True)
    ]
    lines += [
        f"{name}(0) = {_number(value)}"
        for name, value in zip(h, space.h0, strict=True)
        if abs(value) > NEGLIGIBLE
    ]
    new = [f"{name}'" for name in h]
    y = _names("y", network.outputs)
    if len(network.g) > 1:
        widths = ", ".join(str(len(bias)) for _, bias in network.g[:-1])
        return "\n".join([*lines, f"{', '.join(y)} = g({', '.join(new)}), g with {widths} ReLU"])
    lines += [
        f"{name} = {_sum(row, new, constant)}"
        for name, row, constant in zip(y, space.W, space.b, strict=True)
    ]
    return "\n".join(lines)


def terms(space: StateSpace) -> int:
    """Number of weights of f, the initial state and g's first layer that are not negligible."""
    return int((np.abs(space.weights) > NEGLIGIBLE).sum())


def _names(stem: str, count: int) -> list[str]:
    return [stem] if count == 1 else [f"{stem}{i + 1}" for i in range(count)]


def _sum(coefficients: Floats, names: list[str], constant: float) -> str:
    pairs = [*zip(coefficients, names, strict=True), (constant, "")]
    text = ""
    for value, name in pairs:
        if abs(value) > NEGLIGIBLE:
            size = _number(abs(value))
            term = name if name and size == "1" else f"{size} {name}".rstrip()
            sign = "-" if value < 0 else "+"
            text += f" {sign} {term}" if text else f"{'-' if value < 0 else ''}{term}"
    return text or "0"


def _number(value: float) -> str:
    return f"{value:.{_DIGITS}g}"
