"""Small invariants: unsat cores and deletion keep only the conditions that a proof needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mips_verify.kernel.expr import size
from mips_verify.prove.limits import MOST_DELETIONS
from mips_verify.prove.solver import Encoded, StepSolver


def minimise(solver: StepSolver, inductive: Sequence[Encoded]) -> list[Encoded] | None:
    """A subset of the conditions that is inductive and implies that the outputs agree.

    Args:
        solver: the solver for one step of the machines.
        inductive: conditions whose conjunction every step preserves.

    Returns:
        The subset, in the order of ``inductive``; ``None`` if the outputs may differ or Z3
        does not decide.
    """
    support_of = _Support(solver, inductive)
    needed = support_of(solver.safe)
    if needed is None:
        return None
    kept: dict[int, Encoded] = {}
    while needed:
        c = needed.pop()
        if id(c) in kept:
            continue
        kept[id(c)] = c
        support = support_of([c.after])
        if support is None:
            return None
        needed += [s for s in support if id(s) not in kept]
    return [c for c in inductive if id(c) in kept]


@dataclass(slots=True, eq=False)
class _Support:
    """Finds a few conditions that imply given goals; counts deletions over all calls."""

    solver: StepSolver
    inductive: Sequence[Encoded]
    deletions: int = 0

    def __call__(self, goals: Sequence[Any]) -> list[Encoded] | None:
        """A few conditions that imply the goals; ``None`` if even all conditions do not."""
        outcome = self.solver.violation(self.inductive, goals)
        if outcome.answer != "unsat":
            return None
        core = list(outcome.core)
        for c in sorted(core, key=lambda c: -size(c.expr)):  # try to drop the longest first
            if self.deletions == MOST_DELETIONS:  # from now on, keep cores as Z3 returns them
                break
            if c not in core:
                continue
            self.deletions += 1
            fewer = self.solver.violation([d for d in core if d is not c], goals)
            if fewer.answer == "unsat":
                core = list(fewer.core)
        return core
