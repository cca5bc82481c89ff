"""Jordan chains: a basis in which a matrix consists of companion blocks.

For a factor p of degree d, a chain of length k from a vector v with p(A)^k v = 0 is the basis
``A^j p(A)^i v``, j < d, i < k. In it the matrix is a Jordan block if p is linear, and otherwise
its generalisation over any field (primary rational canonical form).
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.normalize.factors import Factor, factors
from mips_verify.normalize.space import DeclinedError, solve

_ZERO = 1e-6  # a unit vector that is shorter than this after reduction counts as zero
_WORST = 1e8  # largest condition number of a basis that is accepted


def chain_basis(A: Floats, seeds: Floats) -> Floats:
    """A basis of Jordan chains as columns; chains start from seeds if possible.

    Args:
        A: ``(n, n)``.
        seeds: preferred first vectors ``(n, m)``, best first, projected on each factor's subspace.

    Raises:
        DeclinedError: no basis of chains is well conditioned.
    """
    found = factors(A)
    parts = [_null_space(np.linalg.matrix_power(f.at(A), f.multiplicity), f) for f in found]
    whole = np.hstack(parts)
    _demand_condition(whole, "the parts of different eigenvalues")
    block, starts = solve(whole, A @ whole), solve(whole, seeds)
    sizes = np.linalg.norm(seeds, axis=0)
    columns, place = [], 0
    for factor, part in zip(found, parts, strict=True):
        width = part.shape[1]
        here = slice(place, place + width)
        own = starts[here]
        own = own[:, np.linalg.norm(own, axis=0) > _ZERO * sizes]
        columns.append(part @ _chains(block[here, here], factor, own))
        place += width
    basis: Floats = np.hstack(columns)
    _demand_condition(basis, "its chains")
    return basis


def _demand_condition(basis: Floats, what: str) -> None:
    condition = float(np.linalg.cond(basis / np.linalg.norm(basis, axis=0)))
    if not condition < _WORST:
        raise DeclinedError(
            f"the recurrent part has no clear Jordan structure: {what} have condition "
            f"number {condition:.1g}"
        )


def _null_space(M: Floats, factor: Factor) -> Floats:
    """The directions that ``M`` shrinks most, one for each dimension of the factor."""
    return np.linalg.svd(M)[2][-factor.degree * factor.multiplicity :].T


def _chains(A: Floats, factor: Factor, seeds: Floats) -> Floats:
    """Chains that span the whole space; a power of the polynomial p of ``factor`` is 0 at ``A``.

    The next chain starts from the seed that needs the most steps of p to reach the span of the
    earlier chains. A correction from this span makes the new chain end in zero.
    """
    n = len(A)
    p = factor.at(A)
    candidates = np.hstack([seeds, np.eye(n)])
    basis: Floats = np.zeros((n, 0))
    while basis.shape[1] < n:
        lengths = [_length(p, basis, v, factor.multiplicity) for v in candidates.T]
        k = max(lengths)
        if k == 0 or basis.shape[1] + k * factor.degree > n:
            raise DeclinedError("the recurrent part has no clear Jordan structure: chains overlap")
        v = candidates[:, lengths.index(k)]
        power = np.linalg.matrix_power(p, k)
        if basis.shape[1]:
            v = v - basis @ _least_squares(power @ basis, power @ v, float(np.abs(basis).max()))
        links = []
        for _ in range(k):
            w = v
            for _ in range(factor.degree):
                links.append(w)
                w = A @ w
            v = p @ v
        basis = np.column_stack([basis, *links])
    return basis


def _least_squares(M: Floats, v: Floats, scale: float) -> Floats:
    """The smallest solution of ``M z = v``; singular values up to ``_ZERO * scale`` are noise."""
    u, s, vt = np.linalg.svd(M, full_matrices=False)
    kept = s > _ZERO * scale
    z: Floats = vt[kept].T @ ((u[:, kept].T @ v) / s[kept])
    return z


def _length(p: Floats, basis: Floats, v: Floats, most: int) -> int:
    """The least k for which ``p^k v`` lies in the span of the basis."""
    size = np.linalg.norm(v)
    for k in range(most):
        inside = basis @ np.linalg.lstsq(basis, v, rcond=None)[0] if basis.shape[1] else 0.0
        if np.linalg.norm(v - inside) < _ZERO * size:
            return k
        v = p @ v
    return most
