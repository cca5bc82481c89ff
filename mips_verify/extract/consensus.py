"""A formula for a table in which some rows are wrong.

Source: random sample consensus (Fischler and Bolles, Comm. ACM 24, 1981). A small sample may well
hold no wrong row; a formula that fits it and most other rows is the formula of the right rows. A
sample with a wrong row gives a formula with a case more, so the shortest description wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import evaluate_batch
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.description_length import NODE, exceptions
from mips_verify.extract.equal_rows import distinct
from mips_verify.kernel.expr import Expr
from mips_verify.regress.fit import Fit


class Search(Protocol):
    """Finds the shortest expression that equals the target on every row."""

    def __call__(  # noqa: D102
        self, columns: Mapping[str, Ints], target: Ints, *, seed: int
    ) -> Fit | None: ...


def consensus(
    search: Search, columns: Mapping[str, Ints], target: Ints, noise: float, seed: int
) -> Expr | None:
    """The formula of most rows, or ``None``.

    Args:
        search: finds a formula for rows without errors.
        columns: from name to values, each of shape ``(n,)``.
        target: the values to be found, of which some are wrong, ``(n,)``.
        noise: share of the rows that may be wrong.
        seed: decides the samples.
    """
    rng = np.random.default_rng(seed)
    first, _, usual = majorities(np.stack(list(columns.values()), axis=1), target)
    agreed: list[tuple[float, Expr]] = []
    for size in budgets.CONSENSUS_ROWS:
        few = rng.permutation(len(first))[:size]
        found = search({n: c[first[few]] for n, c in columns.items()}, usual[few], seed=seed)
        if found is not None:
            wrong = int((evaluate_batch(found.expr, columns) != target).sum())
            if wrong <= noise * len(target):
                agreed.append((NODE * found.size + exceptions(len(target), wrong), found.expr))
        if len(agreed) == budgets.CONSENSUS_AGREED or len(few) == len(first):
            break
    return min(agreed, key=lambda a: a[0], default=(0.0, None))[1]


def majorities(rows: Ints, target: Ints) -> tuple[Ints, Ints, Ints]:
    """Where each distinct row of ``(n, k)`` is first, which each row is, and its usual target."""
    first, which = distinct(rows)
    values, value = np.unique(target, return_inverse=True)
    counts = np.zeros((len(first), len(values)), dtype=np.int64)
    np.add.at(counts, (which, value), 1)
    return first, which, values[counts.argmax(axis=1)]
