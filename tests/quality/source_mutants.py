"""Copies of a Python source with one small change, for mutation testing."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

AROUND = 40  # characters shown on each side of a change
Edit = Callable[[ast.AST], ast.AST | None]
BINARY: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd, ast.Div: ast.Mult,
}  # fmt: skip
COMPARE: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt,), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt,),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A changed source, and the change in words: the statement before and after."""

    text: str
    line: int
    source: str


def changes(source: str) -> Iterator[Change]:
    """Every copy of a source with one change.

    Left alone: docstrings, annotations, decorators, imports, names of types, code for type
    checkers, assertions (they tell type checkers what holds anyway) and `strict=` of zip (the
    lengths agree wherever it stands).
    """
    tree = ast.parse(source)
    seen: Counter[str] = Counter()
    for where, statement in _statements(tree):
        for edit, path in _edits(statement):
            changed = copy.deepcopy(tree)
            new = _apply(_at(changed, where), path, edit)
            text = _difference(_words(statement), _words(new))
            seen[text] += 1
            if seen[text] > 1:
                text += f" #{seen[text]}"
            _put(changed, where, new)
            ast.fix_missing_locations(changed)
            yield Change(text, statement.lineno, ast.unparse(changed))


Path = tuple[tuple[str, int | None], ...]


def _statements(tree: ast.AST, where: Path = ()) -> Iterator[tuple[Path, ast.stmt]]:
    """Statements that run, with the path to each."""
    for field in ("body", "orelse", "handlers", "finalbody"):
        for i, node in enumerate(getattr(tree, field, [])):
            here = (*where, (field, i))
            if isinstance(node, ast.ExceptHandler):
                yield from _statements(node, here)
                continue
            if _left_alone(node):
                continue
            yield here, node
            yield from _statements(node, here)


def _left_alone(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert | ast.Pass):
        return True
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return True
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    # names of types are in capitals and small letters
    alias = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).isalpha()
    return text or (alias and ast.unparse(node.targets[0]).istitle())


def _edits(statement: ast.stmt) -> Iterator[tuple[Edit, Path]]:
    """Changes of a statement's own expressions; its blocks are statements of their own."""
    if isinstance(statement, ast.Raise | ast.Expr | ast.AugAssign):
        yield (lambda _: ast.Pass()), ()
    if isinstance(statement, ast.Return) and ast.unparse(statement)[6:] not in ("", " None"):
        yield (lambda _: ast.Return(ast.Constant(None))), ()
    if isinstance(statement, ast.Continue | ast.Break):
        other = ast.Break if isinstance(statement, ast.Continue) else ast.Continue
        yield (lambda _: other()), ()
    if isinstance(statement, ast.AugAssign):
        yield (lambda s: ast.Assign([s.target], s.value)), ()
        yield from (_operator(statement.op, ()))
    for path, node in _expressions(statement, ()):
        yield from _expression_edits(node, path)


def _operator(op: ast.AST, path: Path) -> Iterator[tuple[Edit, Path]]:
    if type(op) in BINARY:
        yield (lambda n: _with(n, op=BINARY[type(op)]())), path


def _expressions(node: ast.AST, path: Path) -> Iterator[tuple[Path, ast.AST]]:
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "body", "orelse", "handlers", "finalbody"):
            lambda_body = isinstance(node, ast.Lambda | ast.IfExp)
            if not lambda_body:
                continue
        if field == "decorator_list":
            continue
        for i, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _is_strict(child):
                continue
            here = (*path, (field, i))
            if isinstance(child, ast.expr | ast.comprehension | ast.keyword | ast.arguments):
                yield here, child
                yield from _expressions(child, here)


def _is_strict(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg == "strict"


def _expression_edits(node: ast.AST, path: Path) -> Iterator[tuple[Edit, Path]]:
    if isinstance(node, ast.Constant):
        for other in _others(node.value):
            yield (lambda _, v=other: ast.Constant(v)), path
    elif isinstance(node, ast.BinOp):
        yield from _operator(node.op, path)
    elif isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            for new in COMPARE.get(type(op), ()):
                yield (lambda n, i=i, new=new: _with(n, ops=_swapped(n.ops, i, new()))), path
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield (lambda n: _with(n, op=other())), path
        for i in range(len(node.values)):
            yield (lambda n, i=i: _without(n, i)), path
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield (lambda n: n.operand), path
    elif isinstance(node, ast.IfExp):
        yield (lambda n: n.body), path
        yield (lambda n: n.orelse), path
    elif isinstance(node, ast.comprehension):
        for i in range(len(node.ifs)):
            yield (lambda n, i=i: _with(n, ifs=n.ifs[:i] + n.ifs[i + 1 :])), path
    elif isinstance(node, ast.Call):
        for i, k in enumerate(node.keywords):
            if not _is_strict(k):
                yield (lambda n, i=i: _with(n, keywords=n.keywords[:i] + n.keywords[i + 1 :])), path
    elif isinstance(node, ast.Name | ast.Attribute) and path[-1][0] == "test":
        yield (lambda n: ast.UnaryOp(ast.Not(), n)), path


def _others(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        if value > 0:
            yield value - 1
    elif isinstance(value, str):
        yield f"XX{value}XX" if value else "XX"
    elif value is None:
        yield ""


def _with(node: ast.AST, **fields: object) -> ast.AST:
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def _swapped(values: list, i: int, new: object) -> list:
    return [*values[:i], new, *values[i + 1 :]]


def _without(node: ast.AST, i: int) -> ast.AST:
    assert isinstance(node, ast.BoolOp)
    rest = node.values[:i] + node.values[i + 1 :]
    return rest[0] if len(rest) == 1 else _with(node, values=rest)


def _at(tree: ast.AST, where: Path) -> ast.AST:
    for field, i in where:
        value = getattr(tree, field)
        tree = value if i is None else value[i]
    return tree


def _put(tree: ast.AST, where: Path, new: ast.AST) -> None:
    parent = _at(tree, where[:-1])
    field, i = where[-1]
    if i is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[i] = new


def _apply(statement: ast.AST, path: Path, edit: Edit) -> ast.AST:
    """The statement after an edit of the node at ``path`` in it."""
    if not path:
        return edit(statement)
    _put(statement, path, edit(_at(statement, path)))
    return statement


def _difference(old: str, new: str) -> str:
    """Where two texts differ, with what stands around it."""
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    end = next((i for i in range(shorter - start) if old[-1 - i] != new[-1 - i]), shorter - start)
    start, end = max(0, start - AROUND), max(0, end - AROUND)
    return f"{old[start : len(old) - end]} -> {new[start : len(new) - end]}"


def _words(statement: ast.AST) -> str:
    """A statement on one line, without its block."""
    header = copy.copy(statement)
    for field in ("body", "orelse", "handlers", "finalbody", "decorator_list"):
        if isinstance(getattr(header, field, None), list):
            setattr(header, field, [ast.Pass()] if field == "body" else [])
    if isinstance(header, ast.Try):
        return "try"
    text = ast.unparse(ast.fix_missing_locations(header))
    return " ".join(text.split()).removesuffix(" pass")
