"""From guesses to an inductive set: Houdini, with affine hulls joined instead of dropped.

Houdini (Flanagan and Leino, FME 2001) drops every condition that a counterexample to
induction violates and ends with the largest inductive subset. An affine hull is not
dropped but joined with the new state, which keeps the combinations that survive (Karr,
Acta Informatica 6, 1976).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mips_verify.kernel.expr import Expr, evaluate
from mips_verify.prove.invariants.guarded_hull import Facet
from mips_verify.prove.solver import Encoded, StepSolver


@dataclass(frozen=True, slots=True, eq=False)
class _Hull:
    """A facet with its conditions, encoded once."""

    facet: Facet
    conditions: list[Encoded]

    @classmethod
    def of(cls, solver: StepSolver, facet: Facet) -> _Hull:
        return cls(facet, [solver.encode(e) for e in facet.conditions()])

    def join(self, solver: StepSolver, state: Mapping[str, int]) -> _Hull:
        joined = self.facet.join(state)
        return self if joined is self.facet else _Hull.of(solver, joined)


def weaken(
    solver: StepSolver,
    facets: Iterable[Facet],
    conditions: Iterable[Expr],
    init: Mapping[str, int],
) -> list[Encoded]:
    """An inductive set of conditions that holds at the start.

    Args:
        solver: one step of the machines.
        facets: affine hulls; weakened by joining.
        conditions: other guesses; weakened by dropping. All must be defined everywhere.
        init: the initial state.
    """
    hulls = [_Hull.of(solver, f.join(init)) for f in facets]
    kept = [solver.encode(e) for e in conditions if evaluate(e, init)]
    undecided: set[int] = set()
    while True:
        active = _distinct(
            [c for h in hulls for c in h.conditions if id(c) not in undecided] + kept
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
        joined = [h.join(solver, state) for h in hulls]
        left = [c for c in kept if evaluate(c.expr, state)]
        if len(left) == len(kept) and all(a is b for a, b in zip(hulls, joined, strict=True)):
            return []  # Z3 and exact arithmetic disagree on this state: trust neither
        hulls, kept = joined, left


def _counterexample(
    solver: StepSolver, active: Sequence[Encoded]
) -> tuple[str, dict[str, int] | None, Encoded]:
    """A state reached by one step from where all hold, to where not all do.

    Asks for all conditions at once; one by one only where Z3 does not decide that.

    Returns:
        Z3's answer, the state if there is one, and the condition that it concerns.
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
