"""State assignment: numbers for the states of a machine that make its step a short formula."""

from __future__ import annotations

from mips_verify.algebra.mealy import Mealy
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.method import Known
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study
from mips_verify.kernel.machine import Machine
from mips_verify.regress.regression_budgets import Budget
from mips_verify.regress.state_assignment.by_expression import Labelling, label, program_of


def run(study: Study, known: Known) -> list[Machine]:
    """Machines with one state variable whose step is a short expression, if there are any.

    If a formula is known already, only shorter programs are searched for.
    """
    # a formula over numbers with a meaning is no rival: a single sum may be clearer, though longer
    machine = known.machine
    rival = known.shortest if known.shortest_form != "states in order" else None
    if machine.states == 1:
        return []
    if machine.states > budgets.ASSIGNED_STATES:
        study.note(f"{machine.states} states are too many")
        return []
    name = fresh_names(1, "s", machine.inputs)[0]
    constants = _constants(study, machine)
    for domain, starts, budget in _attempts(machine, rival):
        labellings = label(
            machine,
            domain=domain,
            starts=starts,
            constants=constants,
            budget=budget,
            folded=rival is None and _merges(machine),
        )
        programs = [_program(study, machine, one, name, constants) for one in labellings]
        found = [p for p in programs if p is not None]
        study.note(
            f"numbers {domain[0]}..{domain[1]} in {len(labellings)} ways, {len(found)} programs"
        )
        if found:
            return found
    return []


def _program(
    study: Study, machine: Mealy, labelling: Labelling, name: str, constants: list[int]
) -> Machine | None:
    """The program of a labelling, if formulas for the outputs are found."""
    budget = budgets.ASSIGN_OUTPUT
    return program_of(
        machine, labelling, name=name, constants=constants, budget=budget, seed=study.seed
    )


def _merges(machine: Mealy) -> bool:
    """Whether some letter leads two states to one, as in a counter that stops at a bound."""
    columns = machine.next.T.tolist()
    return machine.complete and any(len(set(c)) < machine.states for c in columns)


def _attempts(
    machine: Mealy, rival: int | None
) -> list[tuple[tuple[int, int], tuple[int, ...], Budget]]:
    """Ranges for the numbers, numbers for the start state, and budgets, cheapest first."""
    n = machine.states
    if rival is not None:
        # the state variable and the output are two nodes; every further leaf adds an operator
        quick = budgets.ASSIGN_QUICK
        leaves = min(quick.max_leaves, max(1, (rival - 2) // 2))
        span = (0, n - 1) if machine.complete else (-(n // 2) - 1, n // 2 + 1)
        return [(span, (0, 1, n - 1), Budget(leaves, quick.max_expressions))]
    first, last = budgets.ASSIGN_FIRST, budgets.ASSIGN_LAST
    if not machine.complete:
        far = n // 2 + 1
        return [((-far, far), (0, 1), first), ((-far, far), (0, 1), last)]
    starts = tuple(range(n)) if n <= budgets.ALL_STARTS else (0, 1, n - 1)
    wide = (-2, n + 1)
    return [((0, n - 1), starts, first), (wide, (0, 1, -1), first), ((0, n - 1), starts, last)]


def _constants(study: Study, machine: Mealy) -> list[int]:
    """Constants for formulas: 0, 1, 2, ends of ranges, numbers of states and of output values."""
    domain = study.oracle.domain
    q, a = machine.known
    most = int(machine.output[q, a].max())
    numbers = {0, 1, 2, *domain.lows, *domain.highs, most + 1}
    numbers |= {high + 1 for high in domain.highs} | (
        {machine.states} if machine.complete else set()
    )
    return sorted(v for v in numbers if abs(v) <= 200)
