"""All invariant miners, in the order in which they are tried.

A miner is a function from samples to a guess. To add one, write it in a new file and add a line
to :data:`MINERS`.
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
from mips_verify.prove.invariants.hulls import state_hull, term_hull
from mips_verify.prove.invariants.modes import few_values, state_modes, value_modes
from mips_verify.prove.invariants.octagon import octagon
from mips_verify.prove.invariants.reachable import listed
from mips_verify.prove.invariants.samples import Samples

Need = Callable[[Samples], bool]


def nothing(_: Samples) -> bool:
    """No requirement: any samples will do."""
    return True


def finite_part(samples: Samples) -> bool:
    """Whether some variables are known to have finitely many joint states."""
    return samples.finite is not None


@dataclass(frozen=True, slots=True)
class Stage:
    """One attempt at an invariant.

    Attributes:
        name: the strategy named in verdicts and certificates.
        miners: their guesses are added to those of earlier stages; Houdini weakens all of them.
        exact: used instead of ``miners``; yields complete invariants, simplest first.
        needs: condition on the samples; if it fails, the stage guesses nothing.
        with_products: whether to move it to the front if a text multiplies state variables.
    """

    name: str
    miners: tuple[Callable[[Samples], Guess], ...] = ()
    exact: Callable[[Samples], Iterator[Guess]] | None = None
    needs: Need = nothing
    with_products: bool = False

    def guess(self, samples: Samples) -> Guess:
        """All guesses of its miners."""
        return together(mine(samples) for mine in self.miners if self.needs(samples))

    def invariants(self, samples: Samples) -> list[Guess]:
        """The complete invariants that ``exact`` yields."""
        return list(self.exact(samples)) if self.exact and self.needs(samples) else []


MINERS: Final = (
    Stage("affine", (state_hull, bounds)),  # followed by the product search
    Stage("finite part", exact=finite_relations, needs=finite_part),
    Stage("values", (few_values, extremes)),
    Stage("octagon", (octagon,)),
    Stage("modes", (value_modes,)),
    Stage("mined terms", (term_hull,), with_products=True),
    Stage("states of one machine", (state_modes,)),
    Stage("reachable states", exact=listed),
)


def stages_for(pair: Pair) -> list[Stage]:
    """The stages, in the best order for two given machines."""
    affine, finite, *others = MINERS
    if is_nonlinear(pair):
        others.sort(key=lambda stage: not stage.with_products)
    return [affine, finite, *others]
