"""Affine functions modulo a number; modulo 2 also as an exclusive or."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.integer_lattice import solve_integers
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import Expr, const, var
from mips_verify.regress.regression_budgets import AFFINE_ROUNDS
from mips_verify.regress.shapes.affine import affine_expr
from mips_verify.regress.shapes.shape import Sought


def modular(sought: Sought) -> Iterator[Expr]:
    """For each modulus, the target as an affine function; for bits, as an exclusive or."""
    rows = sought.rows
    names = list(rows.columns)
    for m in sought.moduli:
        coefficients = fit_modular(rows.matrix, rows.target, m)
        if coefficients is None:
            continue
        yield simplify(Expr("mod", (affine_expr(names, coefficients), const(m))))
        used = [a for a, c in zip(names, coefficients[:-1], strict=True) if c]
        if m == 2 and all(_is_bit(rows.columns[a]) for a in used):
            yield exclusive_or(used, int(coefficients[-1]) % 2)


def _is_bit(values: Ints) -> bool:
    return bool(((values == 0) | (values == 1)).all())


def fit_modular(columns: Ints, target: Ints, m: int) -> Ints | None:
    """Integers ``c`` with ``(columns @ c[:k] + c[k]) % m == target`` on every row.

    Args:
        columns: shape ``(n, k)``.
        target: shape ``(n,)``, in ``0..m-1``.
        m: any modulus above 1, prime or not.

    Returns:
        Coefficients with least absolute value modulo ``m``, then the constant; ``None`` if
        there are none.
    """
    n, k = columns.shape
    A = np.concatenate([columns, np.ones((n, 1), dtype=np.int64)], axis=1) % m
    rows = np.random.default_rng(n).permutation(n)[: k + 4]
    for _ in range(AFFINE_ROUNDS):
        # these columns let every row differ by a multiple of m
        multiples = m * np.eye(len(rows), dtype=np.int64)
        solution = solve_integers(np.concatenate([A[rows], multiples], axis=1), target[rows])
        if solution is None:
            return None
        # reduce before the conversion: coefficients may exceed 64 bits
        candidate = np.array([c % m for c in solution[: k + 1]], dtype=np.int64)
        candidate = np.where(2 * candidate > m, candidate - m, candidate)
        wrong = np.flatnonzero((A @ candidate - target) % m)
        if not len(wrong):
            return candidate
        rows = np.concatenate([rows, wrong[: k + 1]])
    return None


def exclusive_or(names: Sequence[str], flipped: int) -> Expr:
    """``a ^ b ^ ... ^ flipped`` for bits; without names, the constant ``flipped``."""
    parts = [var(a) for a in names] + ([const(1)] if flipped else [])
    if not parts:
        return const(0)
    total = parts[0]
    for part in parts[1:]:
        total = Expr("bitxor", (total, part))
    return total
