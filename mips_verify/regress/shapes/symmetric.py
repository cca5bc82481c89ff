"""Targets that know some columns by their sum only: majorities, counts, symmetric functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr, substitute, var
from mips_verify.regress.rows import Rows

LEAST: Final = 3  # columns of which the sum is long to search for
MOST: Final = 12
SUM: Final = "the sum"  # no column has a name with a blank


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """The table with one column in place of several that add up.

    Attributes:
        columns: the other columns, and the sum as :data:`SUM`.
        total: the sum as an expression over the columns that it replaces.
        terms: how many these are.
    """

    columns: Mapping[str, Ints]
    total: Expr
    terms: int

    def restored(self, e: Expr) -> Expr:
        """An expression over the reduced columns as one over the original ones."""
        return substitute(e, {SUM: self.total})


def reduced(rows: Rows) -> Reduced | None:
    """The table with the largest group of columns that the target knows by their sum."""
    names = list(rows.columns)
    if not LEAST <= len(names) <= MOST:
        return None
    groups: list[list[str]] = []
    for name in names:
        group = next((g for g in groups if _add_up(rows, [g[0], name])), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    largest = max(groups, key=len)
    if len(largest) < LEAST or not _add_up(rows, largest):
        return None
    total = reduce(lambda a, b: Expr("add", (a, b)), map(var, largest))
    return Reduced(_joined(rows, largest), total, len(largest))


def _add_up(rows: Rows, group: list[str]) -> bool:
    """Whether the sum of these columns, with the others, decides the target."""
    return Rows.of(_joined(rows, group), rows.target) is not None


def _joined(rows: Rows, group: list[str]) -> dict[str, Ints]:
    others = {n: v for n, v in rows.columns.items() if n not in group}
    total: Ints = np.sum([rows.columns[n] for n in group], axis=0)
    return others | {SUM: total}
