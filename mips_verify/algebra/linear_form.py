"""Linear forms: reading a sum into one, merging terms, and writing it as an expression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mips_verify.kernel.expr import Expr, const


@dataclass(frozen=True, slots=True)
class Linear:
    """``sum(c * e for e, c in terms) + rest``; coefficients are not 0, terms differ."""

    terms: tuple[tuple[Expr, int], ...]
    rest: int = 0

    def __add__(self, other: Linear) -> Linear:
        merged = dict(self.terms)
        for e, c in other.terms:
            merged[e] = merged.get(e, 0) + c
        kept = tuple((e, c) for e, c in merged.items() if c)
        return Linear(kept, self.rest + other.rest)

    def __mul__(self, factor: int) -> Linear:
        if factor == 0:
            return Linear(())
        return Linear(tuple((e, c * factor) for e, c in self.terms), self.rest * factor)

    def __sub__(self, other: Linear) -> Linear:
        return self + other * -1

    def parts(self) -> tuple[Linear, Linear]:
        """The terms with positive coefficients, and the others negated; both without ``rest``."""
        plus = tuple((e, c) for e, c in self.terms if c > 0)
        minus = tuple((e, -c) for e, c in self.terms if c < 0)
        return Linear(plus), Linear(minus)


def number(e: Expr) -> int:
    """The integer of a ``const``."""
    assert isinstance(e.value, int)
    return e.value


def flatten(e: Expr) -> Linear:
    """The linear form of an integer expression; only ``+``, ``-`` and ``*`` are taken apart.

    Cancelling may drop a term that has no value on some inputs: see :func:`addends`.
    """
    if e.op == "const":
        return Linear((), number(e))
    if e.op == "neg":
        return flatten(e.args[0]) * -1
    if e.op in ("add", "sub"):
        left, right = map(flatten, e.args)
        return left + right if e.op == "add" else left - right
    if e.op == "mul" and "const" in (e.args[0].op, e.args[1].op):
        factor, other = e.args if e.args[0].op == "const" else e.args[::-1]
        inner: Linear = flatten(other)
        if inner.rest == 0 and len(inner.terms) == 1:
            return inner * number(factor)
    return Linear(((e, 1),))


def addends(e: Expr) -> frozenset[Expr]:
    """The terms of ``e`` that :func:`flatten` collects, including those that cancel."""
    if e.op == "neg":
        return addends(e.args[0])
    if e.op in ("add", "sub"):
        return addends(e.args[0]) | addends(e.args[1])
    if e.op == "mul" and "const" in (e.args[0].op, e.args[1].op):
        other = e.args[1] if e.args[0].op == "const" else e.args[0]
        inner = flatten(other)
        if inner.rest == 0 and len(inner.terms) <= 1:
            return addends(other)
    return frozenset() if e.op == "const" else frozenset({e})


def build(form: Linear) -> Expr:
    """The form as an expression: positive terms, a positive number, then subtracted terms."""
    plus, minus = ([(e, c) for e, c in part.terms] for part in form.parts())
    rest = form.rest
    if plus:
        total = _times(plus[0][1], plus[0][0])
    elif rest > 0 or not minus:
        total, rest = const(rest), 0
    else:
        e, c = minus.pop(0)
        total = Expr("neg", (e,)) if c == 1 else _times(-c, e)
    for e, c in plus[1:]:
        total = Expr("add", (total, _times(c, e)))
    if rest > 0:
        total, rest = Expr("add", (total, const(rest))), 0
    for e, c in minus:
        total = Expr("sub", (total, _times(c, e)))
    return Expr("sub", (total, const(-rest))) if rest < 0 else total


def combination(coefficients: Sequence[int], terms: Sequence[Expr], constant: int = 0) -> Expr:
    """``sum(c * t) + constant`` as an expression, with the terms in the shortest order."""
    pairs = [(t, int(c)) for c, t in zip(coefficients, terms, strict=True) if c]
    if constant <= 0 and all(c < 0 for _, c in pairs):
        # `-2 * x` needs no extra node for the sign, `-x` does: start with a factor other than -1
        pairs.sort(key=lambda pair: pair[1] == -1)
    return build(Linear(tuple(pairs), constant))


def _times(factor: int, e: Expr) -> Expr:
    return e if factor == 1 else Expr("mul", (const(factor), e))
