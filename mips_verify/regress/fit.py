"""From a table of integers to the shortest exact expression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.expr import Expr, const, size, var
from mips_verify.printers.numpy import evaluate_batch
from mips_verify.regress.affine import affine_expr, fit_affine
from mips_verify.regress.enumerate import Bank, Leaf

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Budget:
    """Work, never seconds.

    Attributes:
        max_leaves: leaves of an enumerated expression.
        max_expressions: expressions kept by one enumeration.
    """

    max_leaves: int = 6
    max_expressions: int = 400_000


DEFAULT: Final = Budget()


@dataclass(frozen=True, slots=True)
class Fit:
    """An expression that equals the target on every row.

    Attributes:
        expr: over the names of the columns.
        size: its syntax-tree nodes.
        method: the rung of the ladder that found it.
    """

    expr: Expr
    size: int
    method: str


def fit(
    columns: Mapping[str, Ints],
    target: Ints,
    *,
    budget: Budget = DEFAULT,
    constants: Sequence[int] = (),
    seed: int = 0,
) -> Fit | None:
    """The shortest expression over the columns that equals ``target`` on every row."""
    names = list(columns)
    n = len(target)
    matrix = np.stack([columns[a] for a in names], axis=1) if names else np.zeros((n, 0), int)
    affine = fit_affine(matrix.astype(np.int64), target)
    best: Fit | None = None
    if affine is not None:
        e = affine_expr(names, affine)
        best = Fit(e, size(e), "affine")
        if best.size <= 3:
            return best
    rng = np.random.default_rng(seed)
    rows = rng.permutation(n)[:48]
    for _ in range(12):
        leaves = [Leaf(var(a), columns[a][rows]) for a in names]
        leaves += [Leaf(const(c), np.full(len(rows), c)) for c in sorted({0, 1, 2, *constants})]
        bank = Bank(leaves, divisors=[2, *constants], max_expressions=budget.max_expressions)
        key = bank.key(target[rows])
        while not (hit := np.flatnonzero(bank.ints.keys == key)).size and not bank.exhausted:
            if best is not None and bank.cost + 1 >= best.size:
                return best
            if bank.cost >= 2 * budget.max_leaves:
                return best
            bank.grow()
        if not hit.size:
            return best
        e = bank.int_expr(int(hit[0]))
        wrong = np.flatnonzero(evaluate_batch(e, columns) != target)
        if not len(wrong):
            return Fit(e, size(e), "enumeration")
        rows = np.concatenate([rows, wrong[:8]])
    return best
