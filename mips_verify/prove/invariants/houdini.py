"""Houdini: weaken guesses to an inductive set; affine hulls are joined instead of dropped.

Houdini (Flanagan and Leino, FME 2001) drops every condition that a counterexample to
induction violates, and ends with the largest inductive subset. An affine hull is joined
with the new state instead, which keeps the relations that still hold (Karr, Acta
Informatica 6, 1976).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mips_verify.kernel.expr import Expr, evaluate
from mips_verify.prove.invariants.guarded_hull import GuardedHull
from mips_verify.prove.solver import Encoded, StepSolver


@dataclass(frozen=True, slots=True, eq=False)
class _EncodedHull:
    """A hull with its conditions encoded for Z3."""

    hull: GuardedHull
    conditions: list[Encoded]

    @classmethod
    def of(cls, solver: StepSolver, hull: GuardedHull) -> _EncodedHull:
        return cls(hull, [solver.encode(e) for e in hull.conditions()])

    def join(self, solver: StepSolver, state: Mapping[str, int]) -> _EncodedHull:
        joined = self.hull.join(state)
        return self if joined is self.hull else _EncodedHull.of(solver, joined)


def weaken(
    solver: StepSolver,
    hulls: Iterable[GuardedHull],
    conditions: Iterable[Expr],
    init: Mapping[str, int],
) -> list[Encoded]:
    """Weaken guesses to an inductive set of conditions that holds at the start.

    Args:
        solver: the solver for one step of the machines.
        hulls: affine hulls, weakened by joining.
        conditions: other guesses, weakened by dropping; all must be defined everywhere.
        init: the initial state.
    """
    joint = [_EncodedHull.of(solver, h.join(init)) for h in hulls]
    kept = [solver.encode(e) for e in conditions if evaluate(e, init)]
    undecided: set[int] = set()
    while True:
        active = _distinct(
            [c for h in joint for c in h.conditions if id(c) not in undecided] + kept
        )
        if not active:
            return []
        answer, state, culprit = _counterexample(solver, active)
        if answer == "unsat":
            return active
        if state is None:
            undecided.add(id(culprit))
            kept = [c for c in kept if c is not culprit]
            continue
        joined = [h.join(solver, state) for h in joint]
        left = [c for c in kept if evaluate(c.expr, state)]
        if len(left) == len(kept) and all(a is b for a, b in zip(joint, joined, strict=True)):
            return []  # Z3 and exact arithmetic disagree on this state: trust neither
        joint, kept = joined, left


def _counterexample(
    solver: StepSolver, active: Sequence[Encoded]
) -> tuple[str, dict[str, int] | None, Encoded]:
    """A state that violates a condition, one step after a state that satisfies all.

    Asks Z3 about all conditions at once, and about single ones only if Z3 does not decide that.

    Returns:
        Z3's answer, the state if there is one, and the condition that the answer is about.
    """
    outcome = solver.violation(active, [c.after for c in active])
    if outcome.answer != "unknown":
        return outcome.answer, outcome.successor, active[0]
    for c in active:
        single = solver.violation(active, [c.after])
        if single.answer != "unsat":
            return single.answer, single.successor, c
    return "unsat", None, active[0]


def _distinct(conditions: Iterable[Encoded]) -> list[Encoded]:
    return list({id(c): c for c in conditions}.values())
