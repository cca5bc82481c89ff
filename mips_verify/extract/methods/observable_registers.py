"""Observable registers: a few integers that are the answers to probe words.

The answer to a short word is a number that the state determines. If up to three such numbers
tell all observed states apart, they are the registers; their steps and the output are regressed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.equal_rows import distinct
from mips_verify.extract.method import Known
from mips_verify.extract.methods import state_table
from mips_verify.extract.oracle import Word
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.registers.probe_words import Reading, Steps, steps
from mips_verify.extract.study import Study, formulas
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.regression_budgets import Budget

NEARLY_ALL = 0.98  # share of the states that registers must tell apart


def run(study: Study, _: Known) -> list[Machine]:
    """Machines over one to three registers, the fewest registers first."""
    return _programs(study, None)


def run_closed(study: Study, known: Known) -> list[Machine]:
    """Machines that are shorter than the table of a closed machine, with a smaller budget."""
    tables = state_table.run(replace(study, note=lambda _: None), known)
    longest = min((t.size for t in tables), default=None)
    found = _programs(study, budgets.CLOSED_REGISTERS)
    return [m for m in found if longest is None or m.size < longest]


def _programs(study: Study, budget: Budget | None) -> list[Machine]:
    oracle = study.oracle
    words = _probe_words(study)
    last = oracle.horizon - max(map(len, words)) - 1
    if last < 1:
        study.note("the horizon is too short")
        return []
    rows = steps(study, last)
    read = oracle.signatures(rows.before, words)
    read_after = oracle.signatures(rows.after, words)
    start = oracle.signatures(oracle.network.start(1), words)[0]
    programs: list[Machine] = []
    for chosen in _telling(read):
        registers = [Reading(int(start[j]), read[:, j], read_after[:, j]) for j in chosen]
        programs += _variants(study, registers, rows, budget)
        if programs:
            break
    study.note(f"{len(programs)} programs")
    return programs


def _probe_words(study: Study) -> tuple[Word, ...]:
    """All words of one probe letter, and some of two."""
    probes = study.oracle.probes()
    pairs = [(a, b) for a in probes for b in probes][: budgets.PROBE_PAIRS]
    return (*((a,) for a in probes), *pairs)


def _telling(read: Ints) -> Iterator[list[int]]:
    """Sets of columns that tell (nearly) all rows apart, most distinct values first."""
    classes = len(distinct(read)[0])
    values = np.array([len(np.unique(column)) for column in read.T])
    alone = [j for j in np.argsort(-values, kind="stable") if values[j] >= NEARLY_ALL * classes]
    if alone:
        yield from ([int(j)] for j in alone[: budgets.OBSERVABLE_READINGS])
        return
    chosen = [int(np.argmax(values))]
    while len(chosen) < budgets.OBSERVABLE:
        more = [len(distinct(read[:, [*chosen, j]])[0]) for j in range(read.shape[1])]
        chosen.append(int(np.argmax(more)))
        if max(more) >= NEARLY_ALL * classes:
            yield chosen
            return


def _variants(
    study: Study, registers: list[Reading], rows: Steps, budget: Budget | None
) -> Iterator[Machine]:
    """The machines of the registers as read, counted from their start, and negated."""
    variants = [registers, *([r.moved(sign, r.start) for r in registers] for sign in (1, -1))]
    for i, variant in enumerate(variants):
        if any(_same(variant, earlier) for earlier in variants[:i]):
            continue
        machine = _regressed(study, variant, rows, budget)
        if machine is None:
            return  # counting from the start or negating would hardly help
        yield machine


def _same(some: list[Reading], others: list[Reading]) -> bool:
    """Whether two lists of registers have the same values before every step."""
    return all((a.before == b.before).all() for a, b in zip(some, others, strict=True))


def _regressed(
    study: Study, registers: list[Reading], rows: Steps, budget: Budget | None
) -> Machine | None:
    """The machine of the registers, if formulas for steps and outputs are found."""
    names = fresh_names(len(registers), "r", study.inputs)
    inputs = {n: rows.letters[:, i] for i, n in enumerate(study.inputs)}
    before = [r.before for r in registers]
    after = [r.after for r in registers]
    columns = inputs | dict(zip(names, before, strict=True))
    nexts = formulas(study, columns, after, budget=budget)
    if nexts is None:
        return None
    renewed = dict(zip(names, after, strict=True)) | inputs
    renewed |= dict(zip(map(old, names), before, strict=True))
    outputs = formulas(study, renewed, rows.answers.T, budget=budget)
    if outputs is None:
        return None
    return Machine(study.inputs, names, tuple(r.start for r in registers), nexts, outputs)
