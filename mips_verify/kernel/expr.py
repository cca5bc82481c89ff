"""Expressions over the integers: the syntax tree, its meaning and its text.

The language is a subset of Python: every text is valid Python with the same meaning.
The sorts ``int`` and ``bool`` are kept apart; the parser inserts the conversions that
Python makes silently, so every printer gets a typed tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final, Literal

Sort = Literal["int", "bool"]
Value = int | str | tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Op:
    """How one operator is typed and written."""

    sorts: tuple[Sort, ...]
    result: Sort
    symbol: str
    precedence: int  # as in Python's grammar; 14 is an atom


_I: Final[Sort] = "int"
_B: Final[Sort] = "bool"
ATOM: Final = 14
OPS: Final[dict[str, Op]] = {
    "const": Op((), _I, "", ATOM),
    "true": Op((), _B, "True", ATOM),
    "false": Op((), _B, "False", ATOM),
    "var": Op((), _I, "", ATOM),
    "neg": Op((_I,), _I, "-", 12),
    "add": Op((_I, _I), _I, "+", 10),
    "sub": Op((_I, _I), _I, "-", 10),
    "mul": Op((_I, _I), _I, "*", 11),
    "floordiv": Op((_I, _I), _I, "//", 11),
    "mod": Op((_I, _I), _I, "%", 11),
    "abs": Op((_I,), _I, "abs", ATOM),
    "min": Op((_I, _I), _I, "min", ATOM),
    "max": Op((_I, _I), _I, "max", ATOM),
    "bitand": Op((_I, _I), _I, "&", 8),
    "bitxor": Op((_I, _I), _I, "^", 7),
    "bitor": Op((_I, _I), _I, "|", 6),
    "int": Op((_B,), _I, "int", ATOM),
    "eq": Op((_I, _I), _B, "==", 5),
    "ne": Op((_I, _I), _B, "!=", 5),
    "lt": Op((_I, _I), _B, "<", 5),
    "le": Op((_I, _I), _B, "<=", 5),
    "gt": Op((_I, _I), _B, ">", 5),
    "ge": Op((_I, _I), _B, ">=", 5),
    "in": Op((_I,), _B, "in", 5),
    "not": Op((_B,), _B, "not ", 4),
    "and": Op((_B, _B), _B, "and", 3),
    "or": Op((_B, _B), _B, "or", 2),
    "if": Op((_B, _I, _I), _I, "if", 1),
    "table": Op((_I,), _I, "[]", ATOM),
}


@dataclass(frozen=True, slots=True)
class Expr:
    """One node: an operator of :data:`OPS`, its arguments, and a payload.

    ``value`` is the integer of a ``const``, the name of a ``var``, and the tuple of
    integers of an ``in`` or a ``table``. ``//`` and ``%`` take a constant divisor other
    than 0; the operands of ``& ^ |`` must be 0 or 1 and a table's index within the
    table whenever the node is evaluated (see :func:`definedness`).
    """

    op: str
    args: tuple[Expr, ...] = ()
    value: Value = None

    def __post_init__(self) -> None:
        spec = OPS[self.op]
        if tuple(a.sort for a in self.args) != spec.sorts:
            found = ", ".join(a.sort for a in self.args)
            raise TypeError(f"'{self.op}' takes ({', '.join(spec.sorts)}), not ({found})")
        if self.op in ("floordiv", "mod"):
            divisor = self.args[1]
            if divisor.op != "const" or divisor.value == 0:
                raise TypeError(f"'{spec.symbol}' needs a constant divisor other than 0")
        if self.op in ("in", "table") and not (isinstance(self.value, tuple) and self.value):
            raise TypeError(f"'{self.op}' needs a non-empty tuple of integers")

    @property
    def sort(self) -> Sort:
        """``"int"`` or ``"bool"``."""
        return OPS[self.op].result

    def __str__(self) -> str:
        return to_text(self)


TRUE: Final = Expr("true")
FALSE: Final = Expr("false")


def const(value: int) -> Expr:
    """The integer ``value``."""
    return Expr("const", (), int(value))


def var(name: str) -> Expr:
    """The integer variable ``name``."""
    return Expr("var", (), name)


def apply(op: str, *args: Expr, value: Value = None) -> Expr:
    """A node, with the conversions between the sorts that Python makes silently."""
    wanted = OPS[op].sorts
    if len(wanted) != len(args):
        raise TypeError(f"'{op}' takes {len(wanted)} arguments, not {len(args)}")
    return Expr(op, tuple(map(convert, args, wanted)), value)


def convert(e: Expr, sort: Sort) -> Expr:
    """``e`` as an ``int`` (True is 1) or a ``bool`` (0 is False)."""
    if e.sort == sort:
        return e
    if sort == "int":
        return Expr("int", (e,))
    return e.args[0] if e.op == "int" else Expr("ne", (e, const(0)))


def conjoin(parts: Iterator[Expr] | list[Expr] | tuple[Expr, ...]) -> Expr:
    """The conjunction of ``bool`` expressions; ``True`` when there is none."""
    kept = [p for p in parts if p != TRUE]
    return reduce(lambda a, b: Expr("and", (a, b)), kept) if kept else TRUE


def disjoin(parts: Iterator[Expr] | list[Expr] | tuple[Expr, ...]) -> Expr:
    """The disjunction of ``bool`` expressions; ``False`` when there is none."""
    kept = [p for p in parts if p != FALSE]
    return reduce(lambda a, b: Expr("or", (a, b)), kept) if kept else FALSE


def negate(e: Expr) -> Expr:
    """Logical negation, without a double one."""
    return e.args[0] if e.op == "not" else Expr("not", (e,))


def children(e: Expr) -> Iterator[Expr]:
    """Every node of the tree, parents first."""
    yield e
    for a in e.args:
        yield from children(a)


def names(e: Expr) -> frozenset[str]:
    """The variables that occur in ``e``."""
    return frozenset(str(n.value) for n in children(e) if n.op == "var")


def size(e: Expr) -> int:
    """Syntax-tree nodes; each entry of a tuple counts as one."""
    own = 1 + (len(e.value) if isinstance(e.value, tuple) else 0)
    return own + sum(map(size, e.args))


def substitute(e: Expr, by: Mapping[str, Expr]) -> Expr:
    """``e`` with variables replaced, all at once."""
    if e.op == "var":
        return by.get(str(e.value), e)
    if not e.args:
        return e
    return Expr(e.op, tuple(substitute(a, by) for a in e.args), e.value)


_BINARY: Final[dict[str, Callable[[int, int], int]]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "floordiv": lambda a, b: a // b,
    "mod": lambda a, b: a % b,
    "min": min,
    "max": max,
    "bitand": lambda a, b: a & b,
    "bitxor": lambda a, b: a ^ b,
    "bitor": lambda a, b: a | b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}
_UNARY: Final[dict[str, Callable[[int], int]]] = {
    "neg": lambda a: -a,
    "abs": abs,
    "int": int,
    "not": lambda a: not a,
}


def evaluate(e: Expr, env: Mapping[str, int]) -> int:
    """The exact value of ``e``; a ``bool`` expression gives 0 or 1.

    Raises:
        ValueError: a table index outside the table, or a bit operand other than 0 and 1.
    """
    op = e.op
    if op == "const":
        return e.value  # type: ignore[return-value]
    if op == "var":
        return env[e.value]  # type: ignore[index]
    if op == "if":
        return evaluate(e.args[1] if evaluate(e.args[0], env) else e.args[2], env)
    if op == "and":
        return int(evaluate(e.args[0], env) and evaluate(e.args[1], env))
    if op == "or":
        return int(evaluate(e.args[0], env) or evaluate(e.args[1], env))
    if op in ("true", "false"):
        return int(op == "true")
    a = evaluate(e.args[0], env)
    if op == "in":
        return int(a in e.value)  # type: ignore[operator]
    if op == "table":
        if not 0 <= a < len(e.value):  # type: ignore[arg-type]
            raise ValueError(f"index {a} outside the table of {e}")
        return e.value[a]  # type: ignore[index,return-value]
    if op in _UNARY:
        return int(_UNARY[op](a))
    b = evaluate(e.args[1], env)
    if op in ("bitand", "bitxor", "bitor") and not (a in (0, 1) and b in (0, 1)):
        raise ValueError(f"'{OPS[op].symbol}' takes bits, not {a} and {b}")
    return int(_BINARY[op](a, b))


def definedness(e: Expr) -> Expr:
    """The ``bool`` expression that says when ``e`` has a value.

    That expression always has a value itself, as its ``and`` and ``or`` short-circuit.
    """
    own: list[Expr] = []
    if e.op == "if":
        cond, then, other = e.args
        own = [
            definedness(cond),
            _implies(cond, definedness(then)),
            _implies(negate(cond), definedness(other)),
        ]
    elif e.op in ("and", "or"):
        first, second = e.args
        guard = first if e.op == "and" else negate(first)
        own = [definedness(first), _implies(guard, definedness(second))]
    else:
        own = [definedness(a) for a in e.args]
    if e.op == "table":
        own.append(Expr("le", (const(0), e.args[0])))
        own.append(Expr("lt", (e.args[0], const(len(e.value)))))  # type: ignore[arg-type]
    elif e.op in ("bitand", "bitxor", "bitor"):
        own.extend(Expr("in", (a,), (0, 1)) for a in e.args if a.op != "int")
    return conjoin(own)


def _implies(guard: Expr, e: Expr) -> Expr:
    return TRUE if e == TRUE else Expr("or", (negate(guard), e))


def to_text(e: Expr) -> str:
    """Python text with only the parentheses that it needs."""
    return _text(e)[0]


def _text(e: Expr) -> tuple[str, int]:
    spec = OPS[e.op]
    if e.op in ("const", "var"):  # also if negative: nothing binds tighter than the sign
        return str(e.value), ATOM
    if not e.args:
        return spec.symbol, ATOM
    if e.op in ("abs", "min", "max", "int"):
        return f"{spec.symbol}({', '.join(map(to_text, e.args))})", ATOM
    if e.op == "in":
        return f"{_within(e.args[0], 6)} in {_tuple(e)}", spec.precedence
    if e.op == "table":
        return f"{_tuple(e)}[{to_text(e.args[0])}]", ATOM
    if e.op == "if":
        cond, then, other = e.args
        return f"{_within(then, 2)} if {_within(cond, 2)} else {_within(other, 1)}", 1
    if e.op in ("neg", "not"):
        return f"{spec.symbol}{_within(e.args[0], spec.precedence)}", spec.precedence
    left, right = e.args
    # comparisons never chain: both sides are integers; a truth value is wrapped in int(...)
    right_text = _within(right, spec.precedence + 1)
    return f"{_within(left, spec.precedence)} {spec.symbol} {right_text}", spec.precedence


def _within(e: Expr, precedence: int) -> str:
    text, own = _text(e)
    return text if own >= precedence else f"({text})"


def _tuple(e: Expr) -> str:
    entries = e.value
    assert isinstance(entries, tuple)
    return f"({', '.join(map(str, entries))}{',' if len(entries) == 1 else ''})"
