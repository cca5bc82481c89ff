"""The last resort: the target as an explicit function of one small integer.

The function is a membership, a short list of memberships or a table. The integer is a column,
or the sum, the difference or the mixed-radix pair of two columns. Sums with another column,
such as ``b + int(a in (0, 4))``, are found by ``separable``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.simplify import complement, simplify
from mips_verify.kernel.expr import Expr, const, var
from mips_verify.regress.rows import Rows
from mips_verify.regress.shapes.shape import Sought

WIDEST: Final = 256  # most entries of a table; a longer one explains nothing
MANY: Final = 6  # most target values for a list of memberships; for more a table is clearer


def lookup(sought: Sought) -> Iterator[Expr]:
    """Tables and memberships for every index that determines the target."""
    for index, values in _indices(sought.rows):
        function = function_of(values, sought.rows.target)
        if function is not None:
            mapping = dict(zip(*(part.tolist() for part in function), strict=True))
            yield from map(simplify, written_out(index, mapping))


def _indices(rows: Rows) -> Iterator[tuple[Expr, Ints]]:
    """Expressions for small integers that may determine the target, simplest first."""
    columns = [(var(a), v) for a, v in rows.columns.items() if _narrow(v)]
    yield from columns
    for (e, v), (f, w) in itertools.combinations(columns, 2):
        for op, both in (("add", v + w), ("sub", v - w)):
            if _narrow(both):
                yield Expr(op, (e, f)), both
    for (e, v), (f, w) in itertools.permutations(columns, 2):
        base = int(w.max()) + 1
        both = base * v + w
        if w.min() >= 0 and base > 1 and _narrow(both):
            yield Expr("add", (Expr("mul", (const(base), e)), f)), both


def _narrow(values: Ints) -> bool:
    return len(values) > 0 and int(values.max()) - int(values.min()) < WIDEST


def deciding_columns(rows: Rows) -> Iterator[tuple[str, Ints, Ints]]:
    """Columns that determine the target alone, with their distinct values and their images."""
    for name, values in rows.columns.items():
        function = function_of(values, rows.target)
        if function is not None:
            yield name, *function


def function_of(index: Ints, target: Ints) -> tuple[Ints, Ints] | None:
    """The distinct values of an index, increasing, and their targets.

    Returns:
        Two arrays ``(n,)``; ``None`` if a value of the index has several targets.
    """
    keys, first, inverse = np.unique(index, return_index=True, return_inverse=True)
    images = target[first]
    return (keys, images) if np.array_equal(images[inverse], target) else None


def written_out(index: Expr, mapping: dict[int, int]) -> list[Expr]:
    """A known function of ``index`` as a table and, if it has few values, as memberships."""
    found = [_table(index, mapping)]
    images = sorted(set(mapping.values()), key=lambda y: list(mapping.values()).count(y))
    if set(images) == {0, 1}:
        entries = tuple(sorted(k for k, y in mapping.items() if y == 1))
        others = tuple(sorted(k for k, y in mapping.items() if y == 0))
        found.append(Expr("int", (Expr("in", (index,), entries),)))
        found.append(Expr("int", (complement(Expr("in", (index,), others)),)))
        if entries[-1] - entries[0] == len(entries) - 1:
            ends = [
                Expr(op, (index, const(k))) for op, k in (("ge", entries[0]), ("le", entries[-1]))
            ]
            found.append(Expr("int", (Expr("and", (ends[0], ends[1])),)))
    if 1 < len(images) <= MANY:
        result = const(images[-1])
        for y in reversed(images[:-1]):
            entries = tuple(sorted(k for k, z in mapping.items() if z == y))
            result = Expr("if", (Expr("in", (index,), entries), const(y), result))
        found.append(result)
    return found


def _table(index: Expr, mapping: dict[int, int]) -> Expr:
    """``(…)[index - low]``; gaps repeat the entry before them."""
    low, high = min(mapping), max(mapping)
    # a table that starts at 0 needs no shift: clearer, even with two more entries
    low = 0 if 0 <= low <= 2 else low
    entries: list[int] = []
    for k in range(low, high + 1):
        fallback = entries[-1] if entries else mapping[min(mapping)]
        entries.append(mapping.get(k, fallback))
    shifted = index if low == 0 else Expr("sub", (index, const(low)))
    return Expr("table", (simplify(shifted),), tuple(entries))
