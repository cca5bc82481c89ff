"""The search for an invariant: guess from samples, weaken, ask for the outputs; stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from mips_verify.kernel.expr import TRUE, Expr, size, to_text, var
from mips_verify.kernel.obligations import Pair
from mips_verify.prove.invariants import candidate_terms
from mips_verify.prove.invariants.bounds import bounds
from mips_verify.prove.invariants.extremes import extremes
from mips_verify.prove.invariants.guarded_hull import Facet
from mips_verify.prove.invariants.houdini import weaken
from mips_verify.prove.invariants.modes import few_values, guard_modes, state_modes, value_modes
from mips_verify.prove.invariants.octagon import octagon
from mips_verify.prove.invariants.samples import Samples
from mips_verify.prove.invariants.tables import joint_values, value_tables
from mips_verify.prove.limits import Limits
from mips_verify.prove.minimise import minimise
from mips_verify.prove.solver import Encoded, StepSolver

Guess = tuple[list[Facet], list[Expr]]
SHORT_TABLE: Final = 64
LONG_TABLE: Final = 256


def _affine(samples: Samples) -> Guess:
    return [samples.hull], bounds(samples)


def _values(samples: Samples) -> Guess:
    facets, conditions = few_values(samples)
    return facets, conditions + extremes(samples)


def _tables(samples: Samples) -> Guess:
    terms = [e for e in candidate_terms.terms(samples.pair) if e.op in ("mod", "table")]
    return [], value_tables(samples, terms, SHORT_TABLE)


def _term_tables(samples: Samples) -> Guess:
    return [], value_tables(samples, candidate_terms.terms(samples.pair), LONG_TABLE)


def _octagon(samples: Samples) -> Guess:
    return [], octagon(samples)


def _modes(samples: Samples) -> Guess:
    return value_modes(samples)


def _states(samples: Samples) -> Guess:
    return [], state_modes(samples)


def _joint(samples: Samples) -> Guess:
    return [], joint_values(samples) if samples.complete else []


def _terms(samples: Samples) -> Guess:
    program = [var(n) for n in samples.free if n in samples.pair.program.state]
    spec = [var(n) for n in samples.free if n in samples.pair.spec.state]
    terms = candidate_terms.terms(samples.pair)
    return [samples.facet(TRUE, [*program, *reversed(terms), *spec])], []


def _guards(samples: Samples) -> Guess:
    return guard_modes(samples, candidate_terms.guards(samples.pair))


def _products(samples: Samples) -> Guess:
    free = [var(n) for n in samples.free]
    return [samples.facet(TRUE, [*free, *candidate_terms.products(samples.free)])], []


STAGES: Final[dict[str, Callable[[Samples], Guess]]] = {
    "affine": _affine,
    "values": _values,
    "tables": _tables,
    "octagon": _octagon,
    "modes": _modes,
    "mined terms": _terms,
    "tables of terms": _term_tables,
    "mined guards": _guards,
    "joint states": _joint,
    "states of one machine": _states,
    "products": _products,
}


@dataclass(slots=True, eq=False)
class Search:
    """One search, with or without the input range; stages add to what it guesses."""

    samples: Samples
    limits: Limits
    all_integers: bool
    solver: StepSolver = field(init=False)
    facets: list[Facet] = field(default_factory=list)
    conditions: dict[str, Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pair, rlimit = self.samples.pair, self.limits.search_rlimit
        self.solver = StepSolver(pair, ranged=not self.all_integers, rlimit=rlimit)

    def attempt(self, stage: str) -> list[tuple[Expr, ...]]:
        """Invariants to put to the obligations, best first: the minimised and the whole one."""
        facets, conditions = STAGES[stage](self.samples)
        self.facets += facets
        for e in conditions[: self.limits.candidates]:
            self.conditions.setdefault(to_text(e), e)
        inductive = weaken(
            self.solver, self.facets, self.conditions.values(), self.samples.pair.init
        )
        few = minimise(self.solver, inductive)
        if few is None:
            return []
        return [_exprs(few), _exprs(inductive)]


def _exprs(conditions: list[Encoded]) -> tuple[Expr, ...]:
    """Short ones first, bounds before all: so that a table follows the bounds of its index."""
    ordered = sorted(conditions, key=lambda c: (c.expr.op not in ("ge", "le", "in"), size(c.expr)))
    return tuple(c.expr for c in ordered)


def later_stages(pair: Pair) -> list[str]:
    """The stages after the first; those about products first where there are some."""
    later = list(STAGES)[1:]
    if candidate_terms.is_nonlinear(pair):
        nonlinear = ["mined terms", "products"]
        return nonlinear + [name for name in later if name not in nonlinear]
    return later
