"""Smaller programs with the same fault, so that it can be seen."""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Callable, Iterator


def shrunk(source: str, faulty: Callable[[str], bool], tries: int = 300) -> str:
    """The source without the statements, and with simpler expressions, that the fault needs not.

    The same text where a syntax tree loses the fault, as one in the encoding.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            best = ast.unparse(ast.parse(source))
        except (SyntaxError, ValueError, RecursionError):
            return source
        if not faulty(best):
            return source
        smaller = _smaller(best)
        while tries > 0 and (text := next(smaller, None)) is not None:
            tries -= 1
            if len(text) < len(best) and faulty(text):
                best, smaller = text, _smaller(text)
    return best + "\n"


def _smaller(source: str) -> Iterator[str]:
    """Each program that is one deletion or one simplification away, large steps first."""
    tree = ast.parse(source)
    for i, node in enumerate(ast.walk(tree)):
        for field, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                for j in range(len(value)):
                    yield from _changed(tree, i, field, j, None)
                    for inner in ("body", "orelse"):
                        for child in getattr(value[j], inner, None) or ():
                            if isinstance(child, ast.stmt):
                                yield from _changed(tree, i, field, j, child)
    for i, node in enumerate(ast.walk(tree)):
        for field, value in ast.iter_fields(node):
            for j, e in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(e, ast.expr) and not isinstance(e, ast.Name | ast.Constant):
                    for child in (*ast.iter_child_nodes(e), ast.Constant(0), ast.Constant(1)):
                        if isinstance(child, ast.expr):
                            at = j if isinstance(value, list) else None
                            yield from _changed(tree, i, field, at, child)


def _changed(
    tree: ast.Module, number: int, field: str, at: int | None, new: ast.AST | None
) -> Iterator[str]:
    """The text after one change of the node with this number, if it is Python."""
    made = copy.deepcopy(tree)
    node = list(ast.walk(made))[number]
    if at is None:
        setattr(node, field, copy.deepcopy(new))
    else:
        place = getattr(node, field)
        place[at : at + 1] = [copy.deepcopy(new)] if new is not None else []
        if not place and field == "body":
            place.append(ast.Pass())
    try:
        yield ast.unparse(made)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return
