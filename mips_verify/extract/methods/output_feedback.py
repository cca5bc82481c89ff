"""Programs whose state is what was answered and read last: ``y = F(last y, x, last x)``.

Autoregressive models with exogenous inputs (Ljung, "System Identification", 1999), exact and
over the integers: run lengths, resets and whatever else goes on from its own last answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import run_batch
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.extract.methods.definite_memory import delay_names
from mips_verify.extract.oracle import Letter
from mips_verify.extract.registers.serial import by_cases
from mips_verify.kernel.expr import Expr, names, size, var
from mips_verify.kernel.machine import Machine
from mips_verify.regress.regression_budgets import Budget

MEMORIES = (1, 2)  # letters remembered besides the one that is read
ROWS = 6_000
BUDGET = Budget(5, 20_000)
LONGEST = 24  # nodes of a step
FIRST = 400  # sequences on which starts are tried
STARTS = 40  # answers before the first one that are tried
FEW_STARTS = 12  # the same for each of several outputs


def feedback_programs(study: Study) -> list[Candidate]:
    """The machine with the fewest letters remembered; empty where there is none."""
    for memory in MEMORIES:
        for machine in _machines(study, memory):
            if (run_batch(machine, study.evidence) == study.answers).all():
                study.note(f"feedback: the last answer and {memory} letters before decide")
                return [Candidate("registers", machine)]
    study.note("feedback: the last answer and letters do not decide")
    return []


def _machines(study: Study, memory: int) -> Iterator[Machine]:
    """The machine of one memory, from every start that its first answers allow."""
    outputs = study.answers.shape[2]
    last = fresh_names(outputs, "y", study.inputs)
    lines = delay_names(study.inputs, memory)
    columns = _columns(study, memory, last, lines)
    targets = study.answers[:, memory:].reshape(-1, outputs)[:ROWS].T
    steps = [formula(study, columns, target, budget=BUDGET) for target in targets]
    known = [by_cases(study, e) for e in steps if e is not None]
    if len(known) < outputs or sum(map(size, known)) > LONGEST:
        return
    used = frozenset().union(*map(names, known))
    state, nexts = list(last), list(known)
    for name, line in zip(study.inputs, lines, strict=True):
        depth = max((k + 1 for k, n in enumerate(line) if n in used), default=0)
        state += line[:depth]
        nexts += [var(n) for n in (name, *line)[:depth]]
    for answers, letter in itertools.product(_first_answers(study), _first_letters(study)):
        before = dict(zip(last, answers, strict=True))
        for line, value in zip(lines, letter, strict=True):
            before |= dict.fromkeys(line, value)
        machine = _machine(study, state, nexts, before, last)
        if _starts_right(study, machine, memory):
            yield machine
            return


def _columns(
    study: Study, memory: int, last: tuple[str, ...], lines: tuple[tuple[str, ...], ...]
) -> dict[str, Ints]:
    """One row a step, from where the whole memory is known."""
    length = study.evidence.shape[1]

    def ago(values: Ints, k: int) -> Ints:
        flat: Ints = values[:, memory - k : length - k].reshape(-1)[:ROWS]
        return flat

    columns = {n: ago(study.answers[..., i], 1) for i, n in enumerate(last)}
    for i, (name, line) in enumerate(zip(study.inputs, lines, strict=True)):
        columns |= {n: ago(study.evidence[..., i], k) for k, n in enumerate((name, *line))}
    return columns


def _machine(
    study: Study, state: list[str], nexts: list[Expr], before: dict[str, int], last: tuple[str, ...]
) -> Machine:
    init = tuple(before[n] for n in state)
    outputs = tuple(var(n) for n in last)
    return Machine(study.inputs, tuple(state), init, tuple(nexts), outputs)


def _first_answers(study: Study) -> Iterator[tuple[int, ...]]:
    """Answers that may stand for the one before the first letter, small numbers first."""
    outputs = study.answers.shape[2]
    most = STARTS if outputs == 1 else FEW_STARTS
    options = []
    for i in range(min(outputs, 2)):
        seen = np.unique(study.answers[..., i])[:STARTS].tolist()
        near = {0, *seen, seen[0] - 1, seen[-1] + 1}
        options.append(sorted(near, key=lambda v: (abs(v), v < 0))[:most])
    # of many outputs all but the first start alike
    for first, *others in itertools.product(*options):
        yield (first, *(others * (outputs - 1)))


def _first_letters(study: Study) -> list[Letter]:
    """Letters that may stand for those before the first one."""
    domain = study.observer.domain
    below = tuple(low - 1 for low in domain.lows)
    return list(dict.fromkeys([study.observer.resting_letter(), domain.lows, domain.highs, below]))


def _starts_right(study: Study, machine: Machine, memory: int) -> bool:
    early = study.evidence[:FIRST, : memory + 1]
    return bool((run_batch(machine, early) == study.answers[:FIRST, : memory + 1]).all())
