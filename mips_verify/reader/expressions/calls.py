"""Calls: functions of the file, lambdas, classes, methods, and built-in functions."""

from __future__ import annotations

import ast
from typing import Final

from mips_verify.kernel.expr import Expr
from mips_verify.reader.expressions.comprehensions import Comprehensions
from mips_verify.reader.expressions.container_methods import call_method
from mips_verify.reader.expressions.python_builtins import call_builtin
from mips_verify.reader.source.function_syntax import (
    demand_known,
    is_generator,
    local_names,
    parameters,
)
from mips_verify.reader.symbols.values import (
    NEVER,
    UNBOUND,
    Builtin,
    Class,
    Frame,
    Function,
    Generated,
    Instance,
    Ref,
    Value,
)

MAX_DEPTH: Final = 40
RETURNED: Final = "return "  # contains a space, which no name does


class Calls(Comprehensions):
    """Evaluates calls; each call of a function has its own frame."""

    def call(self, function: Value, arguments: list[Value], node: ast.Call) -> Value:
        """The result of a call.

        Raises:
            OutsideSubset: the function is not known.
        """
        named = {}
        for k in node.keywords:
            if k.arg is None:
                raise self.refuse("'**' is outside the subset")
            named[k.arg] = self.value(k.value)
        self.where = node
        if isinstance(function, Builtin):
            if function.name.startswith("."):
                if named:
                    raise self.refuse("arguments by name are outside the subset here")
                return call_method(self, function.owner, function.name[1:], arguments)
            return call_builtin(self, function.name, arguments, named)
        if isinstance(function, Class):
            return self._new(function, arguments, named)
        if isinstance(function, Function):
            return self.call_function(function, [*map(self.plain, arguments)], named)
        if function is None or isinstance(function, Expr | str | tuple):
            self.fail()  # TypeError: it is not callable
            return NEVER
        raise self.refuse("what is called here is not known")

    def _new(self, cls: Class, arguments: list[Value], named: dict[str, Value]) -> Value:
        arguments = [*map(self.plain, arguments)]
        ref = self.allocate(Instance(cls))
        method = cls.find("__init__")
        if isinstance(method, ast.FunctionDef):
            function = Function(method, cls.frame, self.defaults_of(method), ref)
            if self.call_function(function, arguments, named) is not None:
                raise self.refuse("'__init__' returns a value")
        elif arguments or named:
            self.fail()  # TypeError
            return NEVER
        return ref

    def call_function(self, f: Function, arguments: list[Value], named: dict[str, Value]) -> Value:
        """Execute a function's body in a new frame."""
        if len(self.active) >= MAX_DEPTH:
            raise self.refuse("functions call each other too deeply")
        node = f.node
        demand_known(node)
        values = self._by_parameter(f, arguments, named)
        if values is None:
            self.fail()  # TypeError: the arguments do not fit
            return NEVER
        frame = Frame(self.fresh("frame"), frozenset(local_names(node)), f.frame)
        for name in frame.names:
            self.state.store[(*frame.address, name)] = values.get(name, UNBOUND)
        outer, where, active = self.frame, self.where, self.active
        self.frame = frame
        self.active = (*active, getattr(where, "lineno", 0), getattr(where, "col_offset", 0))
        try:
            return self._body(node, frame)
        finally:
            self.frame, self.where, self.active = outer, where, active

    def _body(self, node: ast.FunctionDef | ast.Lambda, frame: Frame) -> Value:
        if isinstance(node, ast.Lambda):
            return self.value(node.body)
        if not is_generator(node):
            return self.run_function(node.body, frame)
        address = self.fresh("object")
        yielded = self.new_list(address, ())
        assert isinstance(yielded, Ref)
        self.state.store[(*frame.address, "yield ")] = yielded
        if self.run_function(node.body, frame) is not None:
            raise self.refuse("a generator returns a value")
        return Generated(yielded)

    def run_function(self, body: list[ast.stmt], frame: Frame) -> Value:
        """The return value of a function's statements; defined in the class of statements."""
        raise NotImplementedError

    def _by_parameter(
        self, f: Function, arguments: list[Value], named: dict[str, Value]
    ) -> dict[str, Value] | None:
        """The value of each parameter, or ``None`` if Python raises a TypeError."""
        names = parameters(f.node)
        given = [f.myself, *arguments] if f.myself is not None else arguments
        if len(given) > len(names):
            return None
        values = dict(zip(names, given, strict=False))
        positional = {p.arg for p in f.node.args.posonlyargs}
        for name, v in named.items():
            if name not in names or name in values or name in positional:
                return None
            values[name] = self.plain(v)
        if f.defaults:
            for name, v in zip(names[-len(f.defaults) :], f.defaults, strict=True):
                values.setdefault(name, v)
        return values if len(values) == len(names) else None
