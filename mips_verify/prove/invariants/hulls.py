"""Miners for affine hulls: of the state, of terms over the state, of products of variables."""

from __future__ import annotations

from mips_verify.kernel.expr import var
from mips_verify.prove.invariants.candidate_terms import terms
from mips_verify.prove.invariants.guess import Guess
from mips_verify.prove.invariants.samples import Samples


def state_hull(samples: Samples) -> Guess:
    """Affine relations between the state variables."""
    return Guess(hulls=(samples.hull,))


def term_hull(samples: Samples) -> Guess:
    """Affine relations between the state variables and nonlinear terms of the machines' texts."""
    program = [var(n) for n in samples.free if n in samples.pair.program.state]
    spec = [var(n) for n in samples.free if n in samples.pair.spec.state]
    found = terms(samples.pair)
    return Guess(hulls=(samples.hull_of([*program, *reversed(found), *spec]),))
