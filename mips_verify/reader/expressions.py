"""Expressions inside a program: the language of task files, with Python's names and tables."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from mips_verify.expr import Expr, apply, const, convert, negate
from mips_verify.parse import Reader
from mips_verify.reader.outside import OutsideSubset
from mips_verify.reader.values import Context, Frame, Scope, Table, choose, fold

Inline = Callable[[ast.FunctionDef, list[Expr], Frame, ast.AST], Expr]

_BUILTIN: Final = frozenset({"abs", "min", "max", "int"})
_OPERATORS: Final[dict[type[ast.AST], str]] = {
    ast.Div: "'/' gives a float; only '//' by a constant stays within the integers",
    ast.Pow: "'**' is outside the subset; multiply instead",
    ast.LShift: "'<<' is outside the subset; multiply by a constant instead",
    ast.RShift: "'>>' is outside the subset; use '//' by a constant instead",
    ast.MatMult: "'@' is outside the subset",
}
_EXPRESSIONS: Final[dict[type[ast.AST], str]] = {
    ast.List: "a list cannot be part of the state; only integers can",
    ast.Tuple: "a tuple cannot be part of the state; only integers can",
    ast.Dict: "a dictionary is outside the subset",
    ast.Set: "a set is outside the subset, except on the right of 'in'",
    ast.ListComp: "a comprehension inside a step is outside the subset",
    ast.SetComp: "a comprehension inside a step is outside the subset",
    ast.DictComp: "a comprehension inside a step is outside the subset",
    ast.GeneratorExp: "a generator inside a step is outside the subset",
    ast.Lambda: "a lambda is outside the subset",
    ast.NamedExpr: "':=' is outside the subset; assign in a statement of its own",
    ast.Await: "await is outside the subset",
    ast.Yield: "a yield inside an expression is outside the subset",
    ast.YieldFrom: "'yield from' is outside the subset",
    ast.JoinedStr: "text is outside the subset",
    ast.Starred: "'*' unpacking is outside the subset",
    ast.Slice: "a slice is outside the subset",
}


class ProgramReader(Reader):
    """Reads the expressions of one function on one path.

    Errors are :class:`OutsideSubset` with the line; nothing is read that could mean
    something else in Python.
    """

    def __init__(self, context: Context, scope: Scope, frame: Frame, inline: Inline) -> None:
        super().__init__("", None, {})
        self.context = context
        self.scope = scope
        self.frame = frame
        self.inline = inline

    def fail(self, node: ast.AST, message: str) -> OutsideSubset:  # type: ignore[override]
        """The error for ``node``, with its line."""
        return OutsideSubset(message, node)

    def read(self, node: ast.expr) -> Expr:
        """The expression of a node."""
        if type(node) in _EXPRESSIONS:
            raise self.fail(node, _EXPRESSIONS[type(node)])
        return super().read(node)

    def _Name(self, node: ast.Name) -> Expr:
        name = node.id
        if name.startswith("__"):
            raise self.fail(node, f"the name '{name}' may mean another one inside a class")
        if self._table_of(name) is not None:
            raise self.fail(node, f"the table '{name}' is only read as {name}[i] or 'x in {name}'")
        if name in self.scope.closed:
            raise self.fail(node, f"'{name}' is {self.scope.closed[name]} and not an integer")
        if name in self.frame.env or name in self.scope.local:
            return self._known(node, name, f"'{name}'")
        if name in self.context.module.constants:
            return self.context.module.constants[name]
        if name in self.context.module.names:
            raise self.fail(node, f"'{name}' of the top level is not an integer constant")
        raise self.fail(node, f"'{name}' is not an integer of this program")

    def _known(self, node: ast.AST, key: str, shown: str) -> Expr:
        value = self.frame.env.get(key)
        if value is None:
            raise self.fail(node, f"{shown} may be read before it has a value")
        return value

    def _Attribute(self, node: ast.Attribute) -> Expr:
        if isinstance(node.value, ast.Name) and node.value.id == self.scope.myself:
            shown = f"{node.value.id}.{node.attr}"
            return self._known(node, f".{node.attr}", shown)
        raise self.fail(node, f"the attribute '.{node.attr}' is outside the subset")

    def _BinOp(self, node: ast.BinOp) -> Expr:
        if type(node.op) in _OPERATORS:
            raise self.fail(node, _OPERATORS[type(node.op)])
        left, right = self.read(node.left), self.read(node.right)
        if isinstance(node.op, (ast.FloorDiv, ast.Mod)):
            return self._divide(node, left, right)
        if isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor)):
            return self._bitwise(node, left, right)
        op = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul"}[type(node.op)]
        return self._build(node, op, left, right)

    def _divide(self, node: ast.BinOp, left: Expr, right: Expr) -> Expr:
        divisor = fold(convert(right, "int"))
        if divisor is None:
            raise self.fail(node, "the divisor of // and % must be a constant")
        if divisor.value == 0:
            raise self.fail(node, "division by zero: the divisor is 0")
        op = "floordiv" if isinstance(node.op, ast.FloorDiv) else "mod"
        return self._build(node, op, left, divisor)

    def _bitwise(self, node: ast.BinOp, left: Expr, right: Expr) -> Expr:
        if isinstance(node.op, ast.BitAnd):
            for a, b in ((left, right), (right, left)):
                # exact for every integer, unlike the bit operation of machines
                if b.op == "const" and _is_mask(int(b.value)):  # type: ignore[arg-type]
                    return self._build(node, "mod", a, const(int(b.value) + 1))  # type: ignore[arg-type]
        if any(e.op == "const" and e.value not in (0, 1) for e in (left, right)):
            raise self.fail(node, "& | ^ take bits; of other constants only x & (2**k - 1) is read")
        names = {ast.BitAnd: "bitand", ast.BitOr: "bitor", ast.BitXor: "bitxor"}
        return self._build(node, names[type(node.op)], left, right)

    def truth(self, node: ast.expr) -> Expr:
        """The truth value of a node where only that counts, as in a test."""
        if isinstance(node, ast.BoolOp):
            return self._connect(node, self.truth)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return negate(self.truth(node.operand))
        return convert(self.read(node), "bool")

    def _UnaryOp(self, node: ast.UnaryOp) -> Expr:
        return self.truth(node) if isinstance(node.op, ast.Not) else super()._UnaryOp(node)

    def _BoolOp(self, node: ast.BoolOp) -> Expr:
        def condition(v: ast.expr) -> Expr:
            part = self.read(v)
            if part.sort == "int":
                # Python's `a and b` gives an operand back, not a truth value
                raise self.fail(v, "'and' and 'or' take conditions here; write x != 0")
            return part

        return self._connect(node, condition)

    def _connect(self, node: ast.BoolOp, read: Callable[[ast.expr], Expr]) -> Expr:
        """Conjunction or disjunction; each part is on the path where Python computes it."""
        both = isinstance(node.op, ast.And)
        outer = self.frame.path
        result: Expr | None = None
        try:
            for v in node.values:
                part = read(v)
                self.frame.path = (*self.frame.path, (part, both))
                op = "and" if both else "or"
                result = part if result is None else self._build(node, op, result, part)
        finally:
            self.frame.path = outer
        assert result is not None
        return result

    def _Compare(self, node: ast.Compare) -> Expr:
        """A chain stops at the first comparison that does not hold, as Python's does."""
        outer = self.frame.path
        left, result = node.left, None
        try:
            for kind, right in zip(node.ops, node.comparators, strict=True):
                pair = ast.copy_location(ast.Compare(left, [kind], [right]), node)
                part = super()._Compare(pair)
                result = part if result is None else self._build(node, "and", result, part)
                self.frame.path = (*self.frame.path, (part, True))
                left = right
        finally:
            self.frame.path = outer
        assert result is not None
        return result

    def _IfExp(self, node: ast.IfExp) -> Expr:
        condition = self.truth(node.test)
        outer = self.frame.path
        try:
            self.frame.path = (*outer, (condition, True))
            yes = self.read(node.body)
            self.frame.path = (*outer, (condition, False))
            no = self.read(node.orelse)
        finally:
            self.frame.path = outer
        return choose(condition, yes, no)

    def _Subscript(self, node: ast.Subscript) -> Expr:
        table = self._table(node.value)
        if not table.indexed:
            raise self.fail(node, "a set has no index")
        index = convert(self.read(node.slice), "int")
        if not _never_negative(index):  # Python counts negative indices from the end
            from_end = apply("add", index, const(len(table.entries)))
            index = choose(apply("ge", index, const(0)), index, from_end)
        return self._build(node, "table", index, value=table.entries)

    def _ints(self, node: ast.expr) -> tuple[int, ...]:
        return self._table(node).entries

    def _table(self, node: ast.expr) -> Table:
        if isinstance(node, ast.Name):
            table = self._table_of(node.id)
            if table is not None:
                return table
            raise self.fail(node, f"'{node.id}' is not a constant tuple of integers")
        if not isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            raise self.fail(node, "only a constant tuple of integers has an index or members here")
        return Table(super()._ints(node), not isinstance(node, ast.Set))

    def _table_of(self, name: str) -> Table | None:
        if name in self.scope.tables:
            return self.scope.tables[name]
        hidden = name in self.scope.local or name in self.frame.env
        return None if hidden else self.context.module.tables.get(name)

    def _Call(self, node: ast.Call) -> Expr:
        if not isinstance(node.func, ast.Name):
            raise self.fail(node, f"the call of '{_shown(node.func)}' is outside the subset")
        name = node.func.id
        if name.startswith("__"):
            raise self.fail(node, f"the name '{name}' may mean another one inside a class")
        if name in self.scope.local or name in self.frame.env:
            raise self.fail(node, f"'{name}' is a variable of this function, so not called here")
        if name in self.context.module.functions:
            return self._helper(node, self.context.module.functions[name])
        if name in self.context.module.names:
            raise self.fail(node, f"'{name}' is bound at the top level, so not Python's own")
        if name not in _BUILTIN:
            raise self.fail(node, f"the call of '{name}' is outside the subset")
        return super()._Call(node)

    def _helper(self, node: ast.Call, function: ast.FunctionDef) -> Expr:
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.fail(node, f"{function.name}() takes plain arguments only")
        arguments = []
        for a in node.args:
            arguments.append(self.context.computed(self.read(a), self.frame.path, a))
        return self.inline(function, arguments, self.frame, node)


def _shown(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _is_mask(value: int) -> bool:
    return value >= 0 and value & (value + 1) == 0


def _never_negative(e: Expr) -> bool:
    if e.op == "const":
        return int(e.value) >= 0  # type: ignore[arg-type]
    if e.op == "mod":
        return int(e.args[1].value) > 0  # type: ignore[arg-type]
    if e.op == "table":
        return isinstance(e.value, tuple) and min(e.value) >= 0
    if e.op in ("add", "mul", "min"):
        return all(map(_never_negative, e.args))
    if e.op == "max":
        return any(map(_never_negative, e.args))
    if e.op == "if":
        return all(map(_never_negative, e.args[1:]))
    return e.op in ("abs", "int", "bitand", "bitor", "bitxor")
