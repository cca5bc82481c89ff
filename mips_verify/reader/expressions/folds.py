"""Folds such as ``sum(xs[:i + 1])``, which Python computes again over all letters in every step.

Here a register keeps the result over the earlier elements. That equals Python's own result if the
treatment of an element depends on nothing that changes between steps, which is checked.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from mips_verify.kernel.expr import Expr
from mips_verify.reader.expressions.comprehensions import Comprehensions
from mips_verify.reader.operations.subscripts import item
from mips_verify.reader.source.outside_subset import OutsideSubset
from mips_verify.reader.symbols.values import (
    UNBOUND,
    Address,
    Builtin,
    Class,
    Function,
    History,
    Indices,
    Items,
    Lazy,
    Numbered,
    Prefix,
    Ref,
    Value,
    Zipped,
    references,
    same,
)

Use = Callable[[Value, Value], Value]


def prefix_of(run: Comprehensions, v: Value) -> Prefix | Indices | None:
    """The prefix over which ``v`` iterates; ``None`` if it iterates over anything else."""
    if isinstance(v, Lazy):
        return prefix_of(run, v.source)
    if isinstance(v, Numbered):
        return prefix_of(run, v.of)
    if isinstance(v, Zipped):
        parts = [prefix_of(run, p) for p in v.parts]
        stops = {id(p.stop) for p in parts if p is not None}
        return parts[0] if None not in parts and len(stops) == 1 else None
    if isinstance(v, Ref) and isinstance(o := run.object(v), History) and not o.complete:
        return Prefix(v, o.length)
    return v if isinstance(v, Prefix | Indices) else None


def fold(run: Comprehensions, over: Value, start: Value, use: Use, *also: Value) -> Value:
    """The fold of ``use`` over all elements so far, beginning with ``start``.

    Args:
        run: the step that is being executed.
        over: a prefix, or a generator over one.
        start: a constant.
        use: takes the result so far and an element, returns the next result.
        also: further values on which ``use`` depends.
    """
    source = prefix_of(run, over)
    assert source is not None
    within = set(_names(over.node)) if isinstance(over, Lazy) else set()
    frame = over.frame if isinstance(over, Lazy) else None
    fixed = (start, *also, *shape(run, over), *_fixed(run, within, frame))
    place_kept = address_of(run)
    have, total = begin(run, place_kept, fixed, start)
    for place in places(run, have, source):
        element = element_at(run, over, source, place)
        total = _with(run, over, total, element, use)
    run.state.store[place_kept] = (source.stop, total, fixed)
    return total


def shape(run: Comprehensions, over: Value) -> tuple[Value, ...]:
    """A description of a fold's source, which must be the same in every step.

    Raises:
        OutsideSubset: the source is a list whose elements may still change.
    """
    source = over.source if isinstance(over, Lazy) else over
    found = tuple(references(source))
    for r in found:
        o = run.object(r)
        if isinstance(o, History) and o.fill is not UNBOUND:
            raise run.refuse("a list that is filled by index is used as a whole")
    start = run.terms.const(source.start) if isinstance(source, Numbered) else None
    return (*found, type(source).__name__, start)


def _with(run: Comprehensions, over: Value, total: Value, element: Value, use: Use) -> Value:
    if not isinstance(over, Lazy):
        return use(total, element)
    if len(over.node.generators) > 1:
        raise run.refuse("two loops in one generator over a slice that grows")
    found = total

    def take(tests: Sequence[ast.expr]) -> None:
        nonlocal found
        found = run.where_taken(tests, lambda: use(total, run.value(over.node.elt)), total)

    run.comprehend_tests(over.node.generators, (element,), take, over.frame)
    return found


def _names(node: ast.AST) -> Iterator[str]:
    """The names that a generator reads, except in its first source."""
    assert isinstance(node, ast.GeneratorExp)
    if any(isinstance(n, ast.NamedExpr) for n in ast.walk(node)):
        raise OutsideSubset("':=' inside what is computed over a slice that grows", node)
    first = node.generators[0]
    bound = {n.id for n in ast.walk(first.target) if isinstance(n, ast.Name)}
    for part in (node.elt, *first.ifs):
        for n in ast.walk(part):
            if isinstance(n, ast.Name) and n.id not in bound:
                yield n.id


def _fixed(run: Comprehensions, names: set[str], frame: object) -> list[Value]:
    """The values of these names, which must be constant."""
    found: list[Value] = []
    for name in sorted(names):
        address = frame.find(name) if frame is not None else None  # type: ignore[attr-defined]
        v = run.state.store.get(address, UNBOUND) if address is not None else UNBOUND
        demand_constant(run, v, name)  # type: ignore[arg-type]
        found.append(v)  # type: ignore[arg-type]
    return found


def demand_constant(run: Comprehensions, v: Value, name: str) -> None:
    """Refuse a value that may differ from step to step."""
    if isinstance(v, tuple):
        for p in v:
            demand_constant(run, p, name)
        return
    if isinstance(v, Expr) and v.op in ("const", "true", "false"):
        return
    if v is None or v is UNBOUND or isinstance(v, str):
        return
    if isinstance(v, Builtin) and v.owner is None:
        return
    if isinstance(v, Class) and v.frame.parent is None:
        return
    if isinstance(v, Function) and v.frame.parent is None and v.myself is None:
        return
    if isinstance(v, Ref):
        o = run.object(v)
        given = isinstance(o, History) and o.complete and o.fill is UNBOUND
        if given or (isinstance(o, Items) and v.address in run.frozen):
            return
    raise run.refuse(f"'{name}' may change, and it is used with a slice that grows")


def address_of(run: Comprehensions) -> Address:
    """The address of the result that a fold keeps; different for each place in the program."""
    line, column = getattr(run.where, "lineno", 0), getattr(run.where, "col_offset", 0)
    return ("fold", *run.section, line, column, *run.active)


def begin(
    run: Comprehensions, kept_at: Address, fixed: tuple[Value, ...], start: Value
) -> tuple[Expr, Value]:
    """How many elements earlier steps have processed, and the result over them."""
    run.demand_inside_a_step()
    demand_constant(run, start, "the first value")
    kept = run.state.store.get(kept_at)
    if kept is None:
        return run.terms.const(0), start
    assert isinstance(kept, tuple)
    have, total, before = kept
    if not same(before, fixed):
        raise run.refuse("a value that is used with a slice that grows changes from step to step")
    assert isinstance(have, Expr)
    return have, total


def places(run: Comprehensions, have: Expr, source: Prefix | Indices) -> Iterator[Expr]:
    """The indices of the elements that are new in this step."""
    count = run.terms.linear(run.terms.build("sub", source.stop, have))
    if count is None or count[0]:
        raise run.retry("a slice that grows is not computed in every step")
    if count[1] < 0:
        raise run.refuse("a slice that grows becomes shorter")
    for k in range(count[1]):
        yield run.terms.build("add", have, run.terms.const(k))


def element_at(run: Comprehensions, over: Value, source: Prefix | Indices, place: Expr) -> Value:
    """The element of a prefix at ``place``."""
    inner = over.source if isinstance(over, Lazy) else over
    if isinstance(inner, Zipped):
        return tuple(_part_at(run, p, place) for p in inner.parts)
    if isinstance(inner, Numbered):
        number = run.terms.build("add", run.terms.const(inner.start), place)
        return (number, _part_at(run, inner.of, place))
    return _part_at(run, source, place)


def _part_at(run: Comprehensions, v: Value, place: Expr) -> Value:
    source = prefix_of(run, v)
    if isinstance(v, Numbered | Zipped):
        return element_at(run, v, place=place, source=source or Indices(place))
    return place if not isinstance(source, Prefix) else item(run, source.history, place)
