"""Small invariants: unsat cores and deletion leave only conditions that the proof uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mips_verify.kernel.expr import size
from mips_verify.prove.limits import MOST_DELETIONS
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
    """Finds few conditions that imply goals after a step; counts deletions over all goals."""

    solver: StepSolver
    inductive: Sequence[Encoded]
    deletions: int = 0

    def __call__(self, goals: Sequence[Any]) -> list[Encoded] | None:
        """The conditions; ``None`` if all together do not imply the goals."""
        outcome = self.solver.violation(self.inductive, goals)
        if outcome.answer != "unsat":
            return None
        core = list(outcome.core)
        for c in sorted(core, key=lambda c: -size(c.expr)):  # the longest go first
            if self.deletions == MOST_DELETIONS:  # later cores stay as Z3 gives them
                break
            if c not in core:
                continue
            self.deletions += 1
            fewer = self.solver.violation([d for d in core if d is not c], goals)
            if fewer.answer == "unsat":
                core = list(fewer.core)
        return core
