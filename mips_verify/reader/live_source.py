"""A function or class of a running program as a file of its own, which the reader then reads.

A test module holds much besides the program: other tests, decorators, imports of anything. The
file has the program and all that it uses, as they are at this moment: functions and classes by
their source, at the lines where they stand, and constants by their values. What Python has loaded
must be what its source says.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import math
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

from mips_verify.errors import MipsVerifyError
from mips_verify.reader.source.code_objects import is_loaded, is_of_c, is_of_python, names_used
from mips_verify.reader.source.hidden_modules import is_own

_HEAD: Final = "from __future__ import annotations"


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A program as a file.

    Attributes:
        text: the file.
        path: the file that the program stands in.
        entry: the name of the function or class.
    """

    text: str
    path: Path
    entry: str


def live_source(program: Callable[..., Any], decorators: int = 0) -> LiveSource:
    """The source of a function or a class, with all that it uses.

    Args:
        program: the function, or the class.
        decorators: how many decorators above a class do not belong to it.

    Raises:
        MipsVerifyError: there is no source, it is not what Python has loaded, or the program uses
            values that a file cannot state.
    """
    name = str(getattr(program, "__name__", "the program"))
    if not isinstance(program, FunctionType | type):
        raise MipsVerifyError(f"{name} is a {type(program).__name__}, not a function or a class")
    parts = _Parts(name, decorators)
    parts.todo.append((name, program))
    while parts.todo:
        parts.define(*parts.todo.pop())
    path = parts.file_of(program)
    return LiveSource(parts.text(path), Path(path), name)


