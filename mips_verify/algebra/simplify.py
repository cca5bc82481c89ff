"""Sound rewriting of expressions to shorter and clearer ones.

Every rule preserves the value of the expression and its definedness, for all integers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from mips_verify.algebra.linear_form import Linear, addends, build, flatten, number
from mips_verify.algebra.simplify_comparisons import joined
from mips_verify.kernel.expr import FALSE, TRUE, Expr, children, const, evaluate, negate, size

Rule = Callable[[Expr], Expr]

PASSES: Final = 20
COMPARISONS: Final = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
_MIRROR: Final = {"eq": "eq", "ne": "ne", "lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}
_COMPLEMENT: Final = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
_ZERO: Final = const(0)
_ONE: Final = const(1)


def simplify(expr: Expr, *, bits: Collection[str] = ()) -> Expr:
    """An expression that is never longer, with the same value and definedness.

    Args:
        expr: an expression of either sort.
        bits: variables known to be 0 or 1; the result may differ for other values of them.
    """
    known = frozenset(bits)
    for _ in range(PASSES):
        shorter = _bottom_up(expr, known)
        if shorter == expr or size(shorter) > size(expr):
            return expr
        expr = shorter
    return expr


def complement(e: Expr) -> Expr:
    """The negation of a condition, pushed inside unless that makes it longer."""
    if e.op in _COMPLEMENT:
        return Expr(_COMPLEMENT[e.op], e.args)
    if e in (TRUE, FALSE):
        return FALSE if e == TRUE else TRUE
    if e.op in ("and", "or"):
        pushed = Expr("or" if e.op == "and" else "and", tuple(map(complement, e.args)))
        return pushed if size(pushed) <= size(e) + 1 else negate(e)
    return negate(e)


def is_total(e: Expr) -> bool:
    """Whether ``e`` contains no table and no bit operator, and so is defined everywhere."""
    return all(n.op not in ("table", "bitand", "bitor", "bitxor") for n in children(e))


def _bottom_up(e: Expr, bits: frozenset[str]) -> Expr:
    if not e.args:
        return e
    e = Expr(e.op, tuple(_bottom_up(a, bits) for a in e.args), e.value)
    e = _fold(e)
    for rule in _RULES.get(e.op, ()):
        new = rule(e)
        if new != e and size(new) <= size(e):
            return new
    return _known_bit(e, bits) if bits else e


def _fold(e: Expr) -> Expr:
    """Evaluate an operator whose arguments are constants."""
    if not e.args or any(a.op not in ("const", "true", "false") for a in e.args):
        return e
    try:
        value = evaluate(e, {})
    except ValueError:  # an undefined expression stays as it is
        return e
    if e.sort == "bool":
        return TRUE if value else FALSE
    return const(value)


def _sum(e: Expr) -> Expr:
    """Simplify a sum by its linear form; ``1 - int(c)`` becomes ``int(not c)``."""
    form = _less_extremes(flatten(e))
    dropped = addends(e) - {t for t, _ in form.terms}
    if not all(map(is_total, dropped)):
        return e
    kept: list[tuple[Expr, int]] = []
    rest = form.rest
    for term, c in form.terms:
        if term.op == "int" and c < 0 < rest and rest + c >= 0:
            flipped = Expr("int", (complement(term.args[0]),))
            if size(flipped) <= size(term) and flipped not in dict(form.terms):
                kept.append((flipped, -c))
                rest += c
                continue
        kept.append((term, c))
    return _hoisted(Linear(tuple(kept), rest))


def _hoisted(form: Linear) -> Expr:
    """The sum; or a conditional in it, with the other terms moved into both branches."""
    whole = build(form)
    for term, c in form.terms:
        if term.op == "if" and abs(c) == 1:
            others = Linear(tuple(t for t in form.terms if t[0] != term), form.rest)
            test, *branches = term.args
            rest = build(others)
            moved = [Expr("add" if c == 1 else "sub", (rest, b)) for b in branches]
            inside = Expr("if", (test, *(_bottom_up(m, frozenset()) for m in moved)))
            if len(form.terms) + bool(form.rest) > 1 and size(inside) <= size(whole):
                return inside
    return whole


def _less_extremes(form: Linear) -> Linear:
    """Rewrite ``max(u, v) - v`` as ``max(u - v, 0)``; also for ``min`` and other signs."""
    terms = dict(form.terms)
    for term, c in form.terms:
        if term.op not in ("min", "max") or abs(c) != 1:
            continue
        for v, u in (term.args, term.args[::-1]):
            if terms.get(v) == -c:
                kept = Linear(tuple(t for t in form.terms if t[0] not in (term, v)), form.rest)
                inner = build((flatten(u) - flatten(v)) * c)
                op = term.op if c == 1 else "min" if term.op == "max" else "max"
                return kept + Linear(((Expr(op, (inner, _ZERO)), 1),))
    return form


def _product(e: Expr) -> Expr:
    a, b = e.args
    if b.op == "const":
        a, b = b, a
    if a.op != "const":
        return e
    if a == _ZERO:
        return _ZERO if is_total(b) else Expr("mul", (a, b))
    if a == _ONE:
        return b
    return _sum(Expr("mul", (a, b)))


def _floor_division(e: Expr) -> Expr:
    a, d = e.args
    if d == _ONE:
        return a
    divisor = number(d)
    if a.op == "floordiv" and divisor > 0:
        inner = number(a.args[1])
        if inner > 0:
            return Expr("floordiv", (a.args[0], const(inner * divisor)))
    return e


def _modulo(e: Expr) -> Expr:
    """Inside ``% m``, reduce coefficients modulo m and drop an inner ``% (k*m)``."""
    a, d = e.args
    m = number(d)
    if abs(m) == 1:
        return _ZERO if is_total(a) else e
    total = Linear((), flatten(a).rest)
    for term, c in flatten(a).terms:
        inner = term.op == "mod" and number(term.args[1]) % m == 0
        total += (flatten(term.args[0]) if inner else Linear(((term, 1),))) * c
    reduced = Linear(
        tuple((t, _least(c, abs(m))) for t, c in total.terms), _least(total.rest, abs(m))
    )
    reduced = Linear(tuple((t, c) for t, c in reduced.terms if c), reduced.rest)
    if not all(map(is_total, addends(a) - {t for t, _ in reduced.terms})):
        return e
    return _shortest(e, Expr("mod", (build(reduced), d)))


def _least(c: int, m: int) -> int:
    """The residue of ``c`` modulo m with the least absolute value; of two, the positive one."""
    c %= m
    return c - m if 2 * c > m else c


def _comparison(e: Expr) -> Expr:
    """Merge both sides into a linear form; turn ``int(c)`` compared with a number into ``c``."""
    a, b = e.args
    if a.op == "int" and b.op == "const":
        return _truth(e.op, a.args[0], number(b)) or e
    left, right = flatten(a), flatten(b)
    difference = left - right
    dropped = (addends(a) | addends(b)) - {t for t, _ in difference.terms}
    if not all(map(is_total, dropped)):
        return e
    if not difference.terms:
        return TRUE if evaluate(Expr(e.op, (const(difference.rest), _ZERO)), {}) else FALSE
    return _shortest(e, *_arrangements(e.op, difference))


def _arrangements(op: str, difference: Linear) -> list[Expr]:
    """Ways to write ``difference op 0``: the constant on either side, strict or not."""
    plus, minus = difference.parts()
    found = []
    for name, k in _with_number(op, difference.rest):
        if not plus.terms or (not minus.terms and k > 0):
            # only one side has terms: put the constant alone on the right
            name = _MIRROR[name] if not plus.terms else name
            terms, alone = (minus, k) if not plus.terms else (plus, -k)
            found.append(Expr(name, (build(terms), const(alone))))
            continue
        sides = (plus, Linear(minus.terms, -k)) if k <= 0 else (Linear(plus.terms, k), minus)
        found.append(Expr(name, (build(sides[0]), build(sides[1]))))
    return found


def _with_number(op: str, k: int) -> list[tuple[str, int]]:
    """The strict and the non-strict way to write ``t + k op 0`` over the integers."""
    other = {"lt": ("le", k + 1), "le": ("lt", k - 1), "gt": ("ge", k - 1), "ge": ("gt", k + 1)}
    return [(op, k), other[op]] if op in other else [(op, k)]


def _truth(op: str, condition: Expr, value: int) -> Expr | None:
    """``int(condition) op value`` as a condition; ``None`` if this would change definedness."""
    when_false, when_true = (evaluate(Expr(op, (const(v), const(value))), {}) == 1 for v in (0, 1))
    if when_false == when_true:
        return (TRUE if when_true else FALSE) if is_total(condition) else None
    return condition if when_true else complement(condition)


def _extreme(e: Expr) -> Expr:
    return e.args[0] if e.args[0] == e.args[1] else e


def _from_the_left(e: Expr) -> Expr:
    """Rewrite ``a & (b & c)`` as ``a & b & c``."""
    a, b = e.args
    if b.op != e.op:
        return e
    return Expr(e.op, (Expr(e.op, (a, b.args[0])), b.args[1]))


def _absolute(e: Expr) -> Expr:
    a = e.args[0]
    if a.op == "neg":
        return Expr("abs", a.args)
    if a.op in ("abs", "int") or (a.op == "mod" and number(a.args[1]) > 0):
        return a
    return e


def _as_number(e: Expr) -> Expr:
    return const(int(e.args[0] == TRUE)) if e.args[0] in (TRUE, FALSE) else e


def _not(e: Expr) -> Expr:
    return complement(e.args[0])


def _membership(e: Expr) -> Expr:
    assert isinstance(e.value, tuple)
    entries = tuple(sorted(set(e.value)))
    if len(entries) == 1:
        return Expr("eq", (e.args[0], const(entries[0])))
    return Expr("in", e.args, entries)


def _connective(e: Expr) -> Expr:
    """Drop constants and repeated conditions; turn alternatives for one value into a membership."""
    unit, zero = (TRUE, FALSE) if e.op == "and" else (FALSE, TRUE)
    a, b = e.args
    if unit in (a, b):
        return b if a == unit else a
    if a == zero or (b == zero and is_total(a)):
        return zero
    if a == b:
        return a
    if a.op == b.op == "not":
        return Expr("not", (Expr("or" if e.op == "and" else "and", (a.args[0], b.args[0])),))
    together = joined(e.op, a, b) if is_total(e) else None
    if together is not None:
        return together
    if e.op == "and":
        gathered = _one_of(complement(a), complement(b))
        return _shortest(e, negate(gathered)) if gathered else e
    gathered = _one_of(a, b)
    return _shortest(e, gathered) if gathered else e


def _one_of(a: Expr, b: Expr) -> Expr | None:
    """``a or b`` as a membership, if both restrict the same expression to certain values."""
    first, second = _values_of(a), _values_of(b)
    if first is None or second is None or a.args[0] != b.args[0]:
        return None
    return _membership(Expr("in", (a.args[0],), first + second))


def _values_of(e: Expr) -> tuple[int, ...] | None:
    if e.op == "in":
        return e.value  # type: ignore[return-value]
    if e.op == "eq" and e.args[1].op == "const":
        return (number(e.args[1]),)
    return None


def _conditional(e: Expr) -> Expr:
    c, p, q = e.args
    if c in (TRUE, FALSE):
        return p if c == TRUE else q
    if p == q:
        return p if is_total(c) else e
    if (p, q) in ((_ONE, _ZERO), (_ZERO, _ONE)):
        return Expr("int", (c if p == _ONE else complement(c),))
    if c.op == "not":
        return Expr("if", (c.args[0], q, p))
    return _shortest(e, *_merged(c, p, q), *_folded(c, p, q))


def _merged(c: Expr, p: Expr, q: Expr) -> list[Expr]:
    """Simpler forms of a conditional that shares a branch with a nested one."""
    found = []
    if p.op == "if":
        d, r, s = p.args
        if s == q:
            found.append(Expr("if", (Expr("and", (c, d)), r, q)))
        if r == q:
            found.append(Expr("if", (Expr("and", (c, complement(d))), s, q)))
    if q.op == "if":
        d, r, s = q.args
        if r == p:
            found.append(Expr("if", (Expr("or", (c, d)), p, s)))
        if s == p:
            found.append(Expr("if", (Expr("or", (c, complement(d))), p, r)))
    return found


def _folded(c: Expr, p: Expr, q: Expr) -> list[Expr]:
    """Simpler forms of a conditional: a maximum, a minimum, an absolute value or one branch."""
    if c.op not in COMPARISONS:
        return []
    a, b = c.args
    if {a, b} == {p, q}:
        if c.op in ("eq", "ne"):
            kept, dropped = (q, p) if c.op == "eq" else (p, q)
            return [kept] if is_total(dropped) else []
        larger = (c.op in ("gt", "ge")) == (a == p)
        return [Expr("max" if larger else "min", (p, q))]
    if b in (_ZERO, _ONE, const(-1)) and flatten(p) + flatten(q) == Linear(()):
        grows = {("ge", 0), ("gt", 0), ("gt", -1), ("ge", 1)}
        falls = {("lt", 0), ("le", 0), ("lt", 1), ("le", -1)}
        at = (c.op, number(b))
        if (at in grows and p == a) or (at in falls and q == a):
            return [Expr("abs", (a,))]
    return []


def _known_bit(e: Expr, bits: frozenset[str]) -> Expr:
    """Rewrite ``int(x == 1)`` of a bit x as ``x``, and ``int(x == 0)`` as ``1 - x``."""
    if e.op != "int" or e.args[0].op not in ("eq", "ne"):
        return e
    a, b = e.args[0].args
    if a.op != "var" or a.value not in bits or b not in (_ZERO, _ONE):
        return e
    if (e.args[0].op == "eq") == (b == _ONE):
        return a
    return Expr("sub", (_ONE, a))


def _shortest(e: Expr, *others: Expr) -> Expr:
    """The shortest; on a tie the first rewritten form beats ``e``, so canonical forms win."""
    best = e
    for other in others:
        if size(other) < size(best) or (size(other) == size(best) and best is e):
            best = other
    return best


_RULES: dict[str, tuple[Rule, ...]] = {
    "add": (_sum,),
    "sub": (_sum,),
    "neg": (_sum,),
    "mul": (_product,),
    "floordiv": (_floor_division,),
    "mod": (_modulo,),
    "min": (_extreme, _from_the_left),
    "max": (_extreme, _from_the_left),
    "bitand": (_from_the_left,),
    "bitor": (_from_the_left,),
    "bitxor": (_from_the_left,),
    "abs": (_absolute,),
    "int": (_as_number,),
    "not": (_not,),
    "in": (_membership,),
    "and": (_connective, _from_the_left),
    "or": (_connective, _from_the_left),
    "if": (_conditional,),
}
_RULES |= dict.fromkeys(COMPARISONS, (_comparison,))
