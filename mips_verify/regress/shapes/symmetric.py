"""Symmetric functions: only the sum of several columns matters, as in a majority."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final, TypeVar

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy
from mips_verify.kernel.expr import Expr, substitute, var
from mips_verify.regress.regression_budgets import SYMMETRIC_COLUMNS
from mips_verify.regress.rows import Rows

LEAST: Final = 3  # columns; a search finds the sum of fewer columns itself
SUM: Final = "the sum"  # distinct from all column names, since it contains a blank
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """A table in which several columns are replaced by their sum.

    Attributes:
        columns: the other columns, and the sum as :data:`SUM`.
        total: the sum as an expression over the replaced columns.
        terms: the number of replaced columns.
    """

    columns: Mapping[str, Ints]
    total: Expr
    terms: int

    def restored(self, e: Expr) -> Expr:
        """Translate an expression over the reduced columns to the original columns."""
        return substitute(e, {SUM: self.total})


def reduced(rows: Rows) -> Reduced | None:
    """The table with the largest group of columns replaced by their sum, if only that matters."""
    if not LEAST <= len(rows.columns) <= SYMMETRIC_COLUMNS:
        return None
    largest = max(_grouped(rows.columns, lambda a, b: _add_up(rows, [a, b])), key=len)
    if len(largest) < LEAST or not _add_up(rows, largest):
        return None
    return Reduced(_joined(rows, largest), _sum(largest), len(largest))


def _add_up(rows: Rows, group: list[str]) -> bool:
    """Whether the sum of these columns, together with the other columns, determines the target."""
    return Rows.of(_joined(rows, group), rows.target) is not None


def _joined(rows: Rows, group: list[str]) -> dict[str, Ints]:
    others = {n: v for n, v in rows.columns.items() if n not in group}
    total: Ints = np.sum([rows.columns[n] for n in group], axis=0)
    return others | {SUM: total}


def shared_sums(machine: Mealy) -> Iterator[tuple[Expr, Ints]]:
    """Sums of three or more interchangeable inputs, each with its value for every letter."""
    inputs = range(len(machine.inputs))
    for group in _grouped(inputs, lambda i, j: _exchangeable(machine, i, j)):
        if len(group) >= LEAST:
            yield _sum([machine.inputs[i] for i in group]), machine.letters[:, group].sum(axis=1)


def _exchangeable(machine: Mealy, i: int, j: int) -> bool:
    """Whether swapping inputs ``i`` and ``j`` never changes the effect of a letter."""
    swapped = machine.letters.copy()
    swapped[:, [i, j]] = swapped[:, [j, i]]
    place = {letter: k for k, letter in enumerate(map(tuple, machine.letters.tolist()))}
    partner = [place.get(letter, -1) for letter in map(tuple, swapped.tolist())]
    if -1 in partner:
        return False
    same_step = (machine.next[:, partner] == machine.next).all()
    return bool(same_step and (machine.output[:, partner] == machine.output).all())


def _grouped(items: Iterable[T], same: Callable[[T, T], bool]) -> list[list[T]]:
    """Group items: each joins the first group whose first member is ``same`` as the item."""
    groups: list[list[T]] = []
    for item in items:
        group = next((g for g in groups if same(g[0], item)), None)
        if group is None:
            groups.append([item])
        else:
            group.append(item)
    return groups


def _sum(names: Iterable[str]) -> Expr:
    return reduce(lambda a, b: Expr("add", (a, b)), map(var, names))