@dataclass(slots=True)
class _Parts:
    """The parts of the file that are known so far.

    Attributes:
        entry: the name of the program.
        decorators: those above the program that do not belong to it.
        known: every name of the file and what it stands for.
        todo: names that are still to be defined, and what they stand for.
        head: definitions that fit on one line and need no others.
        pieces: functions and classes, by file and line.
        tail: further names of functions and classes.
    """

    entry: str
    decorators: int
    known: dict[str, object] = field(default_factory=dict)
    todo: list[tuple[str, object]] = field(default_factory=list)
    head: list[str] = field(default_factory=lambda: [_HEAD])
    pieces: dict[tuple[str, int], str] = field(default_factory=dict)
    tail: list[str] = field(default_factory=list)

    def define(self, name: str, value: object) -> None:
        """Add the definition of a name.

        Raises:
            MipsVerifyError: another value has the name, or the value cannot be defined.
        """
        if name in self.known:
            if self.known[name] is not value:
                raise self.refused(f"two things are called {name}")
            return
        self.known[name] = value
        if isinstance(value, FunctionType | type) and not _is_standard(value):
            self._define_by_source(name, value)
        elif isinstance(value, ModuleType):
            if value.__name__.partition(".")[0] in sys.stdlib_module_names and not is_own(value):
                raise self.refused(f"{name} is a module that hides Python's own")
            self.head.append(f"import {value.__name__} as {name}")
        elif _is_constant(value):
            self.head.append(f"{name} = {value!r}")
        else:
            self.head.append(self._import(name, value))

    def _define_by_source(self, name: str, value: FunctionType | type) -> None:
        """Add a function or a class, and ask for the names that it uses."""
        piece, line = self._piece(value)
        self.pieces[self.file_of(value), line] = piece
        if name != value.__name__:
            self.todo.append((value.__name__, value))
            self.tail.append(f"{name} = {value.__name__}")
        there, own = self._names(value)
        for n in sorted(names_used(piece), reverse=True):
            if n in there:
                self.todo.append((n, there[n]))
            elif n in own and not is_of_python(n, own[n]):
                raise self.refused(f"{n} is not what Python has built in")

    def _names(self, value: FunctionType | type) -> tuple[dict[str, Any], dict[str, Any]]:
        """The global names that a function or a class sees, and the built-in ones."""
        if isinstance(value, FunctionType):
            return value.__globals__, getattr(value, "__builtins__", {})
        methods = [m for m in vars(value).values() if isinstance(m, FunctionType)]
        seen = [self._names(m) for m in methods] or [(vars(sys.modules[value.__module__]), {})]
        if any(a is not b for names in seen for a, b in zip(names, seen[0], strict=True)):
            raise self.refused(f"the methods of {value.__name__} stand in several modules")
        return seen[0]

    def _piece(self, value: FunctionType | type) -> tuple[str, int]:
        """The source of a function or class without decorators, and the line where it begins."""
        name = value.__name__
        try:
            lines, first = inspect.getsourcelines(value)
            text = textwrap.dedent("".join(lines))
            (node,) = ast.parse(text).body
        except (OSError, TypeError, SyntaxError, ValueError):
            raise self.refused(f"the source of {name} cannot be read") from None
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            raise self.refused(f"{name} is not defined by 'def' or 'class'")
        mine = self.decorators if name == self.entry else 0
        if isinstance(node, ast.ClassDef) and len(node.decorator_list) > mine:
            raise self.refused(f"the class {name} has a decorator, which may change it")
        if hasattr(value, "__wrapped__"):
            raise self.refused(f"a decorator has replaced {name}")
        if isinstance(value, FunctionType) and value.__code__.co_freevars:
            names = ", ".join(value.__code__.co_freevars)
            raise self.refused(f"{name} uses {names} of the function around it")
        piece = "".join(text.splitlines(keepends=True)[node.lineno - 1 :])
        if not is_loaded(value, node, piece):
            raise self.refused(
                f"the source of {name} is not what Python has loaded; its defaults, and constants "
                "of a class, must be literals"
            )
        return piece, first + node.lineno - 1

    def _import(self, name: str, value: object) -> str:
        """The import of a value from a library."""
        known = getattr(value, "__qualname__", None) or getattr(value, "_name", None)
        module = str(getattr(value, "__module__", None)).lstrip("_")
        try:
            same = getattr(importlib.import_module(module), str(known)) is value
        except (ImportError, AttributeError, ValueError):
            same = False
        changeable = isinstance(value, type) and not is_of_c(value)
        if changeable or not (same and is_own(importlib.import_module(module))):
            raise self.refused(f"{name} is a {type(value).__name__}, not a constant of Python")
        return f"from {module} import {known} as {name}"

    def file_of(self, value: FunctionType | type) -> str:
        """The file in which a function or a class stands."""
        try:
            return inspect.getsourcefile(value) or inspect.getfile(value)
        except (OSError, TypeError):
            raise self.refused(f"the source of {value.__name__} cannot be read") from None

    def refused(self, why: str) -> MipsVerifyError:
        """The error that says why the program cannot be a file of its own."""
        return MipsVerifyError(f"{self.entry} cannot be read as a program: {why}")

    def text(self, path: str) -> str:
        """The file: what stands in ``path`` on its own lines, and the rest after it."""
        lines = ["; ".join(self.head)]
        placed = sorted(self.pieces.items(), key=lambda item: (item[0][0] != path, item[0]))
        for (file, line), piece in placed:
            lines += [""] * (line - 1 - len(lines) if file == path else 0)
            lines += piece.splitlines()
        return "\n".join([*lines, *self.tail, ""])


def _is_standard(value: FunctionType | type) -> bool:
    """Whether a function or class belongs to Python's own library."""
    home = sys.modules.get(str(value.__module__))
    return home is not None and is_own(home)


def _is_constant(value: object) -> bool:
    """Whether the text of a value says all of it."""
    if isinstance(value, dict):
        return type(value) is dict and _is_constant([*value, *value.values()])
    if isinstance(value, tuple | list | set | frozenset):
        plain = type(value) in (tuple, list, set, frozenset)
        return plain and all(map(_is_constant, value))
    if type(value) is float:
        return math.isfinite(value)
    return value is None or type(value) in (int, bool, str)
