"""The miner for single variables: bounds and small sets of values."""

from __future__ import annotations

import numpy as np

from mips_verify.kernel.expr import Expr, var
from mips_verify.prove.invariants.guess import Guess
from mips_verify.prove.invariants.relations import at_least, at_most
from mips_verify.prove.invariants.samples import Samples
from mips_verify.prove.limits import MOST_VALUES


def bounds(samples: Samples) -> Guess:
    """For each variable, the least and largest value seen; also the values, if few with gaps."""
    found: list[Expr] = []
    for name in samples.pair.state:
        values = np.unique(samples.column(name))
        low, high = int(values[0]), int(values[-1])
        found += [at_least(var(name), low), at_most(var(name), high)]
        if len(values) <= MOST_VALUES and high - low >= len(values):
            found.append(Expr("in", (var(name),), tuple(map(int, values))))
    return Guess(conditions=tuple(found))
