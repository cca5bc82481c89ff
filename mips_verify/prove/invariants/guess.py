"""The result type of invariant miners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from mips_verify.kernel.expr import Expr
from mips_verify.prove.invariants.guarded_hull import GuardedHull


@dataclass(frozen=True, slots=True)
class Guess:
    """Conditions that may hold in every reachable joint state, guessed from samples.

    Attributes:
        hulls: affine hulls, which Houdini weakens by joining further states.
        conditions: conditions that Houdini keeps or drops; all are defined everywhere.
    """

    hulls: tuple[GuardedHull, ...] = ()
    conditions: tuple[Expr, ...] = ()


def together(guesses: Iterable[Guess]) -> Guess:
    """The union of some guesses, in their order."""
    found = tuple(guesses)
    return Guess(
        tuple(chain.from_iterable(g.hulls for g in found)),
        tuple(chain.from_iterable(g.conditions for g in found)),
    )
