"""Programs for opaque finite machines: numbers for the states that make the step a formula."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.mealy import Mealy, moore_outputs
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.kernel.expr import var
from mips_verify.kernel.machine import Machine
from mips_verify.regress.regression_budgets import Budget
from mips_verify.regress.state_assignment.by_expression import label, program_of

STARTS = 12  # machines with at most this many states try every label for the start
MOST_LABELS = 64
QUICK, FIRST, SECOND = Budget(3, 20_000), Budget(4, 100_000), Budget(6, 400_000)

READ = Budget(6, 60_000)


def label_programs(study: Study, machine: Mealy, rival: int | None = None) -> list[Candidate]:
    """Machines with one state variable whose step is a short expression, if there are any.

    With a ``rival`` program of so many nodes, only what could be shorter is searched for.
    """
    if machine.states == 1:
        return []
    if machine.states > MOST_LABELS:
        study.note(f"labels: {machine.states} states are too many")
        return []
    name = fresh_names(1, "s", machine.inputs)[0]
    constants = _constants(study, machine)
    shown = [] if rival is not None else _as_shown(study, machine, name)
    for domain, starts, budget in _attempts(machine, rival):
        labellings = label(
            machine,
            domain=domain,
            starts=starts,
            constants=constants,
            budget=budget,
            folded=rival is None and _merges(machine),
        )
        programs = [
            program_of(machine, one, name=name, constants=constants, budget=READ, seed=study.seed)
            for one in labellings
        ]
        open_ended = not machine.complete
        found = [Candidate("labels", p, open_ended) for p in programs if p is not None]
        study.note(
            f"labels {domain[0]}..{domain[1]}: {len(labellings)} labellings, {len(found)} programs"
        )
        if found:
            return found + shown
    return shown


def _merges(machine: Mealy) -> bool:
    """Whether some letter leads two states to one, as where a counter stops at an end."""
    columns = machine.next.T.tolist()
    return machine.complete and any(len(set(c)) < machine.states for c in columns)


def _as_shown(study: Study, machine: Mealy, name: str) -> list[Candidate]:
    """The program whose state is its output, where every state shows a number of its own."""
    shown = moore_outputs(machine) if machine.complete else None
    if shown is None or shown.shape[1] != 1 or len(np.unique(shown)) < machine.states:
        return []
    labels = shown[:, 0]
    q, a = machine.known
    columns = {name: labels[q]} | {n: machine.letters[a, i] for i, n in enumerate(machine.inputs)}
    step = formula(study, columns, labels[machine.next[q, a]], budget=READ)
    if step is None:
        return []
    program = Machine(machine.inputs, (name,), (int(labels[0]),), (step,), (var(name),))
    return [Candidate("labels", program)]


def _attempts(
    machine: Mealy, rival: int | None
) -> list[tuple[tuple[int, int], tuple[int, ...], Budget]]:
    """Ranges of labels, labels of the start and budgets, cheapest first."""
    n = machine.states
    if rival is not None:
        # the state variable and its reading are two nodes; every further leaf brings an operator
        leaves = min(QUICK.max_leaves, max(1, (rival - 2) // 2))
        span = (0, n - 1) if machine.complete else (-(n // 2) - 1, n // 2 + 1)
        return [(span, (0, 1, n - 1), Budget(leaves, QUICK.max_expressions))]
    if not machine.complete:
        far = n // 2 + 1
        return [((-far, far), (0, 1), FIRST), ((-far, far), (0, 1), SECOND)]
    starts = tuple(range(n)) if n <= STARTS else (0, 1, n - 1)
    wide = (-2, n + 1)
    return [((0, n - 1), starts, FIRST), (wide, (0, 1, -1), FIRST), ((0, n - 1), starts, SECOND)]


def _constants(study: Study, machine: Mealy) -> list[int]:
    """0, 1, 2, the ends of the ranges, and the numbers of states and of output values."""
    domain = study.observer.domain
    q, a = machine.known
    most = int(machine.output[q, a].max())
    numbers = {0, 1, 2, *domain.lows, *domain.highs, most + 1}
    numbers |= {high + 1 for high in domain.highs} | (
        {machine.states} if machine.complete else set()
    )
    return sorted(v for v in numbers if abs(v) <= 200)
