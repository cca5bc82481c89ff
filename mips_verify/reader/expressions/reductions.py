"""``sum``, ``any``, ``all``, ``min`` and ``max``, also over all letters so far."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.expressions.comprehensions import Comprehensions
from mips_verify.reader.expressions.folds import fold, prefix_of
from mips_verify.reader.operations import comparisons, operators
from mips_verify.reader.symbols.values import NEVER, Items, Lazy, Mapped, Ref, Value

Keywords = Mapping[str, Value]


def elements(run: Comprehensions, v: Value, *, ordered: bool = True) -> tuple[Value, ...]:
    """All elements of a source of known size."""
    if isinstance(v, Ref) and isinstance(o := run.object(v), Items) and o.is_set and not ordered:
        return o.values
    if isinstance(v, Lazy):
        found: list[Value] = []
        run.comprehend(v.node.generators, v.source, lambda: found.append(run.value(v.node.elt)),
                       v.frame)  # fmt: skip
        return tuple(found)
    if isinstance(v, Mapped):
        parts = [elements(run, p) for p in v.of]
        calls = zip(*parts, strict=False)
        return tuple(run.call(v.function, list(c), run.call_node()) for c in calls)
    return run.source_elements(v)


def count_of(run: Comprehensions, over: Value) -> Value:
    """The number of elements."""
    one = run.terms.const(1)
    return _reduce(run, over, run.terms.const(0), lambda n, _: run.terms.build("add", n, one))  # type: ignore[arg-type]


def sum_of(run: Comprehensions, args: list[Value], named: Keywords) -> Value:
    """Python's own ``sum``."""
    if len(args) > 1 and "start" in named:
        raise run.refuse("sum() is given two start values")
    start = args[1] if len(args) > 1 else named.get("start", run.terms.const(0))
    if isinstance(start, str):
        raise run.refuse("sum() of texts")

    def add(total: Value, e: Value) -> Value:
        return operators.binary(run, ast.Add(), total, e)

    return _reduce(run, args[0], start, add)


def _reduce(
    run: Comprehensions, over: Value, start: Value, use: Callable[[Value, Value], Value]
) -> Value:
    """The fold of ``use`` over all elements; also for a prefix, or a generator with conditions."""
    if prefix_of(run, over) is not None:
        return fold(run, over, start, use)
    if not isinstance(over, Lazy):
        return reduce(use, elements(run, over, ordered=False), start)
    total = start

    def take(tests: Sequence[ast.expr]) -> None:
        nonlocal total
        total = run.where_taken(tests, lambda: use(total, run.value(over.node.elt)), total)

    run.comprehend_tests(over.node.generators, over.source, take, over.frame)
    return total


def any_of(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    """Python's own ``any``."""
    return _first(run, args[0], TRUE)


def all_of(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    """Python's own ``all``."""
    return _first(run, args[0], FALSE)


def _first(run: Comprehensions, over: Value, wanted: Expr) -> Value:
    """Whether an element has this truth value; like Python, computes no elements after it."""
    other: Value = run.terms.no(wanted)
    if isinstance(over, Mapped):
        raise run.refuse("any() and all() stop early, also inside map()")

    def use(found: Value, e: Callable[[], Value]) -> Value:
        def look() -> Value:
            return operators.truth(run, e())

        known = operators.truth(run, found)
        if wanted is TRUE:
            return run.branch(known, lambda: TRUE, look)
        return run.branch(known, look, lambda: FALSE)

    if prefix_of(run, over) is not None:
        return fold(run, over, other, lambda found, e: use(found, lambda: e))
    if not isinstance(over, Lazy):
        known = elements(run, over, ordered=False)
        return reduce(lambda found, e: use(found, lambda: e), known, other)
    result = other

    def truth() -> Value:
        return operators.truth(run, run.value(over.node.elt))

    def take(tests: Sequence[ast.expr]) -> None:
        nonlocal result
        result = use(result, lambda: run.where_taken(tests, truth, other))

    run.comprehend_tests(over.node.generators, over.source, take, over.frame)
    return result


def min_of(run: Comprehensions, args: list[Value], named: Keywords) -> Value:
    """Python's own ``min``."""
    return _extreme(run, args, named, ast.Lt(), "min")


def max_of(run: Comprehensions, args: list[Value], named: Keywords) -> Value:
    """Python's own ``max``."""
    return _extreme(run, args, named, ast.Gt(), "max")


def _extreme(
    run: Comprehensions, args: list[Value], named: Keywords, order: ast.cmpop, name: str
) -> Value:
    key = named.get("key")
    if len(args) > 1 and "default" in named:
        raise run.refuse(f"{name}() of several values takes no default")

    def better(best: Value, e: Value) -> Value:
        if isinstance(best, Expr) and isinstance(e, Expr):
            return run.terms.build(name, best, e)
        c = comparisons.compare(run, order, e, best)
        return run.choose(run.decide(c), e, best)

    if len(args) == 1 and prefix_of(run, args[0]) is not None:
        if key is not None:
            raise run.refuse("key= is not read for a slice that grows")
        found = fold(run, args[0], None, lambda best, e: run.each(
            best, lambda b: e if b is None else better(b, e)
        ))  # fmt: skip
        return run.each(found, lambda v: _empty(run, named) if v is None else v)
    values = list(args) if len(args) > 1 else list(elements(run, args[0], ordered=key is not None))
    if not values:
        return _empty(run, named)
    if key is None:
        return reduce(better, values)
    keys = [run.call(key, [v], run.call_node()) for v in values]
    best, best_key = values[0], keys[0]
    for v, k in zip(values[1:], keys[1:], strict=True):
        c = run.decide(comparisons.compare(run, order, k, best_key))
        best, best_key = run.choose(c, v, best), run.choose(c, k, best_key)
    return best


def _empty(run: Comprehensions, named: Keywords) -> Value:
    if "default" in named:
        return named["default"]
    run.fail()  # ValueError
    return NEVER
