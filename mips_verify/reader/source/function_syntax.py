"""The syntax of functions: the names that they bind, and the white list of nodes in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Final

from mips_verify.reader.source.outside_subset import OutsideSubset

FunctionNode = ast.FunctionDef | ast.Lambda
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# a node of any other kind is refused, even in code that is never reached
_KNOWN: Final = (
    ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.arguments, ast.arg, ast.keyword,
    ast.Return, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.While, ast.If, ast.Raise,
    ast.Assert, ast.Nonlocal, ast.Expr, ast.Pass, ast.Break, ast.Continue, ast.Match,
    ast.match_case, ast.MatchValue, ast.MatchSingleton, ast.MatchSequence, ast.MatchAs,
    ast.MatchOr, ast.BoolOp, ast.NamedExpr, ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Dict, ast.Set,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension, ast.Yield,
    ast.YieldFrom, ast.Compare, ast.Call, ast.Constant, ast.Attribute, ast.Subscript, ast.Starred,
    ast.Name, ast.List, ast.Tuple, ast.Slice, ast.JoinedStr, ast.FormattedValue,
    ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip


def demand_known(node: FunctionNode) -> None:
    """Refuse a function that contains anything outside the white list.

    Raises:
        OutsideSubset: a node is not known; the error has its line.
    """
    a = node.args
    if a.vararg or a.kwarg or a.kwonlyargs:
        raise OutsideSubset("a function takes more than plain parameters", node)
    if getattr(node, "decorator_list", None):
        raise OutsideSubset("a function has a decorator", node)
    if getattr(node, "type_params", None):
        raise OutsideSubset("a function has type parameters", node)
    body = node.body if isinstance(node, ast.FunctionDef) else [node.body]
    for part in (n for s in body for n in ast.walk(s)):
        if not isinstance(part, _KNOWN):
            what = type(part).__name__.lower()
            raise OutsideSubset(f"'{what}' is outside the subset", _placed(part, node))


def _placed(part: ast.AST, otherwise: ast.AST) -> ast.AST:
    return part if hasattr(part, "lineno") else otherwise


def parameters(node: FunctionNode) -> list[str]:
    """The names of the parameters, in order."""
    return [p.arg for p in (*node.args.posonlyargs, *node.args.args)]


def inside(node: FunctionNode) -> Iterator[ast.AST]:
    """All nodes of a function's own scope; inner functions and classes count as single nodes."""
    todo: list[ast.AST] = list(node.body) if isinstance(node, ast.FunctionDef) else [node.body]
    while todo:
        n = todo.pop()
        yield n
        if isinstance(n, _SCOPES):
            todo += [*getattr(n, "decorator_list", ()), *_defaults(n)]
        else:
            todo += ast.iter_child_nodes(n)


def _defaults(n: ast.AST) -> list[ast.AST]:
    a = getattr(n, "args", None)
    return [d for d in (*a.defaults, *a.kw_defaults) if d is not None] if a else []


@cache
def is_generator(node: ast.FunctionDef) -> bool:
    """Whether a call of the function returns a generator."""
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in inside(node))


@cache
def local_names(node: FunctionNode) -> tuple[str, ...]:
    """The names that are local in the whole function, as Python resolves them."""
    found = dict.fromkeys(parameters(node))
    outer: set[str] = set()
    own = _outside_comprehensions(node)
    for n in inside(node):
        if isinstance(n, ast.Nonlocal):
            outer.update(n.names)
        elif isinstance(n, ast.NamedExpr):
            found[n.target.id] = None
        elif isinstance(n, ast.FunctionDef | ast.ClassDef | ast.MatchAs):
            found[n.name or ""] = None
        elif isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n in own:
            found[n.id] = None
    return tuple(name for name in found if name and name not in outer)


def _outside_comprehensions(node: FunctionNode) -> set[ast.AST]:
    """All nodes but the targets of comprehensions, whose names have their own scope."""
    inner: set[ast.AST] = set()
    everything = set(inside(node))
    for n in everything:
        if isinstance(n, _COMPREHENSIONS):
            for g in n.generators:
                inner.update(ast.walk(g.target))
    return everything - inner
