"""Programs with a few integer registers, read off the network by probe words.

The answer to a short word is a number that the state determines. Where one or a few such numbers
tell all observed states apart they are registers; their step and the output are regressed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.extract.oracle import Word, distinct
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.regression_budgets import Budget

REGISTERS = 3
READINGS = 4  # single registers that are tried
ROWS = 4_000
NEARLY_ALL = 0.98


def register_programs(study: Study, budget: Budget | None = None) -> list[Candidate]:
    """Machines over one to three registers, shortest first; empty where none was found."""
    observer = study.observer
    words = _probe_words(study)
    longest = max(len(w) for w in words)
    last = observer.horizon - longest - 1
    if last < 1:
        study.note("registers: the horizon is too short")
        return []
    before, letters, after, answers = _steps(study, last)
    read = observer.signatures(before, words)
    read_after = observer.signatures(after, words)
    start = observer.signatures(observer.network.start(1), words)[0]
    programs = []
    for columns in _readings(read):
        for machine in _variants(
            study,
            start[columns],
            read[:, columns],
            read_after[:, columns],
            letters,
            answers,
            budget,
        ):
            programs.append(Candidate("registers", machine))
        if programs:
            break
    study.note(f"registers: {len(programs)} programs")
    return programs


def _probe_words(study: Study) -> tuple[Word, ...]:
    probes = study.observer.probes()
    pairs = [(a, b) for a in probes for b in probes][:40]
    return (*((a,) for a in probes), *pairs)


def _steps(study: Study, last: int) -> tuple[Floats, Ints, Floats, Ints]:
    """States within ``last`` letters, the letter read there, the state after it and its answer."""
    rng = study.rng()
    hidden, answers = study.observer.network.run(study.evidence[:, : last + 1])
    n, length = answers.shape[:2]
    rows = rng.permutation(n * length)[:ROWS]
    i, t = rows // length, rows % length
    return hidden[i, t], study.evidence[i, t], hidden[i, t + 1], answers[i, t]


def _readings(read: Ints) -> Iterator[list[int]]:
    """Sets of columns that tell (nearly) all rows apart, the plainest first."""
    classes = len(distinct(read)[0])
    values = np.array([len(np.unique(column)) for column in read.T])
    alone = [j for j in np.argsort(-values, kind="stable") if values[j] >= NEARLY_ALL * classes]
    if alone:
        yield from ([int(j)] for j in alone[:READINGS])
        return
    chosen = [int(np.argmax(values))]
    while len(chosen) < REGISTERS:
        more = [len(distinct(read[:, [*chosen, j]])[0]) for j in range(read.shape[1])]
        chosen.append(int(np.argmax(more)))
        if max(more) >= NEARLY_ALL * classes:
            yield chosen
            return


def _variants(
    study: Study,
    start: Ints,
    z: Ints,
    after: Ints,
    letters: Ints,
    answers: Ints,
    budget: Budget | None,
) -> Iterator[Machine]:
    """The registers as read, counted from their start, and negated."""
    variants = [(start, z, after), (0 * start, z - start, after - start)]
    variants.append((0 * start, start - z, start - after))
    seen: set[bytes] = set()
    for init, now, then in variants:
        if now.tobytes() in seen:
            continue
        seen.add(now.tobytes())
        machine = _regressed(study, init, now, then, letters, answers, budget)
        if machine is None:
            return  # moved by a constant it would hardly be simpler
        yield machine


def _regressed(
    study: Study,
    init: Ints,
    z: Ints,
    after: Ints,
    letters: Ints,
    answers: Ints,
    budget: Budget | None,
) -> Machine | None:
    names = fresh_names(z.shape[1], "r", study.inputs)
    inputs = {n: letters[:, i] for i, n in enumerate(study.inputs)}
    columns = inputs | {n: z[:, j] for j, n in enumerate(names)}
    steps = [formula(study, columns, column, budget=budget) for column in after.T]
    if any(e is None for e in steps):
        return None
    renewed = {n: after[:, j] for j, n in enumerate(names)} | inputs
    renewed |= {old(n): z[:, j] for j, n in enumerate(names)}
    outputs = [formula(study, renewed, column, budget=budget) for column in answers.T]
    if any(e is None for e in outputs):
        return None
    return Machine(
        study.inputs,
        names,
        tuple(int(v) for v in init),
        tuple(e for e in steps if e is not None),
        tuple(e for e in outputs if e is not None),
    )
