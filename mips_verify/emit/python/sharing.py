"""Names for repeated expressions; the repetitions may differ in the order of sums and products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Final

from mips_verify.kernel.expr import Expr, children, const, names, size, var

Term = tuple[int, Expr]  # sign and summand
_COMMUTES: Final = frozenset({"mul", "min", "max", "bitand", "bitxor", "bitor", "eq", "ne"})
_LONG: Final = 7  # any repeated expression with at least this many nodes gets a name
SEARCHED: Final = 2000  # nodes in all; more take too long to search, and nobody reads such a file


def terms(e: Expr) -> list[Term]:
    """The summands of a sum, with their signs; any other expression is its own summand."""
    if e.op in ("add", "sub"):
        left, right = terms(e.args[0]), terms(e.args[1])
        return left + (right if e.op == "add" else _flip(right))
    if e.op == "neg":
        return _flip(terms(e.args[0]))
    if e.op == "const" and int(e.value) < 0:  # type: ignore[arg-type]
        return [(-1, const(-int(e.value)))]  # type: ignore[arg-type]
    return [(1, e)]


def _flip(summands: list[Term]) -> list[Term]:
    return [(-sign, e) for sign, e in summands]


def from_terms(summands: Sequence[Term]) -> Expr:
    """A sum in the given order, but with a positive summand first, if there is one."""
    first = next((i for i, (sign, _) in enumerate(summands) if sign > 0), 0)
    sign, start = summands[first]
    rest = [*summands[:first], *summands[first + 1 :]]
    begin = start if sign > 0 else Expr("neg", (start,))
    return reduce(lambda a, t: Expr("add" if t[0] > 0 else "sub", (a, t[1])), rest, begin)


def key(e: Expr) -> str:
    """A text that is the same for expressions that differ only in the order of operands."""
    if e.op in ("add", "sub", "neg"):
        inside = sorted(f"{sign:+d}{key(t)}" for sign, t in terms(e))
        return f"(sum {' '.join(inside)})"
    inside = [key(a) for a in e.args]
    if e.op in _COMMUTES:
        inside.sort()
    return f"({' '.join([e.op, str(e.value), *inside])})"


def replace(e: Expr, wanted: Expr, by: Expr, wanted_key: str | None = None) -> Expr:
    """``e`` with every expression equal to ``wanted`` replaced, also inside longer sums."""
    wanted_key = wanted_key or key(wanted)
    if key(e) == wanted_key:
        return by
    if e.op in ("add", "sub") and wanted.op in ("add", "sub"):
        e = _replace_summands(e, wanted, by)
    args = tuple(replace(a, wanted, by, wanted_key) for a in e.args)
    return e if args == e.args else Expr(e.op, args, e.value)


def _replace_summands(e: Expr, wanted: Expr, by: Expr) -> Expr:
    missing = Counter((sign, key(t)) for sign, t in terms(wanted))
    result: list[Term] = []
    place = None
    for sign, t in terms(e):
        if missing[sign, key(t)] > 0:
            missing[sign, key(t)] -= 1
            place = len(result) if place is None else place
        else:
            result.append((sign, t))
    if place is None or any(count > 0 for count in missing.values()):
        return e
    result.insert(place, (1, by))
    return from_terms(result)


def share(exprs: list[Expr], fixed: frozenset[str]) -> tuple[list[Expr], list[tuple[str, Expr]]]:
    """Give repeated subexpressions a name.

    Args:
        exprs: expressions that are all always evaluated.
        fixed: names that a shared expression may not read.

    Returns:
        the expressions over the names; and the named expressions, in an order in which
        they can be evaluated. Names are ``%0``, ``%1`` and so on.
    """
    found: list[str] = []
    exprs, kept = list(exprs), len(exprs)
    while sum(map(size, exprs)) <= SEARCHED:
        wanted = _repeated(exprs, fixed)
        if wanted is None:
            break
        name = f"%{len(found)}"
        exprs = [replace(e, wanted, var(name)) for e in exprs] + [wanted]
        found.append(name)
    return exprs[:kept], _in_order(dict(zip(found, exprs[kept:], strict=True)))


def _in_order(definitions: dict[str, Expr]) -> list[tuple[str, Expr]]:
    """Each definition after those that it reads; none reads itself, as each is part of another."""
    done: dict[str, Expr] = {}

    def visit(name: str) -> None:
        if name not in done:
            for other in sorted(names(definitions[name]) & set(definitions)):
                visit(other)
            done[name] = definitions[name]

    for name in reversed(definitions):
        visit(name)
    return list(done.items())


def _repeated(exprs: list[Expr], fixed: frozenset[str]) -> Expr | None:
    """The largest expression that occurs more than once and is worth a name."""
    first: dict[str, Expr] = {}
    best: Expr | None = None
    certain = {key(s) for e in exprs for s in _certain(e)}
    for e in exprs:
        for s in children(e):
            if not _worth_a_name(s) or names(s) & fixed:
                continue
            k = key(s)
            again = k in first
            s = first.setdefault(k, s)
            # an index may be out of range, so read a table only where the program read it before
            safe = k in certain or all(n.op != "table" for n in children(s))
            if again and safe and (best is None or size(s) > size(best)):
                best = s
    return best


def _worth_a_name(e: Expr) -> bool:
    if e.sort != "int":  # a variable holds an integer
        return False
    return size(e) >= _LONG or (size(e) >= 3 and len(names(e)) >= 2)


def _certain(e: Expr) -> Iterator[Expr]:
    """The subexpressions that are evaluated whenever ``e`` is evaluated."""
    yield e
    inside = e.args[:1] if e.op in ("if", "and", "or") else e.args
    for a in inside:
        yield from _certain(a)
