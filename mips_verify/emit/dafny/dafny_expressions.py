"""Expressions for Dafny, over its unbounded integers.

The text of an undefined expression has a value all the same; therefore the file also states and
proves the expression's :func:`definedness`. Only operators are used, no functions, so that the same
text works in compiled code and in proofs, for Dafny 2, 3 and 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from mips_verify.emit.parts import conjuncts, number, runs
from mips_verify.kernel.expr import Expr, Value, const

_IF: Final = 0
_OR: Final = 1
_AND: Final = 2
COMPARISON: Final = 3
SUM: Final = 4
PRODUCT: Final = 5
_UNARY: Final = 6
_ATOM: Final = 7
_LOCALS: Final = ("k", "l")
_SIMPLE: Final = frozenset({"const", "var"})
_SYMBOL: Final[dict[str, tuple[str, int]]] = {
    "add": ("+", SUM),
    "sub": ("-", SUM),
    "mul": ("*", PRODUCT),
    "eq": ("==", COMPARISON),
    "ne": ("!=", COMPARISON),
    "lt": ("<", COMPARISON),
    "le": ("<=", COMPARISON),
    "gt": (">", COMPARISON),
    "ge": (">=", COMPARISON),
}
Lookup = tuple[str, Value]
_Text = tuple[str, int]  # a text and its precedence


@dataclass(frozen=True, slots=True)
class Words:
    """Names in the file.

    Attributes:
        of: the name of every variable; a missing variable keeps its own name. No name may be
            ``k`` or ``l``, which stand for values that are used twice.
        functions: for long ``table`` and ``in`` nodes, by operator and tuple.
    """

    of: Mapping[str, str]
    functions: Mapping[Lookup, str] = field(default_factory=dict)


def to_dafny(e: Expr, words: Words, precedence: int = _OR) -> str:
    """``e`` on one line, in parentheses if its precedence is lower than ``precedence``.

    An ``int`` is a Dafny ``int`` and a ``bool`` a Dafny ``bool``.
    """
    return _within(_text(e, words), precedence)


def euclidean(e: Expr) -> tuple[Expr, int]:
    """The dividend and the positive divisor of a ``floordiv`` or ``mod`` in Dafny.

    Dafny's remainder is never negative, unlike Python's. For a negative divisor, the signs of both
    are changed.
    """
    a, divisor = e.args[0], int(e.args[1].value)  # type: ignore[arg-type]
    return (a, divisor) if divisor > 0 else (Expr("neg", (a,)), -divisor)


def _within(text: _Text, precedence: int) -> str:
    return text[0] if text[1] >= precedence else f"({text[0]})"


def _text(e: Expr, words: Words) -> _Text:
    op = e.op
    if op == "const":
        value = int(e.value)  # type: ignore[arg-type]
        return str(value), _ATOM if value >= 0 else _UNARY
    if op == "var":
        return words.of.get(str(e.value), str(e.value)), _ATOM
    if op in ("true", "false"):
        return op, _ATOM
    if op in ("and", "or"):
        return _connective(e, words)
    if op in _SYMBOL:
        return _infix(e, words)
    if op in ("floordiv", "mod"):
        return _divide(e, words)
    if op in ("neg", "not"):
        return f"{'-' if op == 'neg' else '!'}{to_dafny(e.args[0], words, _ATOM)}", _UNARY
    if op == "if":
        return _conditional(e, words), _IF
    if op == "int":
        return f"if {to_dafny(e.args[0], words)} then 1 else 0", _IF
    if op in ("bitand", "bitor", "bitxor"):
        return _bits(e, words)
    return _several_uses(e, words)


def _connective(e: Expr, words: Words) -> _Text:
    symbol, precedence = (" && ", _AND) if e.op == "and" else (" || ", _OR)
    # Dafny demands parentheses if && and || meet
    parts = [to_dafny(p, words, COMPARISON) for p in conjuncts(e, e.op)]
    return symbol.join(parts), precedence


def _conditional(e: Expr, words: Words) -> str:
    arms: list[str] = []
    while e.op == "if":
        cond, then, e = e.args
        arms.append(f"if {to_dafny(cond, words)} then {to_dafny(then, words)} else ")
    return "".join(arms) + to_dafny(e, words, _IF)


def _infix(e: Expr, words: Words) -> _Text:
    """A comparison, or a chain of operators of one precedence, from left to right."""
    precedence = _SYMBOL[e.op][1]
    chained = precedence != COMPARISON
    parts: list[str] = []
    while e.op in _SYMBOL and _SYMBOL[e.op][1] == precedence and (chained or not parts):
        symbol, right = _SYMBOL[e.op][0], e.args[1]
        if e.op in ("add", "sub") and right.op == "const" and int(right.value) < 0:  # type: ignore[arg-type]
            symbol, right = "-" if e.op == "add" else "+", const(-int(right.value))  # type: ignore[arg-type]
        parts.append(f"{symbol} {to_dafny(right, words, precedence + 1)}")
        e = e.args[0]
    parts.append(to_dafny(e, words, precedence + (not chained)))
    return " ".join(reversed(parts)), precedence


def _divide(e: Expr, words: Words) -> _Text:
    a, divisor = euclidean(e)
    symbol = "/" if e.op == "floordiv" else "%"
    text = f"{to_dafny(a, words, PRODUCT)} {symbol} {divisor}"
    if e.op == "floordiv" or a is e.args[0]:
        return text, PRODUCT
    return f"-({text})", _UNARY


def _bits(e: Expr, words: Words) -> _Text:
    a, b = (to_dafny(x, words, SUM) for x in e.args)
    if e.op == "bitxor":
        return f"if {a} == {b} then 0 else 1", _IF
    return f"if {a} == 1 {'&&' if e.op == 'bitand' else '||'} {b} == 1 then 1 else 0", _IF


def _several_uses(e: Expr, words: Words) -> _Text:
    """An operator whose text repeats its operands, so that long operands are named first."""
    if function := words.functions.get((e.op, e.value)):
        return f"{function}({to_dafny(e.args[0], words)})", _ATOM
    names: list[str] = []
    bound: dict[str, str] = {}
    for a, free in zip(e.args, _LOCALS, strict=False):
        if a.op in _SIMPLE:
            names.append(to_dafny(a, words, _ATOM))
        else:
            names.append(free)
            bound[free] = to_dafny(a, words)
    body, precedence = _BODY[e.op](e, names)
    if not bound:
        return body, precedence
    locals_ = ", ".join(f"{name}: int" for name in bound)
    return f"(var {locals_} := {', '.join(bound.values())}; {body})", _ATOM


def _extreme(symbol: str) -> Callable[[Expr, list[str]], _Text]:
    return lambda _, names: (
        f"if {names[0]} {symbol} {names[1]} then {names[0]} else {names[1]}",
        _IF,
    )


def _absolute(_: Expr, names: list[str]) -> _Text:
    return f"if {names[0]} < 0 then -{names[0]} else {names[0]}", _IF


def leaves(e: Expr) -> int:
    """The number of cases in the text of a ``table`` or ``in``."""
    return len(_starts(e) if e.op == "table" else runs(_entries(e)))


def _entries(e: Expr) -> tuple[int, ...]:
    assert isinstance(e.value, tuple)
    return e.value


def _starts(e: Expr) -> list[int]:
    """The indices in a table at which an entry differs from the one before it."""
    entries = _entries(e)
    return [i for i, v in enumerate(entries) if i == 0 or entries[i - 1] != v]


def _member(e: Expr, names: list[str]) -> _Text:
    parts = [
        f"{names[0]} == {number(low)}"
        if low == high
        else f"{number(low)} <= {names[0]} <= {number(high)}"
        for low, high in runs(_entries(e))
    ]
    return " || ".join(parts), COMPARISON if len(parts) == 1 else _OR


def _lookup(e: Expr, names: list[str]) -> _Text:
    entries, starts = _entries(e), _starts(e)

    def between(first: int, last: int) -> str:
        """A balanced decision tree over runs of equal entries: Dafny 2 fails on long literals."""
        if last - first == 1:
            return number(entries[starts[first]])
        middle = (first + last) // 2
        yes, no = between(first, middle), between(middle, last)
        return f"(if {names[0]} < {starts[middle]} then {yes} else {no})"

    return between(0, len(starts)), _ATOM


_BODY: Final[dict[str, Callable[[Expr, list[str]], _Text]]] = {
    "abs": _absolute,
    "min": _extreme("<="),
    "max": _extreme(">="),
    "in": _member,
    "table": _lookup,
}
