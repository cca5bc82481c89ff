"""What all shapes have in common: the question that they answer, and how they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr
from mips_verify.regress.rows import Rows

FitColumn = Callable[[str, Ints, Ints], Expr | None]


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """A table of which the target is to become an expression.

    Attributes:
        rows: at least one.
        moduli: numbers of which the target may be a remainder, all above it.
        fit_column: gives a short expression for a function of one column, from the column's
            name, its distinct values and their images; ``None`` where it finds none.
    """

    rows: Rows
    moduli: tuple[int, ...]
    fit_column: FitColumn


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of expression that is solved for directly, without a search.

    Attributes:
        name: the method that a fit reports.
        solve: expressions of this kind that are right on every row.
        final: whether an answer of this kind leaves nothing for the shapes after it.
    """

    name: str
    solve: Callable[[Sought], Iterable[Expr]]
    final: bool = False
