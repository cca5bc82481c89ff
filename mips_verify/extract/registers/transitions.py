"""Formulas for the steps of registers, from what letters do to them or from steps seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.simplify import simplify
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Study
from mips_verify.extract.registers.saturating_shifts import FAR, Actions
from mips_verify.kernel.expr import Expr, apply, const, size, var
from mips_verify.regress.regression_budgets import Budget
from mips_verify.regress.shapes.saturation import clamped

SEARCH: Final = Budget(5, 10_000)
LITTLE: Final = Budget(4, 1_500)
PLAIN: Final = 9  # nodes of a step from which a bound is looked for
LONGEST: Final = 19  # nodes of a step that is found by search


def step_over(study: Study, columns: Mapping[str, Ints], after: Ints) -> Expr | None:
    """A short formula for the next value, or one that is cut off at bounds."""

    def inner(some: Mapping[str, Ints], values: Ints) -> Expr | None:
        return formula(study, some, values, budget=SEARCH)

    step = inner(columns, after)
    if step is None or size(step) > PLAIN:
        cut = clamped(columns, after, inner)
        if cut is not None and (step is None or size(cut) < size(step)):
            step = cut
    return step if step is not None and size(step) <= LONGEST else None


def step_of(study: Study, actions: Actions, numbers: Ints, name: str) -> Expr | None:
    """The step of a register that letters alone move.

    Args:
        actions: one map for each letter, in the order of the alphabet.
        numbers: what the register goes through, any shape.
        name: of the register.
    """
    written = _written(study, actions, numbers, name)
    letters = study.observer.letters(study.rng())
    values = np.unique(numbers)
    columns = {name: np.repeat(values, len(letters))}
    columns |= {n: np.tile(letters[:, i], len(values)) for i, n in enumerate(study.inputs)}
    index = np.tile(np.arange(len(letters)), len(values))
    moved = columns[name] + actions.shift[index]
    after = np.minimum(np.maximum(moved, actions.low[index]), actions.high[index])

    def inner(some: Mapping[str, Ints], values: Ints) -> Expr | None:
        return formula(study, some, values, budget=LITTLE)

    found = [written, inner(columns, after), clamped(columns, after, inner)]
    return min((e for e in found if e is not None), key=size, default=None)


def _written(study: Study, actions: Actions, numbers: Ints, name: str) -> Expr | None:
    """The maps put together: shift and bounds by formulas of the letter, resets by cases."""
    letters = study.observer.letters(study.rng())
    inputs = {n: letters[:, i] for i, n in enumerate(study.inputs)}
    constant = actions.low == actions.high

    def of_letter(values: Ints, where: NDArray[np.bool_]) -> Expr | None:
        columns = {n: v[where] for n, v in inputs.items()}
        return formula(study, columns, values[where], budget=LITTLE)

    if constant.all():
        return of_letter(actions.low, constant)
    shift = of_letter(actions.shift, ~constant)
    if shift is None:
        return None
    step = apply("add", var(name), shift)
    for op, bounds in (("max", actions.low), ("min", actions.high)):
        there = ~constant & (np.abs(bounds) < FAR)
        if not there.any():
            continue
        # a bound beyond what is ever reached for letters that have none
        far = (
            int(numbers.min() + actions.shift.min())
            if op == "max"
            else int(numbers.max() + actions.shift.max())
        )
        bound = of_letter(np.where(there, bounds, far), ~constant)
        if bound is None:
            return None
        step = apply(op, step, bound)
    if constant.any():
        image = of_letter(actions.low, constant)
        case = of_letter(constant.astype(np.int64), np.ones_like(constant))
        if image is None or case is None:
            return None
        step = apply("if", apply("ne", case, const(0)), image, step)
    return simplify(step)
