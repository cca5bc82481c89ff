"""Integer lattices: Hermite and Smith normal forms in exact integers.

Source: H. Cohen, A Course in Computational Algebraic Number Theory, sections 2.4.2 and 2.4.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from mips_verify.algebra.arrays import Ints

Row = list[int]


def extended_gcd(a: int, b: int) -> tuple[int, int, int]:
    """``(g, s, t)`` with ``g = gcd(a, b) >= 0`` and ``s * a + t * b == g``."""
    s, next_s, t, next_t = 1, 0, 0, 1
    while b:
        q = a // b
        a, b = b, a - q * b
        s, next_s = next_s, s - q * next_s
        t, next_t = next_t, t - q * next_t
    return (a, s, t) if a >= 0 else (-a, -s, -t)


def lattice_basis(rows: Iterable[Sequence[int]]) -> list[Row]:
    """The Hermite normal form of the lattice that ``rows`` span: its echelon basis.

    Pivots are positive and the entries above a pivot lie in ``0 .. pivot - 1``.
    """
    pivots: dict[int, Row] = {}
    for row in rows:
        _insert(pivots, [int(v) for v in row])
    columns = sorted(pivots)
    for i in reversed(columns):
        for j in (c for c in columns if c > i):
            q = pivots[i][j] // pivots[j][j]
            if q:
                pivots[i] = _combine(pivots[i], 1, pivots[j], -q)
    return [pivots[c] for c in columns]


def _insert(pivots: dict[int, Row], row: Row) -> None:
    for c in range(len(row)):
        if row[c] == 0:
            continue
        if c not in pivots:
            pivots[c] = row if row[c] > 0 else [-v for v in row]
            return
        pivot = pivots[c]
        g, s, t = extended_gcd(pivot[c], row[c])
        if g == pivot[c]:
            row = _combine(row, 1, pivot, -(row[c] // g))
        else:
            pivots[c] = _combine(pivot, s, row, t)
            row = _combine(row, pivot[c] // g, pivot, -(row[c] // g))


def _combine(a: Row, s: int, b: Row, t: int) -> Row:
    return [s * v + t * w for v, w in zip(a, b, strict=True)]


def smith(rows: Sequence[Sequence[int]], width: int) -> tuple[list[int], Ints]:
    """The Smith normal form of the relations ``rows`` between ``width`` generators.

    Returns:
        the ``width`` invariant factors ``d`` (0 past the rank) and a unimodular ``V``
        ``(width, width)``: ``Z^width / rows`` is the direct sum of the ``Z / d[j]``, and the
        image of ``c`` has coordinate ``(c @ V)[j]`` there.
    """
    a = [[int(v) for v in row] for row in rows]
    v = [[int(i == j) for j in range(width)] for i in range(width)]
    factors: list[int] = []
    for p in range(width):
        while _pivot_to_front(a, v, p):
            if _clear(a, v, p):
                factors.append(abs(a[p][p]))
                break
        else:
            break
    return factors + [0] * (width - len(factors)), np.array(v, dtype=np.int64)


def _pivot_to_front(a: list[Row], v: list[Row], p: int) -> bool:
    """Move the smallest non-zero entry of the rest to ``(p, p)``; False when there is none."""
    entries = [(abs(a[i][j]), i, j) for i in range(p, len(a)) for j in range(p, len(v)) if a[i][j]]
    if not entries:
        return False
    _, i, j = min(entries)
    a[p], a[i] = a[i], a[p]
    for row in (*a, *v):
        row[p], row[j] = row[j], row[p]
    return True


def _clear(a: list[Row], v: list[Row], p: int) -> bool:
    """Reduce row and column ``p`` by the pivot; True once it divides all that is left."""
    done = True
    for i in range(p + 1, len(a)):
        a[i] = _combine(a[i], 1, a[p], -(a[i][p] // a[p][p]))
        done &= a[i][p] == 0
    for j in range(p + 1, len(v)):
        q = a[p][j] // a[p][p]
        for row in (*a, *v):
            row[j] -= q * row[p]
        done &= a[p][j] == 0
    if not done:
        return False
    for i in range(p + 1, len(a)):
        if any(w % a[p][p] for w in a[i]):
            a[p] = _combine(a[p], 1, a[i], 1)
            return False
    return True
