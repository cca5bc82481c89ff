"""The miner of last resort for finite pairs: the invariant that lists all reachable joint states.

It holds whenever the product search closed, whatever the states have in common, so that no finite
pair of a few states is left without a proof. Other invariants say more in less, and come first.
"""

from __future__ import annotations

from collections.abc import Iterator

from mips_verify.kernel.expr import conjoin, disjoin
from mips_verify.prove.invariants.bounds import bounds
from mips_verify.prove.invariants.guess import Guess
from mips_verify.prove.invariants.relations import is_value
from mips_verify.prove.invariants.samples import Samples
from mips_verify.prove.limits import MOST_LISTED_STATES


def listed(samples: Samples) -> Iterator[Guess]:
    """That the joint state is one of those known, if these are all and few.

    The range of each variable follows, and is stated for proof assistants, which compute all cases
    within ranges where a search through the list takes minutes.
    """
    if not samples.complete or len(samples.states) > MOST_LISTED_STATES:
        return
    names = samples.pair.state
    rows = samples.states.tolist()
    states = (conjoin([is_value(n, v) for n, v in zip(names, r, strict=True)]) for r in rows)
    yield Guess(conditions=(*bounds(samples).conditions, disjoin(states)))
