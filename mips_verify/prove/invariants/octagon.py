"""Guesses about pairs of variables: least and largest values of their differences and sums.

The octagon domain (Miné, "The octagon abstract domain", Higher-Order and Symbolic Computation 19,
2006), of which Houdini keeps what is inductive.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

from mips_verify.kernel.expr import Expr, var
from mips_verify.prove.invariants.relations import at_least, at_most, linear
from mips_verify.prove.invariants.samples import Samples

MOST_VARIABLES: Final = 10


def octagon(samples: Samples) -> list[Expr]:
    """Bounds of ``a - b`` and ``a + b`` for free variables, ``a >= b`` where the bound is 0."""
    found = []
    for a, b in combinations(samples.free[:MOST_VARIABLES], 2):
        for sign in (-1, 1):
            values = samples.column(a) + sign * samples.column(b)
            low, high = int(values.min()), int(values.max())
            if sign < 0:
                found += [_above(a, b, low), _above(b, a, -high)]
            else:
                total = linear((1, 1), (var(a), var(b)))
                found += [at_least(total, low), at_most(total, high)]
    return found


def _above(a: str, b: str, by: int) -> Expr:
    """``a >= b + by``."""
    return Expr("ge", (var(a), linear((1,), (var(b),), by)))
