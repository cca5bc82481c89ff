"""Definitions of functions and classes."""

from __future__ import annotations

import ast
from typing import Final

from mips_verify.reader.expressions.calls import Calls
from mips_verify.reader.source.annotations import demand_harmless
from mips_verify.reader.symbols.values import Class, Frame, Function, Ref, Value

_SPECIAL: Final = frozenset({"__init__"})


class Definitions(Calls):
    """Executes definitions.

    Attributes:
        annotations_run: whether Python evaluates the annotations of this file.
    """

    annotations_run = True

    def _do_FunctionDef(self, s: ast.FunctionDef) -> None:
        if s.decorator_list or getattr(s, "type_params", None):
            raise self.refuse(f"'{s.name}' has a decorator or type parameters")
        self._check_annotations(s)
        function = Function(s, self.frame, self.defaults_of(s))
        self.bind(ast.Name(s.name, ast.Store()), function)

    def _check_annotations(self, s: ast.FunctionDef) -> None:
        a = s.args
        every = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
        for node in (s.returns, *(p.annotation for p in every if p is not None)):
            if node is not None and self.annotations_run:
                frame: Frame | None = self.frame
                bound: frozenset[str] = frozenset()
                while frame is not None:
                    bound, frame = bound | frame.names, frame.parent
                demand_harmless(node, bound)

    def _do_ClassDef(self, s: ast.ClassDef) -> None:
        plain_base = all(isinstance(b, ast.Name) and b.id == "object" for b in s.bases)
        if not plain_base or s.keywords or s.decorator_list or getattr(s, "type_params", None):
            raise self.refuse(f"the class '{s.name}' has bases, keywords or a decorator")
        methods: dict[str, ast.FunctionDef] = {}
        constants: dict[str, Value] = {}
        for part in s.body:
            self.at(part)
            if isinstance(part, ast.FunctionDef):
                self._demand_other_names(part, {*methods, *constants})
                if part.decorator_list or (
                    part.name.startswith("__") and part.name not in _SPECIAL
                ):
                    raise self.refuse(f"the class '{s.name}' has more than plain methods")
                self._check_annotations(part)
                self.defaults_of(part)
                methods[part.name] = part
            elif isinstance(part, ast.Assign | ast.AnnAssign):
                constants |= self._class_constant(part, {*methods, *constants})
            elif not isinstance(part, ast.Pass) and not (
                isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
            ):
                raise self.refuse(f"the class '{s.name}' has more than plain methods")
        if set(methods) & set(constants):
            raise self.refuse(f"the class '{s.name}' has one name for two things")
        cls = Class(s.name, self.frame, tuple(methods.items()), tuple(constants.items()))
        self.bind(ast.Name(s.name, ast.Store()), cls)

    def _demand_other_names(self, method: ast.FunctionDef, own: set[str]) -> None:
        """Refuse annotations with names of the class; Python evaluates them inside the class."""
        a = method.args
        every = [method.returns, *(p.annotation for p in (*a.posonlyargs, *a.args))]
        nodes = (n for e in every if e is not None for n in ast.walk(e))
        if any(isinstance(n, ast.Name) and n.id in own for n in nodes):
            raise self.refuse("an annotation uses a name of the class")

    def _class_constant(self, s: ast.Assign | ast.AnnAssign, own: set[str]) -> dict[str, Value]:
        if any(isinstance(n, ast.Name) and n.id in own for n in ast.walk(s)):
            raise self.refuse("a constant of a class is used in the class itself")
        targets = s.targets if isinstance(s, ast.Assign) else [s.target]
        if isinstance(s, ast.AnnAssign):
            if self.annotations_run:
                demand_harmless(s.annotation, self.frame.names)
            if s.value is None:
                return {}
        if any(isinstance(n, ast.Lambda | ast.NamedExpr) for n in ast.walk(s)):
            raise self.refuse("a constant of a class must be a plain value")
        assert s.value is not None
        v = self.plain(self.value(s.value))
        if not all(isinstance(t, ast.Name) for t in targets):
            raise self.refuse("a constant of a class must have a plain name")
        if isinstance(v, Ref):
            self.frozen.add(v.address)
        return {t.id: v for t in targets if isinstance(t, ast.Name)}
