"""Mutants of functions put into a loaded module, where reading all tests anew would be slow."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

Shape = tuple[Any, ...]
Patch = tuple[str, CodeType]  # a function's qualified name, and code for it


def changed_function(before: str, after: str) -> Patch | None:
    """The one function that differs between two sources of a module, and its new code.

    ``None`` where more differs than the body of one function: a table, a default, a class.
    """
    old, new = _compiled(before), _compiled(after)
    if _outside(old) != _outside(new):
        return None
    ours, theirs = dict(_functions(old)), dict(_functions(new))
    changed = [name for name in ours if _shape(ours[name]) != _shape(theirs[name])]
    return (changed[0], theirs[changed[0]]) if len(changed) == 1 else None


def function_of(source: str, name: str) -> Patch:
    """A function of a module as its source has it."""
    return name, dict(_functions(_compiled(source)))[name]


def put(module: ModuleType, name: str, code: CodeType) -> None:
    """Give a function or method of a module another code."""
    found: Any = module
    for part in name.split("."):
        found = vars(found)[part]
    function = found.fget if isinstance(found, property) else inspect.unwrap(found)
    if function is not found and not isinstance(found, property):
        found.cache_clear()  # what it remembers is of the old code
    assert isinstance(function, FunctionType)
    function.__code__ = code


def _compiled(source: str) -> CodeType:
    # through the syntax tree, so that comments and layout make no difference
    code = compile(ast.unparse(ast.parse(source)), "<kernel>", "exec", dont_inherit=True)
    assert isinstance(code, CodeType)
    return code


def _inside(code: CodeType) -> list[CodeType]:
    return [c for c in code.co_consts if isinstance(c, CodeType)]


def _is_class(code: CodeType) -> bool:
    return "__qualname__" in code.co_names


def _functions(code: CodeType) -> Iterator[Patch]:
    """Functions of a module and methods of its classes, not what is within them."""
    for c in _inside(code):
        if _is_class(c):
            yield from _functions(c)
        elif not c.co_name.startswith("<"):
            yield c.co_qualname, c


def _outside(code: CodeType) -> Shape:
    """What a module or a class does itself, without the bodies of its functions."""
    consts = [c for c in code.co_consts if not isinstance(c, CodeType)]
    parts = [_outside(c) if _is_class(c) else c.co_name for c in _inside(code)]
    lambdas = [_shape(c) for c in _inside(code) if c.co_name.startswith("<")]
    return code.co_code, code.co_names, repr(consts), tuple(parts), tuple(lambdas)


def _shape(code: CodeType) -> Shape:
    """A function's code without its place in the file."""
    consts = [repr(c) for c in code.co_consts if not isinstance(c, CodeType)]
    inside = [_shape(c) for c in _inside(code)]
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, (*consts, *inside)
