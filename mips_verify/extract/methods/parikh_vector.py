"""One counter per letter, if these counts (the word's Parikh vector) decide the output."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.method import Known
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study, formula, formulas
from mips_verify.kernel.expr import Expr, apply, names, var
from mips_verify.kernel.machine import Machine


def run(study: Study, _: Known) -> list[Machine]:
    """The machine of the counters that a formula for the output needs."""
    oracle = study.oracle
    if not 2 <= oracle.domain.size <= budgets.PARIKH_LETTERS:
        return []
    letters = oracle.letters(study.rng())
    occurs = (study.evidence[:, :, None, :] == letters).all(axis=3)
    counts = np.cumsum(occurs, axis=1, dtype=np.int64).reshape(-1, len(letters))
    first, answers, decided = study.grouped(counts, study.answers.reshape(len(counts), -1))
    if not decided:
        study.note("the output depends on more than how often letters occur")
        return []
    counters = fresh_names(len(letters), "c", study.inputs)
    columns = {n: counts[first, i] for i, n in enumerate(counters)}
    outputs = formulas(study, columns, answers.T)
    if outputs is None:
        study.note("the counts decide the output, but no formula was found")
        return []
    study.note("the counts decide the output")
    return [_machine(study, letters, counters, outputs)]


def _machine(
    study: Study, letters: Ints, counters: tuple[str, ...], outputs: tuple[Expr, ...]
) -> Machine:
    """The machine of the counters that some output needs."""
    used = frozenset().union(*map(names, outputs))
    by_letter = {n: letters[:, i] for i, n in enumerate(study.inputs)}
    state = tuple(n for n in counters if n in used)
    steps = []
    for name in state:
        occurs = np.eye(len(letters), dtype=np.int64)[counters.index(name)]
        indicator = formula(study, by_letter, occurs)
        assert indicator is not None
        steps.append(apply("add", var(name), indicator))
    return Machine(study.inputs, state, (0,) * len(state), tuple(steps), outputs)
