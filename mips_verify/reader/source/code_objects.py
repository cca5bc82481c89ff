"""What Python has compiled: the names that a text uses, and whether a function is its source."""

from __future__ import annotations
import __future__

import ast
import builtins
import dis
from collections.abc import Iterator
from types import BuiltinFunctionType, CodeType, FunctionType
from typing import Any, Final

_ANNOTATIONS: Final = __future__.annotations.compiler_flag
_REWRITTEN: Final = "@pytest_ar"  # a name in the code of assertions that pytest has rewritten
_IMMUTABLE: Final = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE of CPython
# what Python itself puts into a class; none of it is used by a program that the reader accepts
_OF_EVERY_CLASS: Final = frozenset(
    {"__module__", "__dict__", "__weakref__", "__doc__", "__annotations__", "__annotate__",
     "__annotate_func__", "__annotations_cache__", "__static_attributes__", "__firstlineno__"}
)  # fmt: skip


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
    """Whether a function or a class is what its source says, with its defaults and constants.

    What may have changed since the source was executed must be stated by it as a literal.

    Args:
        value: the function or class.
        node: its source as a tree.
        piece: its source.
    """
    if isinstance(value, FunctionType) and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        made = _compiled(piece, value.__code__.co_flags & _ANNOTATIONS)
        return _is_function(value, node, made)
    if not isinstance(node, ast.ClassDef) or type(value) is not type:
        return False
    own = {name: v for name, v in vars(value).items() if name not in _OF_EVERY_CLASS}
    flags = [m.__code__.co_flags for m in own.values() if isinstance(m, FunctionType)]
    (body,) = _directly(_compiled(piece, max((f & _ANNOTATIONS for f in flags), default=0)))
    stated = dict(_stated(node))
    return own.keys() == stated.keys() and all(
        _is_function(v, stated[name], body) if isinstance(v, FunctionType)
        else _is_literal(stated[name], v)
        for name, v in own.items()
    )  # fmt: skip


def _stated(node: ast.ClassDef) -> Iterator[tuple[str, ast.AST]]:
    """The names that the body of a class binds, each with its last method or value."""
    for s in node.body:
        if isinstance(s, ast.Assign):
            yield from ((t.id, s.value) for t in s.targets if isinstance(t, ast.Name))
        elif isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name) and s.value:
            yield s.target.id, s.value
        elif isinstance(s, ast.FunctionDef):
            yield s.name, s


def _is_function(value: FunctionType, node: ast.AST, around: CodeType) -> bool:
    """Whether a function has the code and the defaults of its source; ``around`` holds its code.

    Code in which pytest has rewritten assertions is not compared.
    """
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    a = node.args
    named = {p.arg: d for p, d in zip(a.kwonlyargs, a.kw_defaults, strict=True) if d is not None}
    defaults, by_name = value.__defaults__ or (), value.__kwdefaults__ or {}
    code = value.__code__
    return (
        len(defaults) == len(a.defaults)
        and all(map(_is_literal, a.defaults, defaults))
        and named.keys() == by_name.keys()
        and all(_is_literal(d, by_name[name]) for name, d in named.items())
        and code.co_name == node.name
        and (_REWRITTEN in code.co_names or any(_same(code, c) for c in _directly(around)))
    )


def _is_literal(node: ast.AST, value: object) -> bool:
    """Whether an expression is a literal and a value is the value of it."""
    try:
        return _same_constant(ast.literal_eval(node), value)
    except (ValueError, TypeError):
        return False


def is_of_python(name: str, value: Any) -> bool:
    """Whether a built-in name still means the function or class that Python gives it."""
    if isinstance(value, type):
        return is_of_c(value) and (value.__module__, value.__name__) == ("builtins", name)
    plain = isinstance(value, BuiltinFunctionType) and value.__self__ is builtins
    return plain and value.__name__ == name


def is_of_c(value: type) -> bool:
    """Whether a class is part of Python and unchangeable, which no class of a program is."""
    return bool(value.__flags__ & _IMMUTABLE)


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
