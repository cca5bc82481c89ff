"""Every invariant miner, in the order in which they are asked.

A miner is a function from samples to a guess. To add one, write it in a file of its own and give
it a line in :data:`MINERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from mips_verify.kernel.obligations import Pair
from mips_verify.prove.invariants.bounds import bounds
from mips_verify.prove.invariants.candidate_terms import is_nonlinear
from mips_verify.prove.invariants.extremes import extremes
from mips_verify.prove.invariants.finite_part import finite_relations
from mips_verify.prove.invariants.guess import Guess, together
from mips_verify.prove.invariants.hulls import product_hull, state_hull, term_hull
from mips_verify.prove.invariants.modes import few_values, guard_modes, state_modes, value_modes
from mips_verify.prove.invariants.octagon import octagon
from mips_verify.prove.invariants.samples import Samples
from mips_verify.prove.invariants.tables import joint_values, short_tables, term_tables

Need = Callable[[Samples], bool]


def nothing(_: Samples) -> bool:
    """Any samples will do."""
    return True


def all_states(samples: Samples) -> bool:
    """The samples are all reachable states, because a search through the product closed."""
    return samples.complete


def finite_part(samples: Samples) -> bool:
    """Some variables are known to have finitely many joint states."""
    return samples.finite is not None


@dataclass(frozen=True, slots=True)
class Stage:
    """One attempt at an invariant.

    Attributes:
        name: how verdicts and certificates name it as their strategy.
        miners: what they guess joins the guesses of the stages before, to be weakened together.
        exact: instead, a miner of invariants that are tried as they stand, the simplest first.
        needs: what the samples must be for these miners to guess anything.
        with_products: whether it comes before others where a text multiplies state variables.
    """

    name: str
    miners: tuple[Callable[[Samples], Guess], ...] = ()
    exact: Callable[[Samples], Iterator[Guess]] | None = None
    needs: Need = nothing
    with_products: bool = False

    def guess(self, samples: Samples) -> Guess:
        """What its miners guess together."""
        return together(mine(samples) for mine in self.miners if self.needs(samples))

    def invariants(self, samples: Samples) -> list[Guess]:
        """What its exact miner guesses."""
        return list(self.exact(samples)) if self.exact and self.needs(samples) else []


MINERS: Final = (
    Stage("affine", (state_hull, bounds)),  # then comes the search through the product
    Stage("finite part", exact=finite_relations, needs=finite_part),
    Stage("values", (few_values, extremes)),
    Stage("tables", (short_tables,)),
    Stage("octagon", (octagon,)),
    Stage("modes", (value_modes,)),
    Stage("mined terms", (term_hull,), with_products=True),
    Stage("tables of terms", (term_tables,)),
    Stage("mined guards", (guard_modes,)),
    Stage("joint states", (joint_values,), needs=all_states),
    Stage("states of one machine", (state_modes,)),
    Stage("products", (product_hull,), with_products=True),
)


def stages_for(pair: Pair) -> list[Stage]:
    """The stages in the order that suits two machines."""
    affine, finite, *others = MINERS
    if is_nonlinear(pair):
        others.sort(key=lambda stage: not stage.with_products)
    return [affine, finite, *others]
