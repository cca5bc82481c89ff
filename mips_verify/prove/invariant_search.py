"""The search for an invariant: per stage, guess from samples, weaken, check the outputs."""

from __future__ import annotations

from dataclasses import dataclass, field

from mips_verify.kernel.expr import Expr, size, to_text
from mips_verify.prove.invariants.guarded_hull import GuardedHull
from mips_verify.prove.invariants.houdini import weaken
from mips_verify.prove.invariants.miners import Stage
from mips_verify.prove.invariants.samples import Samples
from mips_verify.prove.limits import Limits
from mips_verify.prove.minimise import minimise
from mips_verify.prove.solver import Encoded, StepSolver


@dataclass(slots=True, eq=False)
class Search:
    """One search, with or without the input range; each stage adds guesses."""

    samples: Samples
    limits: Limits
    all_integers: bool
    solver: StepSolver = field(init=False)
    hulls: list[GuardedHull] = field(default_factory=list)
    conditions: dict[str, Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pair, rlimit = self.samples.pair, self.limits.search_rlimit
        self.solver = StepSolver(pair, ranged=not self.all_integers, rlimit=rlimit)

    def attempt(self, stage: Stage) -> list[tuple[Expr, ...]]:
        """Invariants whose obligations are to be checked: the minimised one, then the whole one."""
        self._add(stage)
        init = self.samples.pair.init
        inductive = weaken(self.solver, self.hulls, self.conditions.values(), init)
        few = minimise(self.solver, inductive)
        return [] if few is None else [_readable(few), _readable(inductive)]

    def _add(self, stage: Stage) -> None:
        guess = stage.guess(self.samples)
        self.hulls += guess.hulls
        for e in guess.conditions[: self.limits.candidates]:
            self.conditions.setdefault(to_text(e), e)


def _readable(conditions: list[Encoded]) -> tuple[Expr, ...]:
    """Sort: bounds first, so that a table follows the bounds of its index; then by length."""
    ordered = sorted(conditions, key=lambda c: (c.expr.op not in ("ge", "le", "in"), size(c.expr)))
    return tuple(c.expr for c in ordered)
