"""The miner for octagons: bounds on the differences and sums of two variables.

This is the octagon domain (Miné, "The octagon abstract domain", Higher-Order and Symbolic
Computation 19, 2006); Houdini keeps the inductive part.
"""

from __future__ import annotations

from itertools import combinations

from mips_verify.kernel.expr import Expr, var
from mips_verify.prove.invariants.guess import Guess
from mips_verify.prove.invariants.relations import at_least, at_most, linear
from mips_verify.prove.invariants.samples import Samples
from mips_verify.prove.limits import MOST_OCTAGON_VARIABLES


def octagon(samples: Samples) -> Guess:
    """Bounds on ``a - b`` and ``a + b`` for free variables; a bound of 0 is written ``a >= b``."""
    found: list[Expr] = []
    for a, b in combinations(samples.free[:MOST_OCTAGON_VARIABLES], 2):
        for sign in (-1, 1):
            values = samples.column(a) + sign * samples.column(b)
            low, high = int(values.min()), int(values.max())
            if sign < 0:
                found += [_above(a, b, low), _above(b, a, -high)]
            else:
                total = linear((1, 1), (var(a), var(b)))
                found += [at_least(total, low), at_most(total, high)]
    return Guess(conditions=tuple(found))


def _above(a: str, b: str, by: int) -> Expr:
    """``a >= b + by``."""
    return Expr("ge", (var(a), linear((1,), (var(b),), by)))
