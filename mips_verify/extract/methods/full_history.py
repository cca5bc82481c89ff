"""Programs that remember everything: the whole past as integers, read in both directions.

Where every word leads to a state of its own no smaller memory will do. With letters as digits in
base b, ``fwd`` is the word read forwards, ``rev`` the word read backwards, ``pow`` b to its length.
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.linear_form import combination
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study
from mips_verify.extract.oracle import distinct
from mips_verify.kernel.expr import Expr, apply, const, var
from mips_verify.kernel.machine import Machine
from mips_verify.regress.regression_budgets import Budget

LETTERS = 16
LARGEST = 2**40
ROWS = 6_000
BUDGET = Budget(5, 20_000)


def history_programs(study: Study) -> list[Candidate]:
    """A machine over ``fwd``, ``rev`` and ``pow``, where a formula over them gives the output."""
    domain = study.observer.domain
    base = domain.size
    if not 2 <= base <= LETTERS:
        study.note(f"history: {base} letters")
        return []
    digit, digits = _digit(study)
    columns = _columns(digits, base)
    first, inverse = distinct(np.stack(list(columns.values()), axis=1))
    length = len(inverse) // len(study.evidence)
    answers = study.answers[:, :length].reshape(len(inverse), -1)[first][:ROWS]
    outputs = [
        formula(study, {n: c[first][:ROWS] for n, c in columns.items()}, y, budget=BUDGET)
        for y in answers.T
    ]
    found = tuple(e for e in outputs if e is not None)
    if len(found) < len(outputs):
        study.note("history: no formula over the whole past was found")
        return []
    study.note("history: a formula over the whole past was found")
    return [Candidate("history", _machine(study, digit, base, found))]


def _digit(study: Study) -> tuple[Expr, Ints]:
    """A letter as a digit, as an expression and for the evidence ``(n, horizon)``."""
    domain = study.observer.domain
    widths = [hi - lo + 1 for lo, hi in zip(domain.lows, domain.highs, strict=True)]
    places = [int(np.prod(widths[i + 1 :], dtype=np.int64)) for i in range(len(widths))]
    shift = -sum(p * lo for p, lo in zip(places, domain.lows, strict=True))
    expr = combination(places, [var(n) for n in domain.names], shift)
    return expr, study.evidence @ np.array(places) + shift


def _columns(digits: Ints, base: int) -> dict[str, Ints]:
    """The registers after each step, one row a sequence and step, as long as they stay small."""
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
