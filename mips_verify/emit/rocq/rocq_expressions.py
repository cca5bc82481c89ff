"""Expressions for Rocq, over its binary integers ``Z``.

An ``int`` is a ``Z`` and a ``bool`` a ``bool``. Rocq's ``/`` and ``mod`` round down, as Python's
do. Its levels of precedence are numbers: what binds tighter has a lower one.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Final

from mips_verify.emit.parts import conjuncts, number, runs
from mips_verify.kernel.expr import Expr

_Text = tuple[str, int]  # a term and its level
ATOM: Final = 0
CALL: Final = 10
_PRODUCT: Final = 40
_SUM: Final = 50
COMPARISON: Final = 70
ANY: Final = 200
_INFIX: Final = {
    "add": ("+", _SUM), "sub": ("-", _SUM), "mul": ("*", _PRODUCT),
    "floordiv": ("/", _PRODUCT), "mod": ("mod", _PRODUCT),
    "eq": ("=?", COMPARISON), "le": ("<=?", COMPARISON), "lt": ("<?", COMPARISON),
    "ge": (">=?", COMPARISON), "gt": (">?", COMPARISON),
}  # fmt: skip
_CALLS: Final = {
    "abs": "Z.abs", "min": "Z.min", "max": "Z.max", "not": "negb", "int": "Z.b2z",
    "bitand": "bit_and", "bitor": "bit_or", "bitxor": "bit_xor",
}  # fmt: skip
# what a file defines itself, of these calls
BITS: Final = {
    "bit_and": "if (a =? 1) && (b =? 1) then 1 else 0",
    "bit_or": "if (a =? 1) || (b =? 1) then 1 else 0",
    "bit_xor": "if a =? b then 0 else 1",
}
Lookup = tuple[str, tuple[int, ...]]  # "table" or "in", and its entries


@dataclass(frozen=True, slots=True)
class Words:
    """What names become.

    Attributes:
        of: the term for each variable.
        lookups: the name of the function for each table and each set.
    """

    of: Mapping[str, str]
    lookups: Mapping[Lookup, str] = field(default_factory=dict)


def to_rocq(e: Expr, words: Words, level: int = ANY) -> str:
    """``e`` on one line, in parentheses if its level is above ``level``."""
    text, own = _text(e, words)
    return text if own <= level else f"({text})"


def _text(e: Expr, words: Words) -> _Text:
    op = e.op
    if op == "const":
        return number(int(e.value)), ATOM  # type: ignore[arg-type]
    if op == "var":
        return words.of.get(str(e.value), str(e.value)), ATOM
    if op in ("true", "false"):
        return op, ATOM
    if op in _INFIX:
        return _infix(e, words)
    if op in _CALLS:
        return " ".join([_CALLS[op], *(to_rocq(a, words, ATOM) for a in e.args)]), CALL
    return _OTHERS[op](e, words)


def calls(used: Container[str]) -> list[str]:
    """The functions that stand for some of the operators."""
    return [name for op, name in _CALLS.items() if op in used]


def _infix(e: Expr, words: Words) -> _Text:
    """Sums and products from left to right; everything else has its operands in parentheses."""
    symbol, level = _INFIX[e.op]
    left, right = e.args
    chained = e.op in ("add", "sub") or (e.op == left.op == "mul")
    first = to_rocq(left, words, level if chained else level - 1)
    return f"{first} {symbol} {to_rocq(right, words, level - 1)}", level


def _negative(e: Expr, words: Words) -> _Text:
    return f"- {to_rocq(e.args[0], words, CALL)}", 35


def _unequal(e: Expr, words: Words) -> _Text:
    return f"negb ({_infix(Expr('eq', e.args), words)[0]})", CALL


def _connective(e: Expr, words: Words) -> _Text:
    symbol, level = ("&&", _PRODUCT) if e.op == "and" else ("||", _SUM)
    return f" {symbol} ".join(to_rocq(p, words, CALL) for p in conjuncts(e, e.op)), level


def _conditional(e: Expr, words: Words) -> _Text:
    cond, then, other = (to_rocq(a, words) for a in e.args)
    return f"if {cond} then {then} else {other}", ANY


def _lookup(e: Expr, words: Words) -> _Text:
    assert isinstance(e.value, tuple)
    return f"{words.lookups[e.op, e.value]} {to_rocq(e.args[0], words, ATOM)}", CALL


_OTHERS: Final[dict[str, Callable[[Expr, Words], _Text]]] = {
    "neg": _negative,
    "ne": _unequal,
    "and": _connective,
    "or": _connective,
    "if": _conditional,
    "table": _lookup,
    "in": _lookup,
}


def table_rows(entries: tuple[int, ...]) -> list[str]:
    """The cases of a ``match`` on an index, equal neighbours in one; 0 for any other index."""
    cases: list[tuple[list[int], int]] = []
    for k, value in enumerate(entries):
        if cases and cases[-1][1] == value:
            cases[-1][0].append(k)
        else:
            cases.append(([k], value))
    return [f"{' | '.join(map(str, ks))} => {number(v)}" for ks, v in cases]


def members(entries: tuple[int, ...]) -> str:
    """The condition that ``k`` is one of the entries, as ranges."""
    return " || ".join(
        f"(k =? {number(low)})"
        if low == high
        else f"(({number(low)} <=? k) && (k <=? {number(high)}))"
        for low, high in runs(entries)
    )
