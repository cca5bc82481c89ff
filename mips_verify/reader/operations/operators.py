"""Python's operators on values of a step: their results, and when they raise an exception."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import reduce
from typing import Final

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.operations.containers import MAX_ITEMS, bounded, listed
from mips_verify.reader.symbols.paths import Paths
from mips_verify.reader.symbols.terms import number
from mips_verify.reader.symbols.values import (
    NEVER,
    UNBOUND,
    Class,
    Dictionary,
    Function,
    History,
    Items,
    Length,
    Ref,
    Tail,
    Value,
)

MAX_POWER: Final = 16
MAX_SHIFT: Final = 256
ADD: Final = ast.Add()
_ARITHMETIC: Final[dict[type[ast.AST], str]] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
}
_BITS: Final[dict[type[ast.AST], str]] = {
    ast.BitAnd: "bitand",
    ast.BitOr: "bitor",
    ast.BitXor: "bitxor",
}


def truth(paths: Paths, v: Value) -> Expr:
    """The truth value of ``v``."""

    def of(v: Value) -> Value:
        if isinstance(v, Expr):
            return paths.decide(paths.terms.truth(v))
        if v is None or isinstance(v, str | tuple):
            return paths.terms.truth_value(bool(v))
        if isinstance(v, Function | Class):
            return TRUE
        if isinstance(v, Length) and v.offset == 0:
            return TRUE  # a sequence has at least one letter
        if isinstance(v, Ref):
            return _truth_of_object(paths, v)
        raise paths.refuse("the truth value of this is not known")

    found = paths.each(v, of)
    if found is NEVER:
        return FALSE
    assert isinstance(found, Expr)
    return found


def _truth_of_object(paths: Paths, v: Ref) -> Expr:
    o = paths.object(v)
    if isinstance(o, Items):
        return paths.terms.truth_value(bool(o.values))
    if isinstance(o, Dictionary):
        return paths.terms.truth_value(bool(o.entries))
    if isinstance(o, History) and o.complete:
        if o.fill is UNBOUND and paths.terms.compare("gt", o.length, paths.step) is not TRUE:
            raise paths.refuse("whether this list is empty depends on the whole input")
        return TRUE
    if isinstance(o, History):
        return TRUE if o.complete else paths.terms.compare("gt", o.length, paths.terms.const(0))
    return TRUE


def integer(paths: Paths, v: Value, use: Callable[[Expr], Value]) -> Value:
    """``use`` applied to an integer; any other value raises a TypeError."""

    def of(v: Value) -> Value:
        if isinstance(v, Expr):
            return use(v)
        if v is None or isinstance(v, str | tuple | Function | Class | Ref):
            paths.fail()
            return NEVER
        raise paths.refuse("what is computed here depends on the rest of the sequence")

    return paths.each(v, of)


def negate(paths: Paths, v: Value) -> Expr:
    """``not v``."""
    return paths.terms.no(truth(paths, v))


def unary(paths: Paths, op: ast.unaryop, v: Value) -> Value:
    """``-v``, ``+v``, ``~v`` and ``not v``."""
    terms = paths.terms
    if isinstance(op, ast.Not):
        return negate(paths, v)
    if isinstance(op, ast.UAdd):
        return integer(paths, v, terms.integer)
    if isinstance(op, ast.USub):
        return integer(paths, v, lambda e: terms.build("neg", e))
    return integer(paths, v, lambda e: terms.build("sub", terms.const(-1), e))


def binary(paths: Paths, op: ast.operator, a: Value, b: Value) -> Value:
    """``a op b``."""
    return paths.each(a, lambda a: paths.each(b, lambda b: _binary(paths, op, a, b)))


def _binary(paths: Paths, op: ast.operator, a: Value, b: Value) -> Value:
    if isinstance(a, Expr) and isinstance(b, Expr):
        return _on_integers(paths, op, a, b)
    constant = isinstance(b, Expr) and b.op == "const"
    if isinstance(a, Length) and constant and isinstance(op, ast.Add | ast.Sub):
        more = number(b)  # type: ignore[arg-type]
        return Length(a.offset + (more if isinstance(op, ast.Add) else -more))
    if isinstance(op, ast.Add):
        return _joined(paths, a, b)
    if isinstance(op, ast.Mult):
        for many, count in ((a, b), (b, a)):
            if isinstance(many, Ref | tuple | str) and isinstance(count, Expr | Length):
                return _repeated(paths, many, count)
    if isinstance(op, ast.Mod) and isinstance(a, str):
        raise paths.refuse("formatted text is outside the subset")
    if all(v is None or isinstance(v, Expr | str | tuple | Function) for v in (a, b)):
        paths.fail()  # TypeError
        return NEVER
    raise paths.refuse(f"'{ast.unparse(ast.BinOp(ast.Name('a'), op, ast.Name('b')))}' is not "
                      "known for these values")  # fmt: skip


def _on_integers(paths: Paths, op: ast.operator, a: Expr, b: Expr) -> Value:
    terms = paths.terms
    if type(op) in _ARITHMETIC:
        return terms.build(_ARITHMETIC[type(op)], a, b)
    if isinstance(op, ast.FloorDiv | ast.Mod):
        return _divided(paths, "floordiv" if isinstance(op, ast.FloorDiv) else "mod", a, b)
    if type(op) in _BITS:
        return _bitwise(paths, _BITS[type(op)], a, b)
    if isinstance(op, ast.Pow):
        return _power(paths, a, b)
    if isinstance(op, ast.LShift | ast.RShift):
        return _shifted(paths, op, a, b)
    if isinstance(op, ast.Div):
        raise paths.refuse("'/' gives a float; only '//' by a constant stays within the integers")
    raise paths.refuse(f"'{type(op).__name__}' is outside the subset")


def _divided(paths: Paths, op: str, a: Expr, b: Expr) -> Value:
    divisor = paths.terms.integer(b)
    if divisor.op == "if" and paths.terms.size(divisor) < 50:  # try each constant of a choice
        c, yes, no = divisor.args
        return paths.branch(
            c, lambda: _divided(paths, op, a, yes), lambda: _divided(paths, op, a, no)
        )
    if divisor.op != "const":
        raise paths.retry("the divisor of // and % must be a constant")
    if divisor.value == 0:
        paths.fail()  # ZeroDivisionError
        return NEVER
    return paths.terms.build(op, a, divisor)


def _bitwise(paths: Paths, op: str, a: Expr, b: Expr) -> Value:
    terms = paths.terms
    both_bool = a.sort == b.sort == "bool"
    a, b = terms.integer(a), terms.integer(b)
    if a.op == b.op == "const":
        x, y = number(a), number(b)
        return terms.const({"bitand": x & y, "bitor": x | y, "bitxor": x ^ y}[op])
    for e, mask in ((a, b), (b, a)):
        if mask.op == "const" and not (terms.interval(e) == (0, 1) and mask.value in (0, 1)):
            return _masked(paths, op, e, number(mask))
    for shifted, low_part in ((a, b), (b, a)):
        if op != "bitand" and (zeros := _trailing_zeros(shifted)):
            return _side_by_side(paths, shifted, low_part, zeros)
    # on numbers that are not bits, the machine has no value, although Python has one
    for e in (a, b):
        low, high = terms.interval(e)
        if low is None or high is None or low < 0 or high > 1:
            paths.fail(terms.no(terms.build("in", e, value=(0, 1))))
    made = terms.build(op, a, b)
    return terms.truth(made) if both_bool else made


def _trailing_zeros(e: Expr) -> int:
    """How many low bits of a number are certainly 0, such as one in ``2 * r``."""
    if e.op != "mul":
        return 0
    factors = [number(a) for a in e.args if a.op == "const"]
    return max(((f & -f).bit_length() - 1 for f in factors if f > 0), default=0)


def _side_by_side(paths: Paths, shifted: Expr, low_part: Expr, zeros: int) -> Value:
    """``2 * r | x`` as a sum; if ``x`` does not fit into the low bits, the machine has no value."""
    terms = paths.terms
    paths.fail(terms.compare("lt", low_part, terms.const(0)))
    paths.fail(terms.compare("ge", low_part, terms.const(1 << zeros)))
    return terms.build("add", shifted, low_part)


def _masked(paths: Paths, op: str, e: Expr, mask: int) -> Value:
    """``e op mask`` for a constant mask, bit by bit; exact for every integer."""
    terms = paths.terms
    if op == "bitand" and mask >= 0 and not mask & (mask + 1):
        return terms.build("mod", e, terms.const(mask + 1))
    if mask < 0 or mask.bit_count() > 8:
        raise paths.refuse("& | ^ take bits, or a constant that is not negative")
    if op in ("bitor", "bitxor") and mask == 0:
        return e
    total: Expr | None = None
    for k in (k for k in range(mask.bit_length()) if mask >> k & 1):
        shifted = terms.build("floordiv", e, terms.const(1 << k))
        bit = terms.build("mod", shifted, terms.const(2))
        part = terms.build("mul", terms.const(1 << k), bit)
        total = part if total is None else terms.build("add", total, part)
    if op == "bitand":
        assert total is not None or not mask
        return terms.const(0) if total is None else total
    assert total is not None
    if op == "bitor":  # e + mask - (e & mask)
        return terms.build("sub", terms.build("add", e, terms.const(mask)), total)
    twice = terms.build("mul", terms.const(2), total)
    return terms.build("sub", terms.build("add", e, terms.const(mask)), twice)


def _power(paths: Paths, a: Expr, b: Expr) -> Value:
    terms = paths.terms
    a, b = terms.integer(a), terms.integer(b)
    if b.op != "const":
        raise paths.retry("the exponent of '**' must be a constant")
    k = number(b)
    if k < 0 or (k > MAX_POWER and a.op != "const"):
        raise paths.refuse(f"the exponent of '**' must be from 0 to {MAX_POWER}")
    if a.op == "const":
        bits = number(a).bit_length()
        if bits > 1 and k * bits > 2 * MAX_SHIFT * 4:
            raise paths.refuse("a constant here is too large")
        return terms.const(number(a) ** k)
    return reduce(lambda p, _: terms.build("mul", p, a), range(k), terms.const(1))


def _shifted(paths: Paths, op: ast.operator, a: Expr, b: Expr) -> Value:
    terms = paths.terms
    b = terms.integer(b)
    if b.op != "const" or number(b) > MAX_SHIFT:
        raise paths.retry(f"a shift must be by a constant up to {MAX_SHIFT}")
    if number(b) < 0:
        paths.fail()  # ValueError
        return NEVER
    name = "mul" if isinstance(op, ast.LShift) else "floordiv"
    return terms.build(name, a, terms.const(1 << number(b)))


def _joined(paths: Paths, a: Value, b: Value) -> Value:
    """``a + b`` for sequences."""
    if isinstance(a, str) and isinstance(b, str) and len(a) + len(b) <= MAX_ITEMS:
        return a + b
    if isinstance(a, tuple) and isinstance(b, tuple):
        return paths.sized(bounded(paths, a + b))
    left = listed(paths, a)
    if left is not None:
        right = listed(paths, b)
        if right is not None:
            return paths.allocate(Items(bounded(paths, left + right)))
        if isinstance(b, Ref) and isinstance(o := paths.object(b), History) and o.complete:
            paths.demand_finished(b)
            return Tail(b, left)
        if isinstance(b, Tail):
            return Tail(b.history, left + b.head, b.skip, b.trim)
    if all(v is None or isinstance(v, Expr | str | tuple) or listed(paths, v) is not None
           for v in (a, b)):  # fmt: skip
        paths.fail()  # TypeError
        return NEVER
    raise paths.refuse("'+' is not known for these values")


def _repeated(paths: Paths, many: Value, count: Expr | Length) -> Value:
    """``many * count``."""
    elements = listed(paths, many)
    if isinstance(count, Length):
        if count.offset == 0 and elements is not None and len(elements) == 1:
            return filled(paths, elements[0])
        raise paths.refuse("only [value] * len(xs) makes a list as long as the input")
    count = paths.terms.integer(count)
    if count.op != "const":
        raise paths.retry("a list can only be repeated a constant number of times")
    times = max(0, number(count))
    if elements is None and not isinstance(many, str | tuple):
        raise paths.refuse("'*' is not known for these values")
    size = len(elements if elements is not None else many)  # type: ignore[arg-type]
    if size * times > MAX_ITEMS:
        raise paths.refuse(f"a list of more than {MAX_ITEMS} elements")
    if elements is not None:
        return paths.allocate(Items(elements * times))
    if isinstance(many, tuple):
        return paths.sized(many * times)
    if isinstance(many, str):
        return many * times
    raise paths.refuse("'*' is not known for these values")


def filled(paths: Paths, fill: Value) -> Ref:
    """A list as long as the input, filled with one value; outputs are assigned by index later."""
    if isinstance(fill, Ref):
        raise paths.refuse("every element of this list is the same object")
    return paths.allocate(History(paths.step, complete=True, fill=fill))
