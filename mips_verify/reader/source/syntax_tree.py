"""The bytes of a Python file as a syntax tree, decoded and parsed by Python itself."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator
from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.reader.source.outside_subset import OutsideSubset

MAX_SOURCE: Final = 200_000  # bytes
_ENCODINGS: Final = frozenset({"utf-8", "utf-8-sig", "ascii", "us-ascii", "iso-8859-1"})
# names with two leading underscores that have no effect
_PLAIN: Final = frozenset({"__all__", "__version__", "__author__"})


def parse_bytes(data: bytes, path: str) -> ast.Module:
    """The syntax tree, checked as far as Python checks a file before it runs it.

    Raises:
        MipsVerifyError: the file is not Python; the message has file and line.
    """
    if len(data) > MAX_SOURCE:
        raise MipsVerifyError(f"{path} has more than {MAX_SOURCE} bytes")
    if b"\0" in data:
        raise MipsVerifyError(f"{path} is not UTF-8 text; save it as UTF-8")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data, path)
            # only compile() finds repeated parameters, a return outside a function and the like
            compile(data, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise MipsVerifyError(f"{path}, line {error.lineno or 1}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError, OverflowError, LookupError) as error:
        raise MipsVerifyError(f"{path} is not Python ({error or 'nested too deeply'})") from None
    return tree


def parse_source(data: bytes, path: str) -> ast.Module:
    """The syntax tree of a file that may be read as a machine.

    Raises:
        MipsVerifyError: the file is not Python; the message has file and line.
        OutsideSubset: some text or name may have another meaning to Python than it seems to have.
    """
    tree = parse_bytes(data, path)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise MipsVerifyError(f"{path}: {error.msg}") from None
    if encoding not in _ENCODINGS:
        raise OutsideSubset(f"the file's encoding is {encoding}; UTF-8 is read", 1)
    for s in tree.body:
        if not is_main(s):
            _demand_plain_names(s)
    return tree


def _demand_plain_names(s: ast.stmt) -> None:
    for node in ast.walk(s):
        for name in _identifiers(node):
            if not name.isascii():
                raise OutsideSubset(f"the name '{name}' has letters outside ASCII", _at(node))
            if name.startswith("__") and not _is_plain(node, name):
                said = f"the name '{name}' may have a special meaning in Python"
                raise OutsideSubset(said, _at(node))


def _is_plain(node: ast.AST, name: str) -> bool:
    """Whether a name with two leading underscores is used only in its usual sense."""
    if name == "__name__":
        return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    if name == "__init__":
        return isinstance(node, ast.FunctionDef)
    if name == "__future__":
        return isinstance(node, ast.ImportFrom)
    return name in _PLAIN and isinstance(node, ast.Name)


def _at(node: ast.AST) -> ast.AST | int:
    return node if hasattr(node, "lineno") else 1


def _identifiers(node: ast.AST) -> Iterator[str]:
    """The names in a node's own fields; texts and other constants are not names."""
    if isinstance(node, ast.Constant):
        return
    for _, value in ast.iter_fields(node):
        for v in value if isinstance(value, list) else [value]:
            if isinstance(v, str) and not (isinstance(node, ast.alias) and "." in v):
                yield v


def is_main(s: ast.stmt) -> bool:
    """Whether this is ``if __name__ == "__main__":``, which an import does not execute."""
    if not isinstance(s, ast.If) or s.orelse or not isinstance(s.test, ast.Compare):
        return False
    sides = [s.test.left, *s.test.comparators]
    names = [n.id for n in sides if isinstance(n, ast.Name)]
    texts = [n.value for n in sides if isinstance(n, ast.Constant)]
    equal = [type(op) for op in s.test.ops] == [ast.Eq]
    return equal and names == ["__name__"] and texts == ["__main__"]
