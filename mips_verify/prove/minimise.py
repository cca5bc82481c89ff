"""Small invariants: only the conditions that the proof uses, by unsat cores and deletion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mips_verify.expr import size
from mips_verify.prove.solver import Encoded, StepSolver


def minimise(solver: StepSolver, inductive: Sequence[Encoded]) -> list[Encoded] | None:
    """A subset that is still inductive and still makes the outputs agree.

    Args:
        solver: one step of the machines.
        inductive: conditions that together are preserved by every step.

    Returns:
        The subset, in the order of ``inductive``; ``None`` if the outputs need not agree, or
        Z3 does not decide it.
    """
    needed = _support(solver, inductive, solver.safe)
    if needed is None:
        return None
    kept: dict[int, Encoded] = {}
    while needed:
        c = needed.pop()
        if id(c) in kept:
            continue
        kept[id(c)] = c
        support = _support(solver, inductive, [c.after])
        if support is None:
            return None
        needed += [s for s in support if id(s) not in kept]
    return [c for c in inductive if id(c) in kept]


def _support(
    solver: StepSolver, given: Sequence[Encoded], goals: Sequence[Any]
) -> list[Encoded] | None:
    """Few conditions that imply the goals after a step; the longest ones go first."""
    outcome = solver.violation(given, goals)
    if outcome.answer != "unsat":
        return None
    core = list(outcome.core)
    for c in sorted(core, key=lambda c: -size(c.expr)):
        if c not in core:
            continue
        fewer = solver.violation([d for d in core if d is not c], goals)
        if fewer.answer == "unsat":
            core = list(fewer.core)
    return core
