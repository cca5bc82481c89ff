"""Statements, executed symbolically on all paths at once."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final

from mips_verify.expr import Expr
from mips_verify.reader.expressions import ProgramReader
from mips_verify.reader.outside import OutsideSubset
from mips_verify.reader.survey import demand_plain, parameters, scope_of
from mips_verify.reader.values import Context, Frame, Scope

Tree = Expr | tuple["Tree", ...]  # the value of a tuple is the tuple of its values

_STATEMENTS: Final[dict[type[ast.AST], str]] = {
    ast.While: "a while loop is outside the subset; there is one 'for' over the inputs",
    ast.For: "a loop inside the loop is outside the subset",
    ast.Break: "'break' leaves the rest of the sequence without outputs",
    ast.Return: "a return here leaves the rest of the sequence without outputs",
    ast.Assert: "an assert may stop the program",
    ast.Raise: "a raise stops the program",
}


class Interpreter:
    """Executes the statements of one function.

    Args:
        context: shared by all functions of a file.
        scope: the function's names.
        may_return: whether ``return`` ends a path; in the body of a loop it may not.
    """

    def __init__(self, context: Context, scope: Scope, *, may_return: bool) -> None:
        self.context = context
        self.scope = scope
        self.may_return = may_return

    def run(self, body: Sequence[ast.stmt], frame: Frame) -> None:
        """Execute statements in order, changing ``frame``.

        Raises:
            OutsideSubset: a statement that cannot be read.
        """
        for i, s in enumerate(body):
            if frame.done:
                return
            self.context.count_step(s)
            if isinstance(s, ast.If):
                rest = body[i + 1 :] if _may_end(s) else None
                self._branch(s, rest, frame)
                if rest is not None:
                    return
            else:
                self._simple(s, frame)

    def value(self, node: ast.expr, frame: Frame) -> Expr:
        """The value of an expression that is computed here."""
        reader = ProgramReader(self.context, self.scope, frame, self._inline)
        return self.context.computed(reader.read(node), frame.path, node)

    def outputs(self, node: ast.expr, frame: Frame) -> tuple[Expr, ...]:
        """The integers of one output, which is an integer or a tuple of them."""
        entries = node.elts if isinstance(node, ast.Tuple) else [node]
        if not entries:
            raise OutsideSubset("an empty tuple is no output", node)
        return tuple(self.value(e, frame) for e in entries)

    def _branch(self, s: ast.If, rest: Sequence[ast.stmt] | None, frame: Frame) -> None:
        """Execute both branches; where one may end its path, each with what follows."""
        reader = ProgramReader(self.context, self.scope, frame, self._inline)
        condition = self.context.computed(reader.truth(s.test), frame.path, s.test)
        yes, no = frame.fork(condition, True), frame.fork(condition, False)
        self.run([*s.body, *(rest or ())], yes)
        self.run([*s.orelse, *(rest or ())], no)
        frame.join(condition, yes, no, s)

    def _simple(self, s: ast.stmt, frame: Frame) -> None:
        if isinstance(s, ast.Assign):
            value = self._tree(s.value, frame)
            for target in s.targets:  # from left to right, as Python does
                self._bind(target, value, frame)
        elif isinstance(s, ast.AnnAssign):
            if s.value is not None:
                self._bind(s.target, self._tree(s.value, frame), frame)
        elif isinstance(s, ast.AugAssign):
            self._augmented(s, frame)
        elif isinstance(s, ast.Expr):
            self._expression_statement(s, frame)
        elif isinstance(s, ast.Continue) and not self.may_return:
            frame.done = True
        elif isinstance(s, ast.Return) and self.may_return:
            if s.value is None:
                raise OutsideSubset("this return gives no value", s)
            frame.returned = self.outputs(s.value, frame)
            frame.done = True
        elif not isinstance(s, ast.Pass):
            what = f"{type(s).__name__} is outside the subset"
            raise OutsideSubset(_STATEMENTS.get(type(s), what), s)

    def _tree(self, node: ast.expr, frame: Frame) -> Tree:
        if isinstance(node, ast.Tuple):
            return tuple(self._tree(e, frame) for e in node.elts)
        return self.value(node, frame)

    def _bind(self, target: ast.expr, value: Tree, frame: Frame) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            if not isinstance(value, tuple) or len(value) != len(target.elts):
                raise OutsideSubset("the sides of this assignment do not match one to one", target)
            for t, v in zip(target.elts, value, strict=True):
                self._bind(t, v, frame)
            return
        key = self._key(target)
        if isinstance(value, tuple):
            raise OutsideSubset("a tuple cannot be part of the state; only integers can", target)
        frame.env[key] = value

    def _key(self, target: ast.expr) -> str:
        if isinstance(target, ast.Name):
            if target.id in self.scope.closed:
                what = self.scope.closed[target.id]
                raise OutsideSubset(f"'{target.id}' is {what} and may not change", target)
            return target.id
        if (
            isinstance(target, ast.Attribute)
            and isinstance(target.value, ast.Name)
            and target.value.id == self.scope.myself
        ):
            return f".{target.attr}"
        raise OutsideSubset(
            f"'{ast.unparse(target)}' cannot be assigned to; the state is integers in variables",
            target,
        )

    def _augmented(self, s: ast.AugAssign, frame: Frame) -> None:
        key = self._key(s.target)
        if isinstance(s.target, ast.Name):
            load: ast.expr = ast.Name(s.target.id, ast.Load())
        else:
            assert isinstance(s.target, ast.Attribute)
            load = ast.Attribute(s.target.value, s.target.attr, ast.Load())
        operation = ast.BinOp(ast.copy_location(load, s.target), s.op, s.value)
        frame.env[key] = self.value(ast.copy_location(operation, s), frame)

    def _expression_statement(self, s: ast.Expr, frame: Frame) -> None:
        node = s.value
        if isinstance(node, ast.Constant):
            return  # a docstring, or ...
        if isinstance(node, ast.Yield) and self.scope.result is None and not self.may_return:
            self._emit(node, node.value, frame)
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == self.scope.result:
                if node.func.attr != "append" or len(node.args) != 1 or node.keywords:
                    raise OutsideSubset("the result list takes append(value) only", s)
                self._emit(node, node.args[0], frame)
                return
        raise OutsideSubset(f"'{ast.unparse(node)[:40]}' has no place as a statement", s)

    def _emit(self, where: ast.expr, node: ast.expr | None, frame: Frame) -> None:
        if frame.emitted is not None:
            raise OutsideSubset("a second output for the same input", where)
        if node is None:
            raise OutsideSubset("this yield gives no value", where)
        frame.emitted = self.outputs(node, frame)

    def _inline(
        self, function: ast.FunctionDef, arguments: list[Expr], frame: Frame, where: ast.AST
    ) -> Expr:
        """The value that a helper function returns."""
        name = function.name
        demand_plain(function)
        params = parameters(function)
        if len(params) != len(arguments):
            raise OutsideSubset(f"{name}() takes {len(params)} arguments", where)
        if name in self.context.active:
            raise OutsideSubset(f"{name}() calls itself", where)
        inner = Frame(dict(zip(params, arguments, strict=True)), frame.path)
        self.context.active.append(name)
        Interpreter(self.context, scope_of(function), may_return=True).run(function.body, inner)
        self.context.active.pop()
        if inner.returned is None or len(inner.returned) != 1:
            raise OutsideSubset(f"{name}() does not return one integer", function)
        return inner.returned[0]


def _may_end(s: ast.If) -> bool:
    """Whether a path through this statement may not reach the next one."""
    return any(isinstance(n, (ast.Continue, ast.Return)) for n in ast.walk(s))
