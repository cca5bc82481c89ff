"""Expressions over the symbols of one step, folded when they are built; equal ones are one object.

A folded expression may lack a part that has no value, because exceptions are recorded separately
from values: see :mod:`mips_verify.reader.symbols.path_state`.
"""

from __future__ import annotations

from typing import Final

from mips_verify.kernel.expr import FALSE, TRUE, Expr, Value, evaluate
from mips_verify.reader.source.outside_subset import OutsideSubset
from mips_verify.reader.symbols.intervals import Interval, hull, of_both

MAX_BITS: Final = 1024  # in a constant
MAX_NODES: Final = 1_000_000  # in one value, written out as a tree
MAX_TERMS: Final = 200_000  # different expressions
STEP: Final = "step "  # the symbol for the number of letters before this one

Linear = tuple[int, int]  # factor of the step number, and the summand
_COMPARISONS: Final = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
_BIT_OPS: Final = frozenset({"bitand", "bitor", "bitxor"})


class Terms:
    """Builds expressions.

    Attributes:
        least_step: a lower bound on the number of the step, used to fold conditions on it.
        calls: how many expressions were requested, new or known.
        ranges: intervals of the registers that hold truth values or tags.
    """

    def __init__(self) -> None:
        self.least_step = 0
        self.ranges: dict[str, Interval] = {}
        self.calls = 0
        self._table: dict[tuple[object, ...], Expr] = {}
        self._sizes: dict[int, int] = {}
        self._lines: dict[int, Linear | None] = {}  # cached because expressions share parts

    def make(self, op: str, *args: Expr, value: Value = None) -> Expr:
        """The unique node with this operator, these operands and this value."""
        self.calls += 1
        key = (op, *map(id, args), value, type(value))
        found = self._table.get(key)
        if found is None:
            found = self._table[key] = {"true": TRUE, "false": FALSE}.get(op) or Expr(
                op, args, value
            )
            entries = len(value) if isinstance(value, tuple) else 0
            self._sizes[id(found)] = 1 + entries + sum(self._sizes[id(a)] for a in args)
            if self._sizes[id(found)] > MAX_NODES or len(self._table) > MAX_TERMS:
                raise OutsideSubset("this value, written as one expression, is too large", 0)
        return found

    def size(self, e: Expr) -> int:
        """The number of nodes of ``e``, written out as a tree."""
        return self._sizes[id(e)]

    def const(self, value: int) -> Expr:
        """An integer; refused if it has too many bits."""
        if value.bit_length() > MAX_BITS:
            raise OutsideSubset(f"a constant here has more than {MAX_BITS} bits", 0)
        return self.make("const", value=int(value))

    def truth_value(self, value: bool) -> Expr:
        """A truth value."""
        return self.make("true" if value else "false")

    def var(self, name: str) -> Expr:
        """A symbol."""
        return self.make("var", value=name)

    def replace(self, e: Expr, by: dict[str, Expr], done: dict[int, Expr] | None = None) -> Expr:
        """``e`` with symbols replaced, folded again."""
        done = {} if done is None else done
        if id(e) not in done:
            if e.op == "var":
                done[id(e)] = by.get(str(e.value), e)
            elif not e.args:
                done[id(e)] = e
            else:
                parts = [self.replace(a, by, done) for a in e.args]
                done[id(e)] = self.build(e.op, *parts, value=e.value)
        return done[id(e)]

    def build(self, op: str, *args: Expr, value: Value = None) -> Expr:
        """A node with any operator, folded."""
        if op in ("and", "or", "not", "if", "int"):
            return self._of_conditions(op, args)
        args = tuple(map(self.integer, args))
        if op in _COMPARISONS:
            return self.compare(op, *args)
        if op in ("in", "table") or not args:
            return self._folded(op, *args, value=value)
        return self.arithmetic(op, *args)

    def _of_conditions(self, op: str, args: tuple[Expr, ...]) -> Expr:
        if op == "int":
            return self.integer(args[0])
        if op == "not":
            return self.no(args[0])
        if op == "if":
            return self.choice(*args)
        return self.both(*args) if op == "and" else self.either(*args)

    def _folded(self, op: str, *args: Expr, value: Value = None) -> Expr:
        if all(a.op == "const" for a in args):
            if op == "mul" and sum(number(a).bit_length() for a in args) > MAX_BITS:
                raise OutsideSubset(f"a constant here has more than {MAX_BITS} bits", 0)
            try:
                found = evaluate(Expr(op, args, value), {})
            except ValueError:  # it has no value: keep it, so that it fails when it is reached
                return self.make(op, *args, value=value)
            truth = op in _COMPARISONS or op == "in"
            return self.truth_value(bool(found)) if truth else self.const(found)
        return self.make(op, *args, value=value)

    def arithmetic(self, op: str, *args: Expr) -> Expr:
        """``+ - * // % neg abs min max & | ^`` on integers."""
        if (line := self._linear_result(op, args)) is not None:
            return line
        if op in ("min", "max"):
            a, b = args
            if self.compare("le", a, b) == TRUE:
                return a if op == "min" else b
            if self.compare("le", b, a) == TRUE:
                return b if op == "min" else a
        if op == "abs" and (low := self.interval(args[0])[0]) is not None and low >= 0:
            return args[0]
        if op in ("add", "sub", "mul", "floordiv"):
            return self._neutral(op, *args)
        if op == "mod":
            low, high = self.interval(args[0])
            if low is not None and high is not None and low >= 0 and high < number(args[1]):
                return args[0]
        return self._folded(op, *args)

    def _neutral(self, op: str, a: Expr, b: Expr) -> Expr:
        zero, one = self.const(0), self.const(1)
        if op in ("add", "sub") and b is zero:
            return a
        if op == "add" and a is zero:
            return b
        if op == "mul" and zero in (a, b):
            return zero
        if op in ("mul", "floordiv") and b is one:
            return a
        if op == "mul" and a is one:
            return b
        return self._folded(op, a, b)

    def linear(self, e: Expr) -> Linear | None:
        """``(a, b)`` if ``e`` is ``a * step + b``, otherwise ``None``."""
        if id(e) not in self._lines:
            self._lines[id(e)] = self._linear(e)
        return self._lines[id(e)]

    def _linear(self, e: Expr) -> Linear | None:
        if e.op == "const":
            return 0, number(e)
        if e.op == "var":
            return (1, 0) if e.value == STEP else None
        if e.op not in ("add", "sub", "mul", "neg"):
            return None
        parts = [self.linear(a) for a in e.args]
        found = [p for p in parts if p is not None]
        return _combined(e.op, found) if len(found) == len(parts) else None

    def line(self, factor: int, constant: int) -> Expr:
        """``factor * step + constant``, always written in the same way."""
        if not factor:
            return self.const(constant)
        step = self.var(STEP)
        start = step if factor == 1 else self.make("mul", self.const(factor), step)
        if not constant:
            return start
        sign = "add" if constant > 0 else "sub"
        return self.make(sign, start, self.const(abs(constant)))

    def _linear_result(self, op: str, args: tuple[Expr, ...]) -> Expr | None:
        if op not in ("add", "sub", "mul", "neg"):
            return None
        parts = [self.linear(a) for a in args]
        found = [p for p in parts if p is not None]
        if len(found) < len(parts) or not any(factor for factor, _ in found):
            return None
        both = _combined(op, found)
        return self.line(*both) if both is not None else None

    def compare(self, op: str, a: Expr, b: Expr) -> Expr:
        """A comparison of integers."""
        if a is b:
            return self.truth_value(op in ("eq", "le", "ge"))
        low, high = self._difference(a, b)
        if op in ("eq", "ne"):
            if (low is not None and low > 0) or (high is not None and high < 0):
                return self.truth_value(op == "ne")
            if (inner := self._of_truth(op, a, b)) is not None:
                return inner
        elif op in ("lt", "ge"):
            if high is not None and high < 0:
                return self.truth_value(op == "lt")
            if low is not None and low >= 0:
                return self.truth_value(op == "ge")
        else:
            if low is not None and low > 0:
                return self.truth_value(op == "gt")
            if high is not None and high <= 0:
                return self.truth_value(op == "le")
        return self._folded(op, a, b)

    def _of_truth(self, op: str, a: Expr, b: Expr) -> Expr | None:
        """``int(c) == 1`` is ``c``."""
        if b.op == "const" and a.op == "int" and b.value in (0, 1):
            return a.args[0] if (b.value == 1) == (op == "eq") else self.no(a.args[0])
        if b.op == "const" and a.op == "if" and _has_constant_arms(a):
            c, yes, no = a.args
            return self.choice(c, self.compare(op, yes, b), self.compare(op, no, b))
        return None

    def _difference(self, a: Expr, b: Expr) -> Interval:
        """Bounds on ``a - b``."""
        one, other = self.linear(a), self.linear(b)
        if one is not None and other is not None:
            factor, constant = one[0] - other[0], one[1] - other[1]
            at_least = factor * self.least_step + constant
            return (
                at_least if factor >= 0 else None,
                at_least if factor <= 0 else None,
            )
        (a_low, a_high), (b_low, b_high) = self.interval(a), self.interval(b)
        return (
            a_low - b_high if a_low is not None and b_high is not None else None,
            a_high - b_low if a_high is not None and b_low is not None else None,
        )

    def interval(self, e: Expr) -> Interval:
        """Bounds on an integer; ``None`` for an unknown bound."""
        if e.op == "const":
            return number(e), number(e)
        if e.op == "var":
            if e.value == STEP:
                return self.least_step, None
            return self.ranges.get(str(e.value), (None, None))
        if e.op == "int":
            return 0, 1
        if e.op == "mod":
            k = number(e.args[1])
            return (0, k - 1) if k > 0 else (k + 1, 0)
        if e.op == "table":
            return min(e.value), max(e.value)  # type: ignore[arg-type, return-value]
        if e.op in _BIT_OPS:
            return 0, 1
        if e.op == "abs":
            return 0, None
        if self._sizes[id(e)] > 200:  # do not visit shared parts many times
            return None, None
        if e.op == "if":
            return hull(self.interval(e.args[1]), self.interval(e.args[2]))
        if e.op in ("add", "sub", "min", "max"):
            return of_both(e.op, self.interval(e.args[0]), self.interval(e.args[1]))
        return None, None

    def integer(self, e: Expr) -> Expr:
        """A truth value as 0 or 1."""
        if e.sort == "int":
            return e
        if e.op in ("true", "false"):
            return self.const(int(e.op == "true"))
        return self.make("int", e)

    def truth(self, e: Expr) -> Expr:
        """An integer as a truth value."""
        return e if e.sort == "bool" else self.compare("ne", e, self.const(0))

    def no(self, e: Expr) -> Expr:
        """Negation."""
        if e.op in ("true", "false"):
            return self.truth_value(e.op == "false")
        return e.args[0] if e.op == "not" else self.make("not", e)

    def both(self, a: Expr, b: Expr) -> Expr:
        """Conjunction."""
        return self._junction("and", TRUE, FALSE, a, b)

    def either(self, a: Expr, b: Expr) -> Expr:
        """Disjunction."""
        return self._junction("or", FALSE, TRUE, a, b)

    def _junction(self, op: str, neutral: Expr, absorbing: Expr, a: Expr, b: Expr) -> Expr:
        if absorbing in (a, b):
            return absorbing
        if self.no(b) in _parts(op, a) or self.no(a) in _parts(op, b):
            return absorbing
        if b in _parts(op, a):
            return a
        if a is neutral or a is b:
            return b
        return a if b is neutral else self.make(op, a, b)

    def choice(self, c: Expr, a: Expr, b: Expr) -> Expr:
        """``a if c else b``; a truth value if both are truth values."""
        if a is b or c is TRUE:
            return a
        if c is FALSE:
            return b
        if c.op == "not":
            return self.choice(c.args[0], b, a)
        if a.op == "if" and a.args[0] is c:
            return self.choice(c, a.args[1], b)
        if b.op == "if" and b.args[0] is c:
            return self.choice(c, a, b.args[2])
        if a.sort == b.sort == "bool":
            return self._choice_of_truths(c, a, b)
        a, b = self.integer(a), self.integer(b)
        zero, one = self.const(0), self.const(1)
        if (a, b) == (one, zero):
            return self.integer(c)
        if (a, b) == (zero, one):
            return self.integer(self.no(c))
        return self.make("if", c, a, b)

    def _choice_of_truths(self, c: Expr, a: Expr, b: Expr) -> Expr:
        if a is TRUE or a is c:
            return self.either(c, b)
        if b is FALSE or b is c:
            return self.both(c, a)
        if a is FALSE:
            return self.both(self.no(c), b)
        if b is TRUE:
            return self.either(self.no(c), a)
        if a.op == "or" and (b is a.args[0] or (b.op == "or" and b.args[0] is a.args[0])):
            rest = FALSE if b is a.args[0] else b.args[1]
            return self.either(a.args[0], self.choice(c, a.args[1], rest))
        if b.op == "or" and a is b.args[0]:
            return self.either(a, self.choice(c, FALSE, b.args[1]))
        chosen = self.make("if", c, self.integer(a), self.integer(b))
        return self.make("ne", chosen, self.const(0))

    def key(self, c: Expr) -> tuple[tuple[object, ...], bool]:
        """A key that a condition shares with its negation, and whether ``c`` is not negated."""
        if c.op == "not":
            key, holds = self.key(c.args[0])
            return key, not holds
        if c.op in ("eq", "ne"):
            a, b = sorted(map(id, c.args))
            return ("eq", a, b), c.op == "eq"
        if c.op in ("lt", "ge"):
            return ("lt", id(c.args[0]), id(c.args[1])), c.op == "lt"
        if c.op in ("gt", "le"):
            return ("lt", id(c.args[1]), id(c.args[0])), c.op == "gt"
        return (id(c),), True


def number(e: Expr) -> int:
    """The integer value of a constant."""
    assert isinstance(e.value, int)
    return e.value


def _parts(op: str, e: Expr) -> list[Expr]:
    """The first few parts of a conjunction or disjunction."""
    found: list[Expr] = []
    todo = [e]
    while todo and len(found) < 8:
        e = todo.pop()
        if e.op == op:
            todo += e.args
        else:
            found.append(e)
    return found


def _has_constant_arms(e: Expr) -> bool:
    return all(a.op == "const" or (a.op == "if" and _has_constant_arms(a)) or a.op == "var"
               for a in e.args[1:])  # fmt: skip


def _combined(op: str, parts: list[Linear]) -> Linear | None:
    if op == "neg":
        return -parts[0][0], -parts[0][1]
    (a, b), (c, d) = parts
    if op == "mul":
        if a and c:
            return None
        return (a * d, b * d) if a else (c * b, d * b)
    sign = 1 if op == "add" else -1
    return a + sign * c, b + sign * d
