"""Formulas for the steps of registers, from the actions of letters or from observed steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.simplify import simplify
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.registers.saturating_shifts import FAR, Actions
from mips_verify.extract.study import Study, formula
from mips_verify.kernel.expr import Expr, apply, const, size, var
from mips_verify.regress.regression_budgets import Budget
from mips_verify.regress.shapes.saturation import clamped

PLAIN: Final = 9  # nodes; for a longer step, a clamped formula is tried, which may be shorter
LONGEST: Final = 19  # a longer step fits the evidence by chance


def step_over(
    study: Study,
    columns: Mapping[str, Ints],
    after: Ints,
    *,
    budget: Budget = budgets.COUPLED_STEP,
    longest: int = LONGEST,
) -> Expr | None:
    """A short formula for the next value, perhaps clamped between bounds."""

    def inner(some: Mapping[str, Ints], values: Ints) -> Expr | None:
        return formula(study, some, values, budget=budget)

    step = inner(columns, after)
    if step is None or size(step) > PLAIN:
        cut = clamped(columns, after, inner)
        if cut is not None and (step is None or size(cut) < size(step)):
            step = cut
    return step if step is not None and size(step) <= longest else None


def step_of(study: Study, actions: Actions, numbers: Ints, name: str) -> Expr | None:
    """The step of a register that only letters change.

    Args:
        study: the network and its letters.
        actions: one map for each letter, in the order of the alphabet.
        numbers: values of the register, any shape.
        name: name of the register.
    """
    written = _written(study, actions, numbers, name)
    letters = study.oracle.letters(study.rng())
    values = np.unique(numbers)
    columns = {name: np.repeat(values, len(letters))}
    columns |= {n: np.tile(letters[:, i], len(values)) for i, n in enumerate(study.inputs)}
    index = np.tile(np.arange(len(letters)), len(values))
    moved = columns[name] + actions.shift[index]
    after = np.minimum(np.maximum(moved, actions.low[index]), actions.high[index])

    def inner(some: Mapping[str, Ints], values: Ints) -> Expr | None:
        return formula(study, some, values, budget=budgets.ACTION_STEP)

    found = [written, inner(columns, after), clamped(columns, after, inner)]
    return min((e for e in found if e is not None), key=size, default=None)


def _written(study: Study, actions: Actions, numbers: Ints, name: str) -> Expr | None:
    """A clamped shift whose shift and bounds are formulas of the letter; constants are a case."""
    letters = study.oracle.letters(study.rng())
    inputs = {n: letters[:, i] for i, n in enumerate(study.inputs)}
    constant = actions.low == actions.high

    def of_letter(values: Ints, where: NDArray[np.bool_]) -> Expr | None:
        columns = {n: v[where] for n, v in inputs.items()}
        return formula(study, columns, values[where], budget=budgets.ACTION_STEP)

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
        # letters without a bound get a bound that is never reached
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
