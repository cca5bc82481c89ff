"""The miner for extremes: at least one of several variables is always at its bound."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from mips_verify.algebra.arrays import Bools
from mips_verify.kernel.expr import Expr
from mips_verify.prove.invariants.guess import Guess
from mips_verify.prove.invariants.relations import is_value
from mips_verify.prove.invariants.samples import Samples
from mips_verify.prove.limits import MOST_EXTREME_VARIABLES


def extremes(samples: Samples) -> Guess:
    """``a == 0 or b == 0 or ...`` for variables of one machine that have the same bound."""
    found: list[Expr] = []
    for machine in (samples.pair.program, samples.pair.spec):
        columns = {name: samples.column(name) for name in machine.state}
        varying = {n: c for n, c in columns.items() if c.min() < c.max()}
        for end in (np.min, np.max):
            bounds = {n: int(end(c)) for n, c in varying.items()}
            for bound in sorted(set(bounds.values())):
                group = [n for n in bounds if bounds[n] == bound][:MOST_EXTREME_VARIABLES]
                found += _one_is(bound, group, [varying[n] == bound for n in group])
    return Guess(conditions=tuple(found))


def _one_is(bound: int, group: Sequence[str], there: Sequence[Bools]) -> list[Expr]:
    """The condition that one of the variables is at the bound, if always true; few are kept."""
    kept = dict(zip(group, there, strict=True))
    if not np.logical_or.reduce(there).all():
        return []
    for name in group:
        rest = [where for n, where in kept.items() if n != name]
        if rest and np.logical_or.reduce(rest).all():
            del kept[name]
    return [reduce(lambda a, b: Expr("or", (a, b)), [is_value(n, bound) for n in kept])]
