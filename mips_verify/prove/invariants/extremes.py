"""Guesses that one of several variables is at its bound: the smallest deficit is 0."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Bools
from mips_verify.kernel.expr import Expr
from mips_verify.prove.invariants.relations import is_value
from mips_verify.prove.invariants.samples import Samples

MOST_VARIABLES: Final = 12


def extremes(samples: Samples) -> list[Expr]:
    """``a == 0 or b == 0 or ...`` for variables of one machine with the same bound."""
    found = []
    for machine in (samples.pair.program, samples.pair.spec):
        columns = {name: samples.column(name) for name in machine.state}
        varying = {n: c for n, c in columns.items() if c.min() < c.max()}
        for end in (np.min, np.max):
            bounds = {n: int(end(c)) for n, c in varying.items()}
            for bound in sorted(set(bounds.values())):
                group = [n for n in bounds if bounds[n] == bound][:MOST_VARIABLES]
                found += _one_is(bound, group, [varying[n] == bound for n in group])
    return found


def _one_is(bound: int, group: Sequence[str], there: Sequence[Bools]) -> list[Expr]:
    """That one of the group always is at the bound; without those that this does not need."""
    kept = dict(zip(group, there, strict=True))
    if not np.logical_or.reduce(there).all():
        return []
    for name in group:
        rest = [where for n, where in kept.items() if n != name]
        if rest and np.logical_or.reduce(rest).all():
            del kept[name]
    return [reduce(lambda a, b: Expr("or", (a, b)), [is_value(n, bound) for n in kept])]
