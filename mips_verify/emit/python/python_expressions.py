"""Expressions as Python source, broken over lines if they are long.

:func:`mips_verify.kernel.expr.to_text` gives the plain text of an expression on one line; this
module gives the text for a file that a person reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mips_verify.kernel.expr import OPS, Expr, const

Tables = Mapping[tuple[int, ...], str]
INDENT: Final = 4


@dataclass(frozen=True, slots=True)
class _Part:
    """One operand of a node: ``prefix``, then ``child`` at this ``precedence`` or a higher one."""

    prefix: str
    child: Expr | None = None
    precedence: int = 0


def to_python(e: Expr, tables: Tables | None = None) -> str:
    """``e`` on one line.

    Args:
        e: the expression; the name of a variable is written as it is.
        tables: names for tuples that are constants elsewhere in the file.
    """
    head, parts, tail = _parts(e, tables or {})
    sep = ", " if head else " "
    return head + sep.join(_flat(p, tables or {}) for p in parts) + tail


def statement(target: str, e: Expr, tables: Tables | None = None, width: int = 88) -> list[str]:
    """The lines of ``target e``, with a ``target`` such as ``"y ="`` or ``"return"``.

    A long conditional expression becomes an ``if`` statement.
    """
    tables = tables or {}
    if e.op != "if" or len(target) + 1 + len(to_python(e, tables)) <= width:
        return _lines(f"{target} ", e, 0, tables, width)
    lines: list[str] = []
    word = "if"
    while e.op == "if":
        cond, then, e = e.args
        lines += _lines(f"{word} ", cond, 0, tables, width - 1)
        lines[-1] += ":"
        lines += _indented(statement(target, then, tables, width - INDENT))
        word = "if" if target == "return" else "elif"
    if target == "return":
        return lines + statement(target, e, tables, width)
    return [*lines, "else:", *_indented(statement(target, e, tables, width - INDENT))]


def expression(e: Expr, tables: Tables | None = None, width: int = 88) -> list[str]:
    """The lines of ``e``, in parentheses if there are several."""
    return _lines("", e, 0, tables or {}, width)


def tuple_lines(start: str, entries: tuple[int, ...], width: int = 88) -> list[str]:
    """The lines of ``start`` followed by a literal tuple."""
    flat = f"{start}({', '.join(map(str, entries))}{',' if len(entries) == 1 else ''})"
    if len(flat) <= width:
        return [flat]
    rows = [" " * INDENT]
    for k in entries:
        text = f"{k}, "
        if len((rows[-1] + text).rstrip()) > width and rows[-1].strip():
            rows.append(" " * INDENT)
        rows[-1] += text
    return [f"{start}(", *(row.rstrip() for row in rows), ")"]


def _flat(part: _Part, tables: Tables) -> str:
    if part.child is None:
        return part.prefix
    text = to_python(part.child, tables)
    return part.prefix + (f"({text})" if _precedence(part.child) < part.precedence else text)


def _lines(prefix: str, e: Expr, precedence: int, tables: Tables, width: int) -> list[str]:
    flat = _flat(_Part(prefix, e, precedence), tables)
    head, parts, tail = _parts(e, tables)
    if len(flat) <= width or parts == [_Part(head)] or width < 2 * INDENT:
        return [flat]
    inner: list[str] = []
    for p in parts:
        if p.child is None:
            inner.append(p.prefix)
        else:
            inner += _lines(p.prefix, p.child, p.precedence, tables, width - INDENT)
        if head.endswith("("):
            inner[-1] += ","
    head, tail = (head, tail) if head else ("(", ")")
    return [prefix + head, *_indented(inner), tail]


def _indented(lines: list[str]) -> list[str]:
    return [" " * INDENT + line for line in lines]


def _precedence(e: Expr) -> int:
    if e.op == "const" and int(e.value) < 0:  # type: ignore[arg-type]
        return OPS["neg"].precedence
    return OPS[e.op].precedence


def _parts(e: Expr, tables: Tables) -> tuple[str, list[_Part], str]:
    """An opening bracket (or nothing), the operands with their operators, the closing bracket."""
    spec = OPS[e.op]
    if not e.args:
        text = str(e.value) if e.op in ("const", "var") else spec.symbol
        return "", [_Part(text)], ""
    if e.op in ("abs", "int", "min", "max"):
        return f"{spec.symbol}(", [_Part("", a) for a in _spine(e, e.op)], ")"
    if e.op == "table":
        return f"{_tuple(e, tables)}[", [_Part("", e.args[0])], "]"
    if e.op == "in":
        return "", [_Part("", e.args[0], 6), _Part(f"in {_tuple(e, tables)}")], ""
    if e.op == "if":
        return "", _conditional(e), ""
    if e.op == "not" and e.args[0].op == "in":
        inside = e.args[0]
        return "", [_Part("", inside.args[0], 6), _Part(f"not in {_tuple(inside, tables)}")], ""
    if e.op in ("neg", "not"):
        return "", [_Part(spec.symbol, e.args[0], spec.precedence)], ""
    if e.op == "and" and _between(*e.args):
        (low, middle), (_, high) = (a.args for a in e.args)
        first, second = (f"{OPS[a.op].symbol} " for a in e.args)
        return "", [_Part("", low, 6), _Part(first, middle, 6), _Part(second, high, 6)], ""
    return "", _chain(e), ""


def _between(left: Expr, right: Expr) -> bool:
    """Whether ``left and right`` can be written as ``a <= b <= c``."""
    upward, downward = ("lt", "le"), ("gt", "ge")
    same = any(left.op in way and right.op in way for way in (upward, downward))
    return same and left.args[1] == right.args[0]


def _conditional(e: Expr) -> list[_Part]:
    parts = [_Part("", e.args[1], 2)]
    while e.op == "if":
        cond, _, other = e.args
        parts.append(_Part("if ", cond, 2))
        last = other.op != "if"
        parts.append(_Part("else ", other if last else other.args[1], 1 if last else 2))
        e = other
    return parts


def _chain(e: Expr) -> list[_Part]:
    """Operands of one precedence, left to right."""
    precedence = OPS[e.op].precedence
    if precedence == 5:  # comparisons chain in Python, so both sides must bind tighter
        return [_Part("", e.args[0], 6), _Part(f"{OPS[e.op].symbol} ", e.args[1], 6)]
    parts: list[_Part] = []
    while _associates(e, precedence):
        op, right = e.op, e.args[1]
        if op in ("add", "sub"):
            op, right = _sign(op, right)
        parts.append(_Part(f"{OPS[op].symbol} ", right, precedence + 1))
        e = e.args[0]
    parts.append(_Part("", e, precedence))
    return parts[::-1]


def _associates(e: Expr, precedence: int) -> bool:
    return len(e.args) == 2 and OPS[e.op].precedence == precedence


def _sign(op: str, right: Expr) -> tuple[str, Expr]:
    """``a + -b`` as ``a - b``, and ``a - -b`` as ``a + b``."""
    other = "sub" if op == "add" else "add"
    if right.op == "neg":
        return other, right.args[0]
    if right.op == "const" and int(right.value) < 0:  # type: ignore[arg-type]
        return other, const(-int(right.value))  # type: ignore[arg-type]
    return op, right


def _spine(e: Expr, op: str) -> list[Expr]:
    """The arguments of nested calls: ``max(max(a, b), c)`` is written ``max(a, b, c)``."""
    if op not in ("min", "max"):
        return list(e.args)
    rest: list[Expr] = []
    while e.op == op:
        rest.append(e.args[1])
        e = e.args[0]
    return [e, *reversed(rest)]


def _tuple(e: Expr, tables: Tables) -> str:
    assert isinstance(e.value, tuple)
    return tables.get(e.value) or tuple_lines("", e.value, width=10**9)[0]
