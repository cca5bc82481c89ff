"""Relations between terms, written as readable expressions."""

from __future__ import annotations

from collections.abc import Sequence

from mips_verify.algebra.affine_hull import Relation
from mips_verify.algebra.linear_form import Linear, build
from mips_verify.kernel.expr import TRUE, Expr, const, negate, var


def at_least(e: Expr, value: int) -> Expr:
    """``e >= value``."""
    return Expr("ge", (e, const(value)))


def at_most(e: Expr, value: int) -> Expr:
    """``e <= value``."""
    return Expr("le", (e, const(value)))


def equation(a: Expr, b: Expr) -> Expr:
    """``a == b``."""
    return Expr("eq", (a, b))


def is_value(name: str, value: int) -> Expr:
    """``name == value``."""
    return equation(var(name), const(value))


def implies(guard: Expr, e: Expr) -> Expr:
    """``not guard or e``."""
    return e if guard == TRUE else Expr("or", (negate(guard), e))


def linear(coefficients: Sequence[int], terms: Sequence[Expr], constant: int = 0) -> Expr:
    """``sum of coefficients * terms + constant``: positive terms first, the constant last."""
    used = tuple((t, c) for c, t in zip(coefficients, terms, strict=True) if c)
    if not used:
        return const(constant)
    total = build(Linear(used))
    if constant:
        return Expr("add" if constant > 0 else "sub", (total, const(abs(constant))))
    return total


def relation(r: Relation, terms: Sequence[Expr]) -> Expr:
    """A relation between terms; an equality is solved for its first term."""
    if r.modulus:
        remainder = Expr("mod", (linear(r.coefficients, terms), const(r.modulus)))
        return equation(remainder, const(r.constant))
    lead = next(i for i, c in enumerate(r.coefficients) if c)
    sign = 1 if r.coefficients[lead] > 0 else -1
    left = [sign * c if i == lead else 0 for i, c in enumerate(r.coefficients)]
    right = [-sign * c if i != lead else 0 for i, c in enumerate(r.coefficients)]
    return equation(linear(left, terms), linear(right, terms, sign * r.constant))
