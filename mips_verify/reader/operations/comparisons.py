"""Comparisons of values of a step, and the conditions under which they raise an exception."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import reduce
from typing import Final

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.operations.containers import elements_of, listed
from mips_verify.reader.symbols.paths import Paths
from mips_verify.reader.symbols.terms import number
from mips_verify.reader.symbols.values import NEVER, Choice, Dictionary, Items, Length, Ref, Value

_ORDER: Final[dict[type[ast.AST], str]] = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}


_FLIPPED: Final = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}


def equal(paths: Paths, a: Value, b: Value) -> Expr:
    """``a == b``."""
    for v, w in ((a, b), (b, a)):
        if isinstance(v, Choice) and (w is None or isinstance(w, str)):
            return kind_is(paths, v, w)
    found = paths.each(a, lambda a: paths.each(b, lambda b: _equal(paths, a, b)))
    if found is NEVER:
        return FALSE
    assert isinstance(found, Expr)
    return found


def kind_is(paths: Paths, v: Choice, w: str | None) -> Expr:
    """Whether ``v`` is the text ``w`` or None; neither equals a value of another kind."""
    place = next((k for k, p in enumerate(v.values) if p is w or p == w), None)
    if place is None:
        return FALSE
    return paths.decide(paths.terms.compare("eq", v.tag, paths.terms.const(place)))


def _equal(paths: Paths, a: Value, b: Value) -> Expr:
    if isinstance(a, Expr) and isinstance(b, Expr):
        return paths.decide(paths.terms.compare("eq", *map(paths.terms.integer, (a, b))))
    plain = (Expr, str, tuple)
    if (a is None or isinstance(a, plain)) and (b is None or isinstance(b, plain)):
        if isinstance(a, tuple) and isinstance(b, tuple):
            return _all_equal(paths, a, b)
        one_kind = not isinstance(a, Expr) and not isinstance(b, Expr)
        return paths.terms.truth_value(one_kind and a == b)
    x, y = listed(paths, a), listed(paths, b)
    if x is not None and y is not None:
        return _all_equal(paths, x, y)
    if (x is not None and (b is None or isinstance(b, plain))) or (
        y is not None and (a is None or isinstance(a, plain))
    ):
        return FALSE
    raise paths.refuse("'==' is not known for these values")


def _all_equal(paths: Paths, a: Iterable[Value], b: Iterable[Value]) -> Expr:
    a, b = tuple(a), tuple(b)
    if len(a) != len(b):
        return FALSE
    parts = [equal(paths, p, q) for p, q in zip(a, b, strict=True)]
    return reduce(paths.terms.both, parts, TRUE)


def compare(paths: Paths, op: ast.cmpop, a: Value, b: Value) -> Expr:
    """One comparison."""
    if isinstance(op, ast.Eq | ast.NotEq) and (line := _with_length(paths, op, a, b)) is None:
        found = equal(paths, a, b)
        return found if isinstance(op, ast.Eq) else paths.terms.no(found)
    if isinstance(op, ast.In | ast.NotIn):
        found = member(paths, a, b)
        return found if isinstance(op, ast.In) else paths.terms.no(found)
    if isinstance(op, ast.Is | ast.IsNot):
        found = _is_none(paths, a, b)
        return found if isinstance(op, ast.Is) else paths.terms.no(found)
    if (line := _with_length(paths, op, a, b)) is not None:
        return line
    order = paths.each(a, lambda a: paths.each(b, lambda b: _ordered(paths, op, a, b)))
    if order is NEVER:
        return FALSE
    assert isinstance(order, Expr)
    return order


def _ordered(paths: Paths, op: ast.cmpop, a: Value, b: Value) -> Value:
    if isinstance(a, Expr) and isinstance(b, Expr):
        ints = map(paths.terms.integer, (a, b))
        return paths.decide(paths.terms.compare(_ORDER[type(op)], *ints))
    if isinstance(a, tuple) and isinstance(b, tuple):
        return _lexicographic(paths, op, a, b)
    if all(v is None or isinstance(v, Expr | tuple | str) for v in (a, b)):
        if isinstance(a, str) and isinstance(b, str):
            raise paths.refuse("texts have no order here")
        paths.fail()  # TypeError
        return NEVER
    raise paths.refuse("this comparison is not known for these values")


def _lexicographic(
    paths: Paths, op: ast.cmpop, a: tuple[Value, ...], b: tuple[Value, ...]
) -> Value:
    """The order of tuples: that of the first elements that differ. Python compares no others."""
    if not a or not b:
        name = _ORDER[type(op)]
        return paths.terms.build(name, paths.terms.const(len(a)), paths.terms.const(len(b)))
    return paths.branch(
        equal(paths, a[0], b[0]),
        lambda: _lexicographic(paths, op, a[1:], b[1:]),
        lambda: paths.each(a[0], lambda p: paths.each(b[0], lambda q: _ordered(paths, op, p, q))),
    )


def _with_length(paths: Paths, op: ast.cmpop, a: Value, b: Value) -> Expr | None:
    """Comparisons such as ``i < len(xs)``; the length is only known to exceed the step."""
    if not isinstance(a, Length) and not isinstance(b, Length):
        return None
    name = _ORDER.get(type(op)) or {ast.Eq: "eq", ast.NotEq: "ne"}.get(type(op))
    if isinstance(b, Length):
        if not isinstance(a, Expr) or name is None:
            raise paths.refuse("len() of the input can only be compared with a number")
        a, b, name = b, a, _FLIPPED[name]
    if not isinstance(b, Expr) or name is None or not isinstance(a, Length):
        raise paths.refuse("len() of the input can only be compared with a number")
    one = paths.terms.const(1 + a.offset)
    least = paths.terms.build("add", paths.step, one)  # the length is at least this
    beyond = paths.terms.compare("lt", paths.terms.integer(b), least)
    if paths.decide(beyond) is TRUE:
        return paths.terms.truth_value(name in ("gt", "ge", "ne"))
    raise paths.retry("this depends on the length of the whole input")


def _is_none(paths: Paths, a: Value, b: Value) -> Expr:
    if b is not None:
        a, b = b, a
    if b is not None:
        raise paths.refuse("'is' is read with None only; write == for integers")
    return kind_is(paths, a, None) if isinstance(a, Choice) else paths.terms.truth_value(a is None)


def member(paths: Paths, v: Value, where: Value) -> Expr:
    """``v in where``."""

    def of(where: Value) -> Value:
        elements = None if isinstance(where, str) else elements_of(paths, where)
        o = paths.object(where) if isinstance(where, Ref) else None
        if isinstance(o, Dictionary) or (isinstance(o, Items) and o.is_set):
            paths.demand_hashable(v)
        if elements is None:
            raise paths.refuse(
                "only the elements of a list, a set or a range of constants are known"
            )
        return _among(paths, v, elements)

    found = paths.each(where, of)
    return found if isinstance(found, Expr) else FALSE


def _among(paths: Paths, v: Value, elements: tuple[Value, ...]) -> Expr:
    if isinstance(v, Expr) and elements and all(isinstance(e, Expr) for e in elements):
        numbers = [paths.terms.integer(e) for e in elements if isinstance(e, Expr)]
        if all(e.op == "const" for e in numbers):
            values = tuple(number(e) for e in numbers)
            return paths.decide(paths.terms.build("in", v, value=values))
    found: Expr = FALSE
    for e in elements:
        found = paths.terms.either(found, equal(paths, v, e))
    return found
