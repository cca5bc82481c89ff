"""Delay lines: registers that hold the last letters."""

from __future__ import annotations

from mips_verify.kernel.expr import Expr, var

Lines = tuple[tuple[str, ...], ...]  # for each input, its names one step ago, two steps ago, ...


def delay_names(inputs: tuple[str, ...], memory: int) -> Lines:
    """``x1, x2, ...`` for each input, with an underscore if another input has such a name."""
    lines = []
    for name in inputs:
        while any(other.startswith(name) and other[len(name) :].isdigit() for other in inputs):
            name += "_"
        lines.append(tuple(f"{name}{k}" for k in range(1, memory + 1)))
    return tuple(lines)


def delays(
    inputs: tuple[str, ...], lines: Lines, used: frozenset[str]
) -> tuple[tuple[str, ...], tuple[Expr, ...]]:
    """The registers of ``lines`` up to the last one that is ``used``, and their next values."""
    state: list[str] = []
    steps: list[Expr] = []
    for name, line in zip(inputs, lines, strict=True):
        depth = max((k + 1 for k, n in enumerate(line) if n in used), default=0)
        state += line[:depth]
        steps += [var(n) for n in (name, *line)[:depth]]
    return tuple(state), tuple(steps)
