"""Code at the top level that shows a program at work, as in ``print(program([1, 2]))``."""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import Final

_NODES: Final = (
    ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Name, ast.Load, ast.Call, ast.JoinedStr,
    ast.FormattedValue, ast.UnaryOp, ast.USub, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Compare,
    ast.Eq, ast.NotEq, ast.BoolOp, ast.And, ast.keyword,
)  # fmt: skip
_FUNCTIONS: Final = frozenset({"print", "list", "range", "len", "repr", "str", "tuple", "sum"})


def shows(node: ast.expr, entry: str, bound: Collection[str]) -> bool:
    """Whether an expression only calls the program on given values and prints or compares.

    The program itself is known to have no effects; whether it raises an exception on these
    values shows when the file is run.

    Args:
        node: the expression.
        entry: the name of the program.
        bound: names of the file, which do not have Python's own meaning.
    """
    for n in ast.walk(node):
        if not isinstance(n, _NODES):
            return False
        if isinstance(n, ast.Call):
            if not isinstance(n.func, ast.Name):
                return False
            own = n.func.id in _FUNCTIONS and n.func.id not in bound
            if not own and n.func.id != entry:
                return False
        if isinstance(n, ast.keyword) and n.arg not in ("sep", "end"):
            return False
    return any(isinstance(n, ast.Call) for n in ast.walk(node))
