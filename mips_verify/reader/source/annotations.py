"""Annotations: Python evaluates them, so the reader accepts only those that cannot fail."""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import Final

from mips_verify.reader.source.outside_subset import OutsideSubset

_TYPES: Final = frozenset({"int", "bool", "str", "float", "object", "list", "tuple", "dict", "set"})
_GENERIC: Final = frozenset({"list", "tuple", "dict", "set"})
_IMPORTED: Final = frozenset(
    {"Any", "List", "Tuple", "Dict", "Set", "Sequence", "Iterable", "Iterator", "Generator",
     "Optional", "Union", "Callable", "Final", "Mapping", "Collection"}
)  # fmt: skip
# number of arguments in brackets; a name not listed takes any number of types
_ARITY: Final = {"list": 1, "List": 1, "set": 1, "Set": 1, "dict": 2, "Dict": 2, "Sequence": 1,
                 "Iterable": 1, "Iterator": 1, "Generator": 3, "Optional": 1, "Final": 1,
                 "Mapping": 2, "Collection": 1}  # fmt: skip


def demand_harmless(node: ast.expr, bound: Collection[str]) -> None:
    """Refuse an annotation unless its evaluation certainly has no effect and cannot fail.

    Args:
        node: the annotation.
        bound: names that the file binds and that therefore lose Python's own meaning; an
            imported name is written ``import NAME``.
    """
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str)):
        return
    if isinstance(node, ast.Name) and _known(node.id, _TYPES | _IMPORTED, bound):
        if node.id in ("Optional", "Union", "Final", "Generator"):  # they need arguments
            raise OutsideSubset("this annotation may fail", node)
        return
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        if any(isinstance(n, ast.Constant) for n in (node.left, node.right)) and not (
            isinstance(node.right, ast.Constant) and node.right.value is None
            and not isinstance(node.left, ast.Constant)
        ):  # fmt: skip
            raise OutsideSubset("this annotation may fail", node)
        demand_harmless(node.left, bound)
        demand_harmless(node.right, bound)
        return
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        name = node.value.id
        if _known(name, _GENERIC | _IMPORTED, bound) and name != "Any":
            _check_arguments(name, node, bound)
            return
    raise OutsideSubset("this annotation may have effects or fail", node)


def _known(name: str, known: Collection[str], bound: Collection[str]) -> bool:
    if name not in known:
        return False
    return f"import {name}" in bound if name in _IMPORTED else name not in bound


def _check_arguments(name: str, node: ast.Subscript, bound: Collection[str]) -> None:
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not parts or (name == "Callable" and not _is_signature(parts)):
        raise OutsideSubset("this annotation may fail", node)
    if any(isinstance(p, ast.Constant) and isinstance(p.value, str) for p in parts):
        raise OutsideSubset("this annotation may fail", node)
    if name in _ARITY and len(parts) != _ARITY[name]:
        raise OutsideSubset("this annotation may fail", node)
    for p in parts:
        if isinstance(p, ast.Constant) and p.value is ...:
            if name not in ("tuple", "Tuple") or len(parts) != 2 or p is parts[0]:
                raise OutsideSubset("this annotation may fail", node)
        elif name == "Callable" and isinstance(p, ast.List):
            for inner in p.elts:
                demand_harmless(inner, bound)
        else:
            demand_harmless(p, bound)


def _is_signature(parts: list[ast.expr]) -> bool:
    return len(parts) == 2 and isinstance(parts[0], ast.List)
