"""The parser of expression texts: uses Python's own parser and evaluates nothing."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Collection, Mapping
from typing import Final

from mips_verify.errors import ExpressionError
from mips_verify.kernel.expr import FALSE, TRUE, Expr, apply, const, convert, negate, var

Call = Callable[[list[ast.expr]], Expr]
MAX_TEXT: Final = 100_000

_BIN_OPS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.BitAnd: "bitand",
    ast.BitXor: "bitxor",
    ast.BitOr: "bitor",
}
_COMPARE: Final[dict[type[ast.AST], str]] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}
_ARITY: Final = {"abs": (1, 1), "min": (2, 99), "max": (2, 99), "int": (1, 1)}
LANGUAGE: Final = (
    "integers, names, + - *, // and % by a constant, comparisons, and or not, "
    "a if c else b, abs min max int, ^ & | on bits, x in (0, 1, 4), (3, 1, 2)[x]"
)


def parse(
    text: str,
    known: Collection[str] | None = None,
    calls: Mapping[str, Call] | None = None,
) -> Expr:
    """Read one expression.

    Args:
        text: the expression, at most 100,000 characters.
        known: the names that the text may use; ``None`` allows all.
        calls: further functions by name; each turns the arguments of a call into an expression.

    Raises:
        ExpressionError: text outside the language, with the column (from 1).
    """
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"an expression has at most {MAX_TEXT} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        message = f"not an expression ({error.msg})"
        raise ExpressionError(message, text=text, column=error.offset) from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionError("not an expression (nested too deeply)", text=text[:60]) from None
    try:
        return Reader(text.strip(), known, calls or {}).read(tree.body)
    except RecursionError:
        raise ExpressionError("nested too deeply", text=text[:60]) from None


class Reader:
    """Turns Python syntax nodes into expressions; use one reader per text."""

    def __init__(self, text: str, known: Collection[str] | None, calls: Mapping[str, Call]) -> None:
        self.text = text
        self.known = known
        self.calls = calls

    def fail(self, node: ast.AST, message: str) -> ExpressionError:
        """The error for ``node``, with its column."""
        column = getattr(node, "col_offset", 0) + 1
        return ExpressionError(message, text=self.text, column=column)

    def read(self, node: ast.expr) -> Expr:
        """Turn a syntax node into an expression."""
        method = getattr(self, f"_{type(node).__name__}", None)
        if method is None:
            what = type(node).__name__
            raise self.fail(node, f"{what} is not in the language, which has {LANGUAGE};")
        result: Expr = method(node)
        return result

    def _build(self, node: ast.AST, op: str, *args: Expr, value: object = None) -> Expr:
        try:
            return apply(op, *args, value=value)  # type: ignore[arg-type]
        except TypeError as error:
            raise self.fail(node, str(error)) from None

    def _Constant(self, node: ast.Constant) -> Expr:
        if isinstance(node.value, bool):
            return TRUE if node.value else FALSE
        if isinstance(node.value, int):
            return const(node.value)
        raise self.fail(node, f"{node.value!r} is not an integer")

    def _Name(self, node: ast.Name) -> Expr:
        if self.known is not None and node.id not in self.known:
            near = difflib.get_close_matches(node.id, list(self.known), n=3, cutoff=0.5)
            names = near or sorted(self.known)
            hint = f"; did you mean {' or '.join(names)}?" if names else ""
            raise self.fail(node, f"unknown name '{node.id}'{hint}")
        return var(node.id)

    def _UnaryOp(self, node: ast.UnaryOp) -> Expr:
        operand = self.read(node.operand)
        if isinstance(node.op, ast.Not):
            return negate(convert(operand, "bool"))
        if isinstance(node.op, ast.USub):
            if operand.op == "const":
                return const(-operand.value)  # type: ignore[operator]
            return self._build(node, "neg", operand)
        if isinstance(node.op, ast.UAdd):
            return convert(operand, "int")
        raise self.fail(node, "'~' is not in the language; write 1 - x for a bit x")

    def _BinOp(self, node: ast.BinOp) -> Expr:
        op = _BIN_OPS.get(type(node.op))
        if op is None:
            symbol = type(node.op).__name__
            raise self.fail(node, f"operator {symbol} is not in the language ({LANGUAGE})")
        right = self.read(node.right)
        if op in ("floordiv", "mod"):
            if right.op != "const":
                raise self.fail(node.right, "the divisor of // and % must be a constant")
            if right.value == 0:
                raise self.fail(node.right, "division by zero: the divisor is 0")
        return self._build(node, op, self.read(node.left), right)

    def _BoolOp(self, node: ast.BoolOp) -> Expr:
        op = "and" if isinstance(node.op, ast.And) else "or"
        parts = [self.read(v) for v in node.values]
        if any(p.sort == "int" for p in parts):
            # Python's `a and b` returns one of its operands, not a truth value
            raise self.fail(node, f"'{op}' takes conditions; compare integers, as in x != 0")
        result = parts[0]
        for p in parts[1:]:
            result = self._build(node, op, result, p)
        return result

    def _Compare(self, node: ast.Compare) -> Expr:
        result: Expr | None = None
        left = node.left
        for kind, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(kind, (ast.In, ast.NotIn)):
                part = self._build(node, "in", self.read(left), value=self._ints(right))
                part = negate(part) if isinstance(kind, ast.NotIn) else part
            elif type(kind) in _COMPARE:
                part = self._build(node, _COMPARE[type(kind)], self.read(left), self.read(right))
            else:
                raise self.fail(node, "'is' is not in the language; write ==")
            result = part if result is None else self._build(node, "and", result, part)
            left = right
        assert result is not None
        return result

    def _IfExp(self, node: ast.IfExp) -> Expr:
        test, then, other = map(self.read, (node.test, node.body, node.orelse))
        return self._build(node, "if", test, then, other)

    def _Subscript(self, node: ast.Subscript) -> Expr:
        entries = self._ints(node.value)
        return self._build(node, "table", self.read(node.slice), value=entries)

    def _Call(self, node: ast.Call) -> Expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.fail(node, f"{name}() takes plain arguments only")
        if name in self.calls:
            try:
                return self.calls[name](node.args)
            except ValueError as error:
                raise self.fail(node, str(error)) from None
        if name not in _ARITY:
            known = ", ".join([*_ARITY, *self.calls])
            raise self.fail(node, f"unknown function '{name}'; there are {known}")
        least, most = _ARITY[name]
        if not least <= len(node.args) <= most:
            wants = str(least) if least == most else f"at least {least}"
            raise self.fail(node, f"{name}() takes {wants} argument(s), not {len(node.args)}")
        args = [self.read(a) for a in node.args]
        if name == "int":
            return convert(args[0], "int")
        if name == "abs":
            return self._build(node, "abs", args[0])
        result = args[0]
        for a in args[1:]:
            result = self._build(node, name, result, a)
        return result

    def _ints(self, node: ast.expr) -> tuple[int, ...]:
        """A literal tuple, list or set of integers."""
        if not isinstance(node, (ast.Tuple, ast.List, ast.Set)) or not node.elts:
            raise self.fail(node, "a non-empty tuple of integers is needed here, as in (0, 1, 4)")
        entries = [self.read(e) for e in node.elts]
        if any(e.op != "const" for e in entries):
            raise self.fail(node, "the entries of a table or a set must be integers")
        return tuple(int(e.value) for e in entries)  # type: ignore[arg-type]
