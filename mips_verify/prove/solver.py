"""One step of a pair of machines in Z3, for incremental queries of the invariant search.

The answers only guide the search; afterwards the obligations are discharged from their texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import z3

from mips_verify.kernel.expr import Expr, to_text
from mips_verify.kernel.obligations import Pair
from mips_verify.kernel.z3 import to_z3

Answer = Literal["unsat", "sat", "unknown"]
ARITHMETIC = (2, 6)  # Z3's older and newer solver; each decides questions that the other cannot


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A condition on the state: the literal that asserts it, and its formula after the step."""

    expr: Expr
    literal: Any
    after: Any


@dataclass(frozen=True, slots=True, eq=False)
class StepAnswer:
    """Z3's answer: with the state after a violating step, or the conditions that exclude one."""

    answer: Answer
    successor: dict[str, int] | None = None
    core: tuple[Encoded, ...] = ()


class StepSolver:
    """Answers whether some conditions before a step imply others after it.

    Args:
        pair: the machines.
        ranged: whether to assume that the inputs lie in the domain.
        rlimit: Z3's work limit per question, for each of its two arithmetic solvers.
    """

    def __init__(self, pair: Pair, *, ranged: bool, rlimit: int) -> None:
        self.context = z3.Context()
        names = pair.state + pair.domain.names
        self._before = {name: z3.Int(name, self.context) for name in names}
        self._next = {n: self._formula(e) for n, e in pair.next.items()}
        self.safe = [self._formula(pair.step_defined), self._formula(pair.outputs_agree)]
        self._rlimit = rlimit
        self._solvers = []
        for arithmetic in ARITHMETIC:
            solver = z3.SimpleSolver(ctx=self.context)
            solver.set("arith.solver", arithmetic)
            if ranged:
                solver.add(self._formula(pair.within))
            self._solvers.append(solver)
        self._encoded: dict[str, Encoded] = {}
        self._switches = 0

    def encode(self, e: Expr) -> Encoded:
        """Encode a condition on the state, for use before and after the step."""
        text = to_text(e)
        if text not in self._encoded:
            literal = self._switch(self._formula(e))
            after = to_z3(e, self._next, self.context)
            self._encoded[text] = Encoded(e, literal, after)
        return self._encoded[text]

    def violation(self, given: Sequence[Encoded], goals: Sequence[Any]) -> StepAnswer:
        """Search for a step from a state that satisfies ``given`` to one that violates a goal."""
        if not goals:
            return StepAnswer("unsat")
        switch = self._switch(z3.Not(z3.And(list(goals))))
        literals = [c.literal for c in given]
        try:
            for solver in self._portfolio():
                result = solver.check([*literals, switch])
                if result == z3.sat:
                    return StepAnswer("sat", self._successor(solver.model()))
                if result == z3.unsat:
                    used = {literal.get_id() for literal in solver.unsat_core()}
                    core = tuple(c for c in given if c.literal.get_id() in used)
                    return StepAnswer("unsat", core=core)
            return StepAnswer("unknown")
        finally:
            for solver in self._solvers:
                solver.add(z3.Not(switch))

    def _portfolio(self) -> Iterator[Any]:
        """Both solvers with a tenth of the work limit, then both with all of it."""
        for rlimit in (self._rlimit // 10, self._rlimit):
            for solver in self._solvers:
                solver.set("rlimit", max(1, rlimit))  # 0 would mean no limit
                yield solver

    def _formula(self, e: Expr) -> Any:
        return to_z3(e, self._before, self.context)

    def _successor(self, model: Any) -> dict[str, int]:
        return {
            name: model.eval(value, model_completion=True).as_long()
            for name, value in self._next.items()
        }

    def _switch(self, formula: Any) -> Any:
        """A new literal that implies ``formula``."""
        self._switches += 1
        literal = z3.Bool(f"switch {self._switches}", self.context)
        for solver in self._solvers:
            solver.add(z3.Implies(literal, formula))
        return literal
