"""Expressions in mathematical notation, as HTML.

The text is made of Unicode signs with ``<sub>`` and ``<i>``, not MathML, so that it breaks over the
lines of a narrow screen.
"""

from __future__ import annotations

from html import escape
from typing import Final

from mips_verify.emit.parts import runs
from mips_verify.kernel.expr import ATOM, OPS, Expr

SIGNS: Final = {
    "add": " + ", "sub": " − ", "mul": " · ", "mod": " mod ", "bitand": " & ", "bitxor": " ⊕ ",
    "bitor": " | ", "eq": " = ", "ne": " ≠ ", "lt": " < ", "le": " ≤ ", "gt": " > ", "ge": " ≥ ",
    "and": " ∧ ", "or": " ∨ ",
}  # fmt: skip
_OWNERS: Final = {"p_": "program", "s_": "spec"}


def to_mathematics(e: Expr) -> str:
    """An expression over the states of two machines as HTML; names are escaped.

    Variables ``p_s`` and ``s_s`` are written s with the index "program" and "spec".
    """
    return _html(e)[0]


def _html(e: Expr) -> tuple[str, int]:
    """The HTML and the precedence of its outermost sign, as in :data:`OPS`."""
    own = OPS[e.op].precedence
    if e.op == "const":
        return str(e.value).replace("-", "−"), ATOM
    if e.op == "var":
        return _name(str(e.value)), ATOM
    if not e.args:
        return e.op, ATOM
    if e.op in SIGNS:
        left = _within(e.args[0], own + (e.op == "mod"))
        right = _within(e.args[1], own + (e.op not in _FREE))
        return left + escape(SIGNS[e.op]) + right, own
    return _special(e), own if e.op in ("neg", "not", "in") else ATOM


_FREE: Final = frozenset({"and", "or", "add"})  # these need no brackets around their like


def _special(e: Expr) -> str:
    """What has a notation of its own."""
    own, parts = OPS[e.op].precedence, [_html(a)[0] for a in e.args]
    if e.op in ("neg", "not"):
        return ("−" if e.op == "neg" else "¬") + _within(
            e.args[0], own + 1 if e.op == "neg" else ATOM
        )
    if e.op == "floordiv":
        return f"⌊{_within(e.args[0], own)} / {_within(e.args[1], own + 1)}⌋"
    if e.op == "abs":
        return f"|{parts[0]}|"
    if e.op == "int":
        return f"[{parts[0]}]"
    if e.op == "in":
        return f"{_within(e.args[0], own + 1)} ∈ {_set(e)}"
    if e.op == "table":
        return f"({', '.join(map(str, _entries(e)))})<sub>{parts[0]}</sub>"
    if e.op == "if":
        return f"({parts[1]} if {parts[0]}, else {parts[2]})"
    return f"{e.op}({', '.join(parts)})"


def _set(e: Expr) -> str:
    """A set of integers; ranges of more than two stand as such."""
    pieces = [f"{a}, …, {b}" if b > a + 1 else ", ".join(map(str, range(a, b + 1)))
              for a, b in runs(_entries(e))]  # fmt: skip
    return "{" + ", ".join(pieces).replace("-", "−") + "}"


def _entries(e: Expr) -> tuple[int, ...]:
    assert isinstance(e.value, tuple)
    return e.value


def _name(name: str) -> str:
    owner = _OWNERS.get(name[:2])
    if owner is None:
        return f"<i>{escape(name)}</i>"
    return f"<i>{escape(name[2:])}</i><sub>{owner}</sub>"


def _within(e: Expr, precedence: int) -> str:
    text, own = _html(e)
    return text if own >= precedence else f"({text})"
