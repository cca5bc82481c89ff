"""What Python has compiled: the names that a text uses, and whether a function is its source."""

from __future__ import annotations
import __future__

import ast
import dis
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Final

_ANNOTATIONS: Final = __future__.annotations.compiler_flag


def names_used(piece: str) -> set[str]:
    """The global names that a function or class reads or changes, but for special ones.

    Args:
        piece: its source; annotations do not count.
    """
    return {
        str(i.argval)
        for code in _within(_compiled(piece, _ANNOTATIONS))
        for i in dis.get_instructions(code)
        if ("GLOBAL" in i.opname or i.opname == "LOAD_NAME") and not str(i.argval).startswith("__")
    }


def is_loaded(value: FunctionType | type, node: ast.stmt, piece: str) -> bool:
    """Whether a function, or every method of a class, is what its source says.

    Functions with assertions are not compared, as pytest rewrites these.

    Args:
        value: the function or class.
        node: its source as a tree.
        piece: its source.
    """
    if any(isinstance(n, ast.Assert) for n in ast.walk(node)):
        return True
    if isinstance(value, FunctionType):
        made = _compiled(piece, value.__code__.co_flags & _ANNOTATIONS)
        return any(_same(value.__code__, code) for code in _directly(made))
    methods = [m.__code__ for m in vars(value).values() if isinstance(m, FunctionType)]
    flags = [code.co_flags & _ANNOTATIONS for code in methods]
    (body,) = _directly(_compiled(piece, max(flags, default=0)))
    return all(any(_same(m, code) for code in _directly(body)) for m in methods)


def _compiled(piece: str, flags: int) -> CodeType:
    code: CodeType = compile(piece, "<program>", "exec", flags, dont_inherit=True)
    return code


def _directly(code: CodeType) -> list[CodeType]:
    return [c for c in code.co_consts if isinstance(c, CodeType)]


def _within(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in _directly(code):
        yield from _within(inner)


def _same(a: CodeType, b: CodeType) -> bool:
    """Whether two code objects do the same; lines and files do not count."""
    parts = ("co_name", "co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars",
             "co_argcount", "co_kwonlyargcount", "co_posonlyargcount")  # fmt: skip
    return (
        all(getattr(a, part) == getattr(b, part) for part in parts)
        and len(a.co_consts) == len(b.co_consts)
        and all(map(_same_constant, a.co_consts, b.co_consts))
    )


def _same_constant(a: object, b: object) -> bool:
    if isinstance(a, CodeType) and isinstance(b, CodeType):
        return _same(a, b)
    return type(a) is type(b) and repr(a) == repr(b)
