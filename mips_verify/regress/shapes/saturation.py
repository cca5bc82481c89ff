"""Values that stop at a bound: ``min(max(e, low), high)`` with any expression inside.

Rows with a target strictly between its least and its greatest value were not cut off. An
expression that is right on these rows may, cut off at the two values, be right on all rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import evaluate_batch
from mips_verify.kernel.expr import Expr, apply, const, size

Inner = Callable[[Mapping[str, Ints], Ints], Expr | None]

LEAST: Final = 8  # rows inside the bounds; with fewer, a fit may be chance
OFTEN: Final = 0.02  # least share of rows with a value for it to count as a bound


def clamped(columns: Mapping[str, Ints], target: Ints, inner: Inner) -> Expr | None:
    """The target as an expression cut off at one or both ends; ``None`` if none was found.

    Args:
        columns: from name to values, each shape ``(n,)``.
        target: shape ``(n,)``.
        inner: finds an expression for some of the rows.
    """
    low, high = int(target.min()), int(target.max())
    bottom, top = target == low, target == high
    found: list[Expr] = []
    for cuts in ((True, False), (False, True), (True, True)):
        outside = (bottom & cuts[0]) | (top & cuts[1])
        inside = ~outside
        ends = [end for end, cut in zip((bottom, top), cuts, strict=True) if cut]
        if inside.sum() < LEAST or min(e.mean() for e in ends) < OFTEN:
            continue
        if len(np.unique(target[inside])) < 2:
            continue
        e = inner({n: v[inside] for n, v in columns.items()}, target[inside])
        if e is None:
            continue
        result = apply("max", e, const(low)) if cuts[0] else e
        result = apply("min", result, const(high)) if cuts[1] else result
        if (evaluate_batch(result, dict(columns)) == target).all():
            found.append(result)
    return min(found, key=size, default=None)
