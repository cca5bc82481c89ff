"""Full history: programs that keep the whole past as integers, read in both directions.

If different words lead to different states, no smaller memory is enough. With letters as digits in
base b, ``fwd`` is the word read forwards, ``rev`` the word read backwards, and ``pow`` is b to the
power of its length. Few machines need it, such as palindromes.
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.linear_form import combination
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.equal_rows import distinct
from mips_verify.extract.method import Known
from mips_verify.extract.oracle import letter_number
from mips_verify.extract.study import Study, formulas
from mips_verify.kernel.expr import Expr, apply, const, var
from mips_verify.kernel.machine import Machine

LARGEST = 2**40  # larger values might overflow


def run(study: Study, _: Known) -> list[Machine]:
    """A machine over ``fwd``, ``rev`` and ``pow``, if formulas over them give the outputs."""
    domain = study.oracle.domain
    base = domain.size
    if not 2 <= base <= budgets.HISTORY_LETTERS:
        study.note(f"{base} letters are too few or too many for digits")
        return []
    digit, digits = _digit(study)
    columns = _columns(digits, base)
    first, inverse = distinct(np.stack(list(columns.values()), axis=1))
    length = len(inverse) // len(study.evidence)
    first = first[: budgets.HISTORY_ROWS]
    answers = study.answers[:, :length].reshape(len(inverse), -1)[first]
    rows = {n: c[first] for n, c in columns.items()}
    outputs = formulas(study, rows, answers.T, budget=budgets.HISTORY_OUTPUT)
    if outputs is None:
        study.note("no formula over the whole past was found")
        return []
    study.note("a formula over the whole past was found")
    return [_machine(study, digit, base, outputs)]


def _digit(study: Study) -> tuple[Expr, Ints]:
    """The digit of a letter: as an expression, and for the evidence ``(n, horizon)``."""
    factors, shift = letter_number(study.oracle.domain)
    expr = combination(factors, [var(n) for n in study.inputs], shift)
    return expr, study.evidence @ np.array(factors) + shift


def _columns(digits: Ints, base: int) -> dict[str, Ints]:
    """The registers after each step, one row per sequence and step, while they stay small."""
    length = min(digits.shape[1], int(np.log(LARGEST) / np.log(base)))
    fwd = np.zeros((len(digits), length + 1), dtype=np.int64)
    rev, power = fwd.copy(), np.ones_like(fwd)
    for t in range(length):
        fwd[:, t + 1] = base * fwd[:, t] + digits[:, t]
        rev[:, t + 1] = rev[:, t] + power[:, t] * digits[:, t]
        power[:, t + 1] = base * power[:, t]
    columns = {"fwd": fwd, "rev": rev, "pow": power}
    return {name: values[:, 1:].ravel() for name, values in columns.items()}


def _machine(study: Study, digit: Expr, base: int, outputs: tuple[Expr, ...]) -> Machine:
    fwd, rev, power = (var(n) for n in ("fwd", "rev", "pow"))
    steps = (
        apply("add", apply("mul", const(base), fwd), digit),
        apply("add", rev, apply("mul", power, digit)),
        apply("mul", const(base), power),
    )
    return Machine(study.inputs, ("fwd", "rev", "pow"), (0, 0, 1), steps, outputs)
