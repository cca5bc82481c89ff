"""The patterns of ``match``."""

from __future__ import annotations

import ast

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.expressions.expressions import Expressions
from mips_verify.reader.operations import comparisons
from mips_verify.reader.symbols.values import Value


def matches(paths: Expressions, p: ast.pattern, v: Value, bound: dict[str, Value]) -> Expr:
    """The condition under which a pattern matches; ``bound`` gets the names that it binds."""
    if isinstance(p, ast.MatchValue):
        return comparisons.equal(paths, v, paths.value(p.value))
    if isinstance(p, ast.MatchSingleton) and p.value is None:
        return comparisons.compare(paths, ast.Is(), v, None)
    if isinstance(p, ast.MatchAs):
        c = TRUE if p.pattern is None else matches(paths, p.pattern, v, bound)
        if p.name is not None:
            bound[p.name] = v
        return c
    if isinstance(p, ast.MatchOr):
        found: Expr = FALSE
        for part in p.patterns:
            if any(isinstance(n, ast.MatchAs) and n.name for n in ast.walk(part)):
                raise paths.refuse("a name inside alternatives of a pattern")
            found = paths.terms.either(found, matches(paths, part, v, bound))
        return found
    if isinstance(p, ast.MatchSequence):
        return _matches_sequence(paths, p, v, bound)
    raise paths.refuse("this pattern is outside the subset")


def _matches_sequence(
    paths: Expressions, p: ast.MatchSequence, v: Value, bound: dict[str, Value]
) -> Expr:
    if not isinstance(v, tuple):
        if v is None or isinstance(v, Expr | str):
            return FALSE
        raise paths.refuse("only a tuple can be matched with a sequence pattern")
    if len(v) != len(p.patterns):
        return FALSE
    found: Expr = TRUE
    for part, e in zip(p.patterns, v, strict=True):
        if isinstance(part, ast.MatchStar):
            raise paths.refuse("'*' in a pattern is outside the subset")
        found = paths.terms.both(found, matches(paths, part, e, bound))
    return found
