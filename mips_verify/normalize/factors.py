"""Factors of a characteristic polynomial, over the rationals if its coefficients are rational."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats
from mips_verify.normalize.rationals import rationals

_SAME = 1e-4  # eigenvalues closer than this count as one repeated eigenvalue


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """A power of an irreducible polynomial.

    Attributes:
        coefficients: those of the monic polynomial, constant term first, without the leading 1.
        multiplicity: how often the polynomial divides the characteristic polynomial.
    """

    coefficients: Floats
    multiplicity: int

    @property
    def degree(self) -> int:
        """Degree of the polynomial itself."""
        return len(self.coefficients)

    def at(self, A: Floats) -> Floats:
        """The polynomial of a square matrix (Horner)."""
        one = np.eye(len(A))
        value = one
        for coefficient in self.coefficients[::-1]:
            value = value @ A + coefficient * one
        return value


def factors(A: Floats) -> list[Factor]:
    """Factors of the characteristic polynomial of ``A``, smallest degree first.

    A polynomial with simple rational coefficients is factored over the rationals, which is stable
    even if eigenvalues coincide. Otherwise it is factored over the reals from the eigenvalues.
    """
    eigenvalues = np.linalg.eigvals(A).astype(np.complex128)
    found = _rational(np.poly(eigenvalues).real.astype(np.float64)) or _real(eigenvalues)
    return sorted(found, key=lambda f: (f.degree, tuple(f.coefficients)))


def _rational(polynomial: Floats) -> list[Factor] | None:
    """Factors of a polynomial given by coefficients, highest first; None if not rational."""
    import sympy

    exact = rationals(polynomial)
    if exact is None:
        return None
    terms = [sympy.Rational(v.numerator, v.denominator) for v in exact]
    _, parts = sympy.Poly(terms, sympy.Symbol("t")).factor_list()
    return [
        Factor(np.array([float(c) for c in part.monic().all_coeffs()[:0:-1]]), int(times))
        for part, times in parts
    ]


def _real(eigenvalues: NDArray[np.complex128]) -> list[Factor]:
    """A linear factor per real eigenvalue, a quadratic factor per pair; close ones count as equal.

    Every group off the real axis has a conjugate group, so only the upper half plane is used.
    """
    found = []
    rest = sorted(eigenvalues, key=lambda v: (v.real, v.imag))
    while rest:
        group = [rest.pop(0)]
        for member in group:  # the list grows during the loop
            near = [v for v in rest if abs(v - member) < _SAME]
            group += near
            rest = [v for v in rest if not any(v is w for w in near)]
        mean = complex(np.mean(group))
        if abs(mean.imag) < _SAME:
            found.append(Factor(np.array([-mean.real]), len(group)))
        elif mean.imag > 0:
            found.append(Factor(np.array([abs(mean) ** 2, -2 * mean.real]), len(group)))
    return found
