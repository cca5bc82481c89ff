"""Affine functions with integer coefficients, exact on every row."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.integer_lattice import solve_integers
from mips_verify.algebra.linear_form import Linear, build
from mips_verify.kernel.expr import Expr, const, var
from mips_verify.regress.regression_budgets import AFFINE_ROUNDS, SUPPORTS
from mips_verify.regress.shapes.shape import Sought

MAX_COEFFICIENT: Final = 1 << 20


def constant(sought: Sought) -> Iterator[Expr]:
    """The target as a constant."""
    target = sought.rows.target
    if (target == target[0]).all():
        yield const(int(target[0]))


def affine(sought: Sought) -> Iterator[Expr]:
    """The target as an affine function of the columns."""
    coefficients = fit_affine(sought.rows.matrix, sought.rows.target)
    if coefficients is not None:
        yield affine_expr(list(sought.rows.columns), coefficients)


def fit_affine(columns: Ints, target: Ints) -> Ints | None:
    """Integers ``c`` with ``columns @ c[:k] + c[k] == target`` on every row.

    If the columns are dependent, there are many solutions; sparse ones with small coefficients
    and early columns are preferred.

    Args:
        columns: shape ``(n, k)``.
        target: shape ``(n,)``.

    Returns:
        Coefficients, then the constant, shape ``(k + 1,)``; ``None`` if no integer solution
        with coefficients up to 2**20 was found.
    """
    n, k = columns.shape
    if n == 0:
        return np.zeros(k + 1, dtype=np.int64)
    A = np.concatenate([columns, np.ones((n, 1), dtype=np.int64)], axis=1)
    # shuffle, since consecutive observed rows are often nearly dependent
    order = np.random.default_rng(n).permutation(n)
    rows = order[: 8 * (k + 1)]
    for _ in range(AFFINE_ROUNDS):
        candidate = _solve(A[rows], target[rows])
        if candidate is None:
            return None
        wrong = np.flatnonzero(A @ candidate != target)
        if not len(wrong):
            return candidate
        rows = np.concatenate([rows, wrong[: 4 * (k + 1)]])
    return None


def affine_expr(names: Sequence[str], coefficients: Ints) -> Expr:
    """The sum ``c0*a + c1*b + ... + ck`` as a short expression, positive terms first."""
    terms = tuple((var(a), int(c)) for a, c in zip(names, coefficients[:-1], strict=True) if c)
    return build(Linear(terms, int(coefficients[-1])))


def _solve(A: Ints, y: Ints) -> Ints | None:
    """A short integer solution of ``A c == y``, or ``None``; the last column of A is all ones."""
    real, _, rank, _ = np.linalg.lstsq(A.astype(float), y.astype(float), rcond=None)
    scale = 1.0 + float(np.abs(y).max())
    if float(np.abs(A @ real - y).max()) > 1e-6 * scale:
        return None
    if rank == A.shape[1]:
        return _rounded(A, y, real)
    for support in _supports(A.shape[1] - 1):
        part, *_ = np.linalg.lstsq(A[:, support].astype(float), y.astype(float), rcond=None)
        found = _rounded(A[:, support], y, part)
        if found is not None:
            solution = np.zeros(A.shape[1], dtype=np.int64)
            solution[support] = found
            return solution
    exact = solve_integers(A, y)
    if exact is None or max(map(abs, exact)) > MAX_COEFFICIENT:
        return None
    return np.array(exact, dtype=np.int64)


def _rounded(A: Ints, y: Ints, real: NDArray[np.float64]) -> Ints | None:
    if float(np.abs(real).max(initial=0)) > MAX_COEFFICIENT:
        return None
    whole = np.rint(real).astype(np.int64)
    return whole if bool((A @ whole == y).all()) else None


def _supports(k: int) -> Iterator[list[int]]:
    """Sets of at most three columns, without and with the constant, smallest first."""
    sets = (
        [*columns, *constant]
        for size in range(1, 5)
        for constant in ((), (k,))
        if size - len(constant) <= 3
        for columns in itertools.combinations(range(k), size - len(constant))
    )
    return itertools.islice(sets, SUPPORTS)
