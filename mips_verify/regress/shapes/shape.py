"""The interface of all shapes: their input and their type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr
from mips_verify.regress.rows import Rows

FitColumn = Callable[[str, Ints, Ints], Expr | None]


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """A table whose target is to be expressed by its columns.

    Attributes:
        rows: the table, with at least one row.
        moduli: moduli by which the target may be a remainder; all exceed the target.
        fit_column: from a column's name, its distinct values and their images, finds a short
            expression for this function; ``None`` if it finds none.
    """

    rows: Rows
    moduli: tuple[int, ...]
    fit_column: FitColumn


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of expression that is solved for directly, without a search.

    Attributes:
        name: the method named in a fit.
        solve: yields expressions of this kind that are right on every row.
        final: whether later shapes are skipped if this one finds an expression.
    """

    name: str
    solve: Callable[[Sought], Iterable[Expr]]
    final: bool = False
