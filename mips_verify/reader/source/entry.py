"""The function or class of a file that counts as its program."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from mips_verify.errors import MipsVerifyError
from mips_verify.reader.source.syntax_tree import is_main


@dataclass(frozen=True, slots=True)
class Entry:
    """The program of a file.

    Attributes:
        name: its name in the file.
        node: the statement that defines it.
        is_class: whether it is a class with a method ``step``, called once per input.
    """

    name: str
    node: ast.stmt
    is_class: bool = False


def find_entry(tree: ast.Module, path: str, name: str | None = None) -> Entry:
    """``name`` if it is given; else ``program``, or the only public function, or the only class.

    A public function counts if it takes an argument.

    Helpers, which are functions used by another part of the file, do not count. A class counts if
    it has a method ``step`` and there is no such function.

    Raises:
        MipsVerifyError: there is no such function or class, or there are several.
    """
    if (given := named_entry(tree, name or "program")) is not None:
        return given
    if name is not None:
        raise MipsVerifyError(f"{path}: the file has no function or class '{name}'")
    body = [s for s in tree.body if not is_main(s)]
    functions = [s for s in body if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)]
    found: list[ast.stmt] = []
    for f in functions:
        others = [s for s in body if s is not f and _uses(s)]
        used = {n.id for s in others for n in ast.walk(s) if isinstance(n, ast.Name)}
        if not f.name.startswith("_") and _takes_something(f) and f.name not in used:
            found.append(f)
    if not found:
        found = [s for s in body if _has_step(s)]
    names = sorted({str(getattr(f, "name", "")) for f in found})
    if len(names) == 1:
        return Entry(names[0], found[0], isinstance(found[0], ast.ClassDef))
    if not names:
        raise MipsVerifyError(
            f"{path}: the file has no public function with a parameter; write `def program(xs)`, "
            "which gets the list of inputs and returns the list of outputs"
        )
    which = ", ".join(names)
    raise MipsVerifyError(
        f"{path}: the file has the functions {which}; call the one to look at 'program'"
    )


def named_entry(tree: ast.Module, name: str) -> Entry | None:
    """What a file calls ``name``; ``None`` if it binds no such name."""
    for s in tree.body:
        if not is_main(s) and name in bound_names(s):
            return Entry(name, s, _has_step(s))
    return None


def _uses(s: ast.stmt) -> bool:
    """Whether the functions that a statement calls are helpers, not a program on an example."""
    takes = isinstance(s, ast.FunctionDef) and _takes_something(s)
    return takes or isinstance(s, ast.ClassDef)


def _takes_something(f: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool(f.args.posonlyargs or f.args.args or f.args.kwonlyargs or f.args.vararg)


def _has_step(s: ast.stmt) -> bool:
    return isinstance(s, ast.ClassDef) and any(
        isinstance(m, ast.FunctionDef) and m.name == "step" for m in s.body
    )


def bound_names(s: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top level binds."""
    if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield s.name
    elif isinstance(s, ast.Import | ast.ImportFrom):
        if getattr(s, "module", None) != "__future__":
            yield from (a.asname or a.name.partition(".")[0] for a in s.names)
    else:
        for n in ast.walk(s):
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store | ast.Del):
                yield n.id
            elif isinstance(n, ast.FunctionDef | ast.ClassDef | ast.MatchAs) and n.name:
                yield n.name
