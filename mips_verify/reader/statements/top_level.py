"""The top level of a file, which is executed before its program is called."""

from __future__ import annotations

import ast
import importlib
from typing import Final

from mips_verify.reader.source.entry import bound_names
from mips_verify.reader.source.outside_subset import OutsideSubset
from mips_verify.reader.source.syntax_tree import is_main
from mips_verify.reader.statements.statements import NORMAL, Statements
from mips_verify.reader.symbols.values import UNBOUND, Builtin, Frame, Poison

# importing these only binds names; another import might change what names mean
_IMPORTS: Final = frozenset(
    {"typing", "collections", "collections.abc", "itertools", "functools", "math", "operator",
     "dataclasses", "sys", "argparse", "json", "random"}
)  # fmt: skip
_TYPES: Final = frozenset({"typing", "collections.abc"})
_IMPORTED: Final = Poison("is imported, and what it does is not known here")
MODULE: Final = ("module",)


def run_module(run: Statements, tree: ast.Module) -> Frame:
    """Execute the top level, whose objects must not change afterwards.

    Raises:
        OutsideSubset: a statement may have effects, or raises an exception.
    """
    body = [s for s in tree.body if not is_main(s)]
    names = [name for s in body for name in bound_names(s)]
    marks = [f"import {a.name}" for s in body for a in _type_imports(s)
             if names.count(a.name) == 1]  # fmt: skip
    frame = Frame(MODULE, frozenset([*names, *marks]))
    run.frame, run.demonstrations = frame, []
    run.annotations_run = not any(_is_future(s) for s in body)
    for name in frame.names:
        run.state.store[(*MODULE, name)] = UNBOUND
    for s in body:
        run.at(s)
        if run.demonstrations and set(bound_names(s)) & _read_in_functions(body):
            raise run.refuse(
                "the program is called on an example before all that it reads is defined"
            )
        if isinstance(s, ast.Import | ast.ImportFrom):
            _import(run, s)
        elif set(ends := run.block([s])) != {NORMAL}:
            raise run.refuse("this is outside a function and a loop")
        else:
            run.state = ends[NORMAL][1]
        if run.state.raised.op != "false":
            raise OutsideSubset("the file cannot be loaded: this raises an exception", s)
    run.frozen |= set(run.state.store)
    return frame


def _read_in_functions(body: list[ast.stmt]) -> set[str]:
    """Names that functions and classes of a file mention."""
    homes = [s for s in body if isinstance(s, ast.FunctionDef | ast.ClassDef)]
    return {n.id for s in homes for n in ast.walk(s) if isinstance(n, ast.Name)}


def _is_future(s: ast.stmt) -> bool:
    return isinstance(s, ast.ImportFrom) and s.module == "__future__" and any(
        a.name == "annotations" for a in s.names
    )  # fmt: skip


def _type_imports(s: ast.stmt) -> list[ast.alias]:
    if isinstance(s, ast.ImportFrom) and s.module in _TYPES and not s.level:
        return [a for a in s.names if a.asname in (None, a.name)]
    return []


def _import(run: Statements, s: ast.Import | ast.ImportFrom) -> None:
    if isinstance(s, ast.ImportFrom) and s.module == "__future__":
        return
    for a in s.names:
        home = a.name if isinstance(s, ast.Import) else s.module or ""
        if home not in _IMPORTS or (isinstance(s, ast.ImportFrom) and s.level) or a.name == "*":
            raise run.refuse(
                f"the import of '{home or a.name}' may have effects; mips_verify.testing.proved "
                "reads a function together with the functions that it imports"
            )
        if isinstance(s, ast.ImportFrom) and not hasattr(importlib.import_module(home), a.name):
            raise run.refuse(f"'{home}' has no '{a.name}'")
    for a in s.names:
        bound = a.asname or a.name.partition(".")[0]
        known = isinstance(s, ast.ImportFrom) and s.module == "collections" and a.name == "deque"
        run.state.store[(*MODULE, bound)] = Builtin("deque") if known else _IMPORTED
