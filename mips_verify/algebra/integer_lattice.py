"""Integer matrices, and the lattices spanned by their rows, in exact integers.

Source: H. Cohen, A Course in Computational Algebraic Number Theory, sections 2.4.2 and 2.4.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd

from mips_verify.algebra.arrays import Ints

Row = tuple[int, ...]
SHORTER_STEPS = 64  # most steps spent on shortening a solution


def lattice_basis(rows: Iterable[Sequence[int]]) -> tuple[Row, ...]:
    """The Hermite normal form of the lattice that ``rows`` span: its echelon basis.

    Pivots are positive and the entries above a pivot lie in ``0 .. pivot - 1``, so equal lattices
    have equal bases.
    """
    basis: tuple[Row, ...] = ()
    for row in rows:
        basis = insert(basis, [int(v) for v in row])
    return basis


def insert(basis: tuple[Row, ...], row: Sequence[int]) -> tuple[Row, ...]:
    """The Hermite normal form of a basis and one more row.

    Returns:
        ``basis`` itself, the same object, if the row is in its lattice.
    """
    pivots = {_pivot(b): list(b) for b in basis}
    rest, changed = list(row), False
    for column in range(len(rest)):
        if not rest[column]:
            continue
        if column not in pivots:
            pivots[column], changed = _positive(rest, column), True
            break
        pivot = pivots[column]
        if rest[column] % pivot[column] == 0:
            rest = _minus(rest, rest[column] // pivot[column], pivot)
            continue
        while rest[column]:  # Euclid on whole rows
            pivot, rest = rest, _minus(pivot, pivot[column] // rest[column], rest)
        pivots[column], changed = _positive(pivot, column), True
        # otherwise the numbers grow exponentially with the number of columns
        rest = _reduced(rest, pivots, column)
    if not changed:
        return basis
    for column in sorted(pivots, reverse=True):
        pivots[column] = _reduced(pivots[column], pivots, column)
    return tuple(tuple(pivots[column]) for column in sorted(pivots))


def _reduced(row: list[int], pivots: dict[int, list[int]], after: int) -> list[int]:
    """``row``, with entries to the right of a column reduced by the pivots of their columns."""
    for column in range(after + 1, len(row)):
        if row[column] and column in pivots:
            row = _minus(row, row[column] // pivots[column][column], pivots[column])
    return row


def reduced_echelon(
    rows: Sequence[Row], order: Iterable[int]
) -> tuple[dict[int, int], list[list[int]]]:
    """Gauss-Jordan elimination without fractions; each row is determined up to a factor.

    Args:
        rows: independent integer rows.
        order: columns in the order in which they become pivots.

    Returns:
        A dictionary from each pivot column to its row index, and the rows.
    """
    pivots: dict[int, int] = {}
    m = [list(row) for row in rows]
    for column in order:
        k = len(pivots)
        found = next((i for i in range(k, len(m)) if m[i][column]), None)
        if found is None:
            continue
        m[k], m[found] = m[found], m[k]
        for i, row in enumerate(m):
            if i != k and row[column]:
                p, q = m[k][column], row[column]
                new = [p * a - q * b for a, b in zip(row, m[k], strict=True)]
                common = gcd(*new) or 1
                m[i] = [a // common for a in new]
        pivots[column] = k
    return pivots, m


def smith(
    rows: Iterable[Sequence[int]], width: int, *, chain: bool = True
) -> tuple[list[int], list[list[int]]]:
    """The Smith normal form of the relations ``rows`` between ``width`` generators.

    Args:
        rows: each with ``width`` integers.
        width: number of generators.
        chain: whether each factor must divide the next one. If not, the factors are not
            unique, but ``V`` is simpler.

    Returns:
        the ``width`` factors ``d`` (0 past the rank) and a unimodular ``V`` ``(width, width)``:
        ``Z^width / rows`` is the direct sum of the ``Z / d[j]``, and the image of ``c`` has
        coordinate ``(c @ V)[j]`` there.
    """
    a = [[int(v) for v in row] for row in rows]
    v = [[int(i == j) for j in range(width)] for i in range(width)]
    factors: list[int] = []
    for p in range(width):
        while _pivot_to_front(a, v, p):
            if _clear(a, v, p) and not (chain and _add_undivided(a, p)):
                factors.append(abs(a[p][p]))
                break
        else:
            break
    return factors + [0] * (width - len(factors)), v


def _pivot_to_front(a: list[list[int]], v: list[list[int]], p: int) -> bool:
    """Move the smallest non-zero entry of the rest to ``(p, p)``; False if the rest is zero."""
    entries = [(abs(a[i][j]), i, j) for i in range(p, len(a)) for j in range(p, len(v)) if a[i][j]]
    if not entries:
        return False
    _, i, j = min(entries)
    a[p], a[i] = a[i], a[p]
    for row in (*a, *v):
        row[p], row[j] = row[j], row[p]
    return True


def _clear(a: list[list[int]], v: list[list[int]], p: int) -> bool:
    """Reduce row and column ``p`` by the pivot; True if only the pivot is left in both."""
    for i in range(p + 1, len(a)):
        a[i] = _minus(a[i], a[i][p] // a[p][p], a[p])
    for j in range(p + 1, len(v)):
        if q := a[p][j] // a[p][p]:
            for row in (*a, *v):
                row[j] -= q * row[p]
    return not any(a[i][p] for i in range(p + 1, len(a))) and not any(a[p][p + 1 :])


def _add_undivided(a: list[list[int]], p: int) -> bool:
    """Add a row that the pivot does not divide to row ``p``; False if it divides all rows."""
    for i in range(p + 1, len(a)):
        if any(w % a[p][p] for w in a[i]):
            a[p] = _minus(a[p], -1, a[i])
            return True
    return False


def solve_integers(a: Ints, y: Ints) -> list[int] | None:
    """A short integer solution ``c`` of ``a @ c == y``, or ``None`` when there is none.

    Each column of ``a``, extended by its unit vector, becomes a row of one matrix, which is
    reduced. The unit parts of the reduced rows give the solution and the kernel.

    Args:
        a: shape ``(n, k)``.
        y: shape ``(n,)``.

    Returns:
        ``k`` integers, possibly larger than 64 bits.
    """
    n, k = a.shape
    rows = [[*map(int, a[:, j]), *(int(i == j) for i in range(k))] for j in range(k)]
    rest = [*map(int, y), *[0] * k]
    done = 0
    for column in range(n):
        _single_out(rows, column, done)
        if done < k and (pivot := rows[done][column]):
            rest = _minus(rest, rest[column] // pivot, rows[done])
            done += 1
        if rest[column]:
            return None
    return _shortened([-v for v in rest[n:]], [row[n:] for row in rows[done:]])


def _single_out(rows: list[list[int]], column: int, done: int) -> None:
    """Euclid on rows ``done`` and later; then only row ``done`` may be non-zero in ``column``."""
    while live := [j for j in range(done, len(rows)) if rows[j][column]]:
        p = min(live, key=lambda j: (abs(rows[j][column]), j))
        if len(live) == 1:
            rows[done], rows[p] = rows[p], rows[done]
            return
        for j in live:
            if j != p:
                rows[j] = _minus(rows[j], rows[j][column] // rows[p][column], rows[p])


def _shortened(solution: list[int], kernel: Sequence[list[int]]) -> list[int]:
    """Add kernel vectors as long as this makes the coefficients fewer or smaller."""

    def length(v: list[int]) -> tuple[int, int]:
        return sum(map(bool, v)), sum(map(abs, v))

    best = solution
    for _ in range(SHORTER_STEPS):
        steps = []
        for k in kernel:
            multiples = {-s // t for s, t in zip(best, k, strict=True) if t} | {1, -1}
            steps += [_minus(best, -m, k) for m in multiples]
        nearest = min(steps, key=length, default=best)
        if length(nearest) >= length(best):
            return best
        best = nearest
    return best


def _minus(a: Sequence[int], q: int, b: Sequence[int]) -> list[int]:
    return [s - q * t for s, t in zip(a, b, strict=True)] if q else list(a)


def _positive(row: list[int], column: int) -> list[int]:
    return row if row[column] > 0 else [-v for v in row]


def _pivot(row: Row) -> int:
    return next(i for i, v in enumerate(row) if v)
