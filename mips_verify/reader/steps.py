"""One step of a program, executed on symbols in place of its state."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mips_verify.expr import Expr, apply, const, var
from mips_verify.reader.outside import OutsideSubset
from mips_verify.reader.values import Context, Frame, fold

SYMBOL: Final = "before "  # no identifier holds a space


@dataclass(frozen=True, slots=True)
class Reading:
    """One step of a program as symbolic values.

    Attributes:
        state: from symbol to initial value, for every variable that lives between steps.
        next: from symbol to its value after the step, over symbols and inputs.
        outputs: over the same; values are of either sort.
    """

    state: dict[str, int]
    next: dict[str, Expr]
    outputs: tuple[Expr, ...]


def symbol(name: str) -> str:
    """The symbol for a variable or an attribute."""
    return SYMBOL + name.lstrip(".")


def execute_step(
    context: Context, start: dict[str, Expr], step: Callable[[dict[str, Expr]], Frame]
) -> Reading:
    """Execute ``step`` on symbols for the variables in ``start``.

    A variable that starts as a truth value is one for ever if every step leaves it one;
    otherwise the step is executed again with it as an integer.
    """
    truths = {name for name, e in start.items() if e.sort == "bool"}
    while True:
        context.start_again()
        symbols = {name: var(symbol(name)) for name in start}
        symbols |= {name: apply("ne", symbols[name], const(0)) for name in truths}
        frame = step(symbols)
        after = {name: e for name in start if (e := frame.env[name]) is not None}
        broken = {name for name in truths if after[name].sort != "bool"}
        if not broken:
            break
        truths -= broken
    assert frame.emitted is not None
    return Reading(
        {symbol(name): _first_value(e) for name, e in start.items()},
        {symbol(name): e for name, e in after.items()},
        frame.emitted,
    )


def _first_value(e: Expr) -> int:
    if e.sort == "bool":
        return int(e.op == "true")
    return int(e.value)  # type: ignore[arg-type]


def constants_only(frame: Frame, where: ast.AST) -> None:
    """Replace every value by the constant it is.

    Raises:
        OutsideSubset: one that is not, or that Python cannot compute.
    """
    for name, e in frame.env.items():
        value = fold(e) if e is not None else None
        if value is None:
            raise OutsideSubset(f"the first value of '{name.lstrip('.')}' is no constant", where)
        frame.env[name] = value
