"""Python's own functions, as far as they are known on symbols."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Final

from mips_verify.expr import FALSE, TRUE, Expr
from mips_verify.reader import operators
from mips_verify.reader.expressions import Expressions
from mips_verify.reader.folds import fold, prefix_of
from mips_verify.reader.iteration import constant_elements, stream_of
from mips_verify.reader.terms import number
from mips_verify.reader.values import (
    NEVER,
    Builtin,
    Dictionary,
    Function,
    Generated,
    History,
    Indices,
    Items,
    Lazy,
    Length,
    Mapped,
    Numbered,
    Prefix,
    Range,
    Ref,
    Tail,
    Value,
    Zipped,
)

MOST_SORTED: Final = 6
Keywords = Mapping[str, Value]


def call_builtin(run: Expressions, name: str, args: list[Value], named: Keywords) -> Value:
    """Call a function of Python's own.

    Raises:
        OutsideSubset: one that is not in the white list, or not on these values.
    """
    least, most, known = _SIGNATURES[name]
    if not least <= len(args) <= most or set(named) - known:
        raise run.refuse(f"{name}() is not called like this here")
    return _FUNCTIONS[name](run, args, named)


def elements(run: Expressions, v: Value) -> tuple[Value, ...]:
    """All elements of what is known to its last one."""
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


def _abs(run: Expressions, args: list[Value], _: Keywords) -> Value:
    return operators.integer(run, args[0], lambda e: run.terms.build("abs", e))


def _int(run: Expressions, args: list[Value], _: Keywords) -> Value:
    def of(v: Value) -> Value:
        if isinstance(v, str):
            raise run.refuse("a number is read from a text")
        return operators.integer(run, v, run.terms.integer)

    return run.each(args[0], of)


def _bool(run: Expressions, args: list[Value], _: Keywords) -> Value:
    return operators.truth(run, args[0])


def _len(run: Expressions, args: list[Value], _: Keywords) -> Value:
    def of(v: Value) -> Value:
        if isinstance(v, Prefix):
            return v.stop
        if isinstance(v, Ref) and isinstance(o := run.object(v), History) and not o.complete:
            return o.length
        if isinstance(v, Ref | Tail | Range) and (stream := stream_of(run, v)) is not None:
            return Length(stream.offset)
        found = operators.elements_of(run, v)
        if found is None:
            if v is None or isinstance(v, Expr):
                run.fail()  # TypeError
                return NEVER
            raise run.refuse("the length of this is not known")
        return run.terms.const(len(found))

    return run.each(args[0], of)


def _sum(run: Expressions, args: list[Value], named: Keywords) -> Value:
    start = args[1] if len(args) > 1 else named.get("start", run.terms.const(0))

    def add(total: Value, e: Value) -> Value:
        return operators.binary(run, ast.Add(), total, e)

    return _reduce(run, args[0], start, add)


def _reduce(
    run: Expressions, over: Value, start: Value, use: Callable[[Value, Value], Value]
) -> Value:
    """``use`` over all elements; also of a generator with conditions, and of a whole prefix."""
    if prefix_of(run, over) is not None:
        return fold(run, over, start, use)
    if not isinstance(over, Lazy):
        return reduce(use, elements(run, over), start)
    total = start

    def take(tests: Sequence[ast.expr]) -> Value:
        if not tests:
            return use(total, run.value(over.node.elt))
        return run.branch(run.truth(tests[0]), lambda: take(tests[1:]), lambda: total)

    def one(tests: Sequence[ast.expr]) -> None:
        nonlocal total
        total = take(tests)

    run.comprehend_tests(over.node.generators, over.source, one, over.frame)
    return total


def _any(run: Expressions, args: list[Value], _: Keywords) -> Value:
    return _first(run, args[0], TRUE)


def _all(run: Expressions, args: list[Value], _: Keywords) -> Value:
    return _first(run, args[0], FALSE)


def _first(run: Expressions, over: Value, wanted: Expr) -> Value:
    """Whether an element has this truth value; later ones are not computed then."""
    other = run.terms.no(wanted)

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
        return _first_of(elements(run, over), other, use)
    result: Value = other

    def take(tests: Sequence[ast.expr]) -> Value:
        if not tests:
            return operators.truth(run, run.value(over.node.elt))
        return run.branch(run.truth(tests[0]), lambda: take(tests[1:]), lambda: other)

    def one(tests: Sequence[ast.expr]) -> None:
        nonlocal result
        result = use(result, lambda: take(tests))

    run.comprehend_tests(over.node.generators, over.source, one, over.frame)
    return result


def _first_of(
    values: Sequence[Value], start: Value, use: Callable[[Value, Callable[[], Value]], Value]
) -> Value:
    found = start
    for v in values:
        found = use(found, lambda v=v: v)  # type: ignore[misc]
    return found


def _min(run: Expressions, args: list[Value], named: Keywords) -> Value:
    return _extreme(run, args, named, ast.Lt(), "min")


def _max(run: Expressions, args: list[Value], named: Keywords) -> Value:
    return _extreme(run, args, named, ast.Gt(), "max")


def _extreme(
    run: Expressions, args: list[Value], named: Keywords, order: ast.cmpop, name: str
) -> Value:
    key = named.get("key")

    def keyed(v: Value) -> Value:
        return v if key is None else run.call(key, [v], run.call_node())

    def better(best: Value, e: Value) -> Value:
        if isinstance(best, Expr) and isinstance(e, Expr) and key is None:
            return run.terms.build(name, best, e)
        c = operators.compare(run, order, keyed(e), keyed(best))
        return run.choose(run.decide(c), e, best)

    if len(args) == 1 and prefix_of(run, args[0]) is not None:
        if key is not None:
            raise run.refuse("key= is not read for a slice that grows")
        found = fold(run, args[0], None, lambda best, e: run.each(
            best, lambda b: e if b is None else better(b, e)
        ))  # fmt: skip
        return run.each(found, lambda v: _empty(run, named) if v is None else v)
    values = list(args) if len(args) > 1 else list(elements(run, args[0]))
    if not values:
        return _empty(run, named)
    if len(values) == 1 and key is None:
        return values[0]
    return reduce(better, values)


def _empty(run: Expressions, named: Keywords) -> Value:
    if "default" in named:
        return named["default"]
    run.fail()  # ValueError
    return NEVER


def _range(run: Expressions, args: list[Value], _: Keywords) -> Value:
    start, stop, step = run.terms.const(0), args[0], 1
    if len(args) > 1:
        start, stop = _number(run, args[0]), args[1]
    if len(args) > 2:
        by = _number(run, args[2])
        if by.op != "const" or not by.value:
            raise run.refuse("the step of a range must be a constant other than 0")
        step = number(by)
    if isinstance(stop, Length):
        return Range(start, stop, step)
    end = _number(run, stop)
    if step == 1 and run.terms.linear(start) == (0, 0) and run.accumulates(end):
        return Indices(end)
    return Range(start, end, step)


def _number(run: Expressions, v: Value) -> Expr:
    if isinstance(v, Expr):
        return run.terms.integer(v)
    raise run.refuse("a range is made of integers")


def _enumerate(run: Expressions, args: list[Value], named: Keywords) -> Value:
    start = args[1] if len(args) > 1 else named.get("start", run.terms.const(0))
    first = _number(run, start)
    if first.op != "const":
        raise run.refuse("enumerate() starts at a constant")
    return Numbered(run.plain(args[0]), number(first))


def _zip(run: Expressions, args: list[Value], named: Keywords) -> Value:
    if named.get("strict", FALSE) not in (TRUE, FALSE):
        raise run.refuse("zip() takes strict=True or strict=False")
    zipped = Zipped(tuple(map(run.plain, args)))
    if named.get("strict") is TRUE:
        lengths = {s.offset for p in args if (s := stream_of(run, p))}
        if not lengths:
            lengths = {len(e) for p in args if (e := constant_elements(run, p)) is not None}
        if len(lengths) > 1:
            run.fail()  # ValueError
            return NEVER
    return zipped


def _list(run: Expressions, args: list[Value], _: Keywords) -> Value:
    if not args:
        return run.new_list(run.fresh("object"), ())
    found = _whole(run, args[0])
    return run.allocate(Items(elements(run, args[0]))) if found is None else found


def _tuple(run: Expressions, args: list[Value], _: Keywords) -> Value:
    if not args:
        return ()
    found = _whole(run, args[0])
    return elements(run, args[0]) if found is None else found


def _whole(run: Expressions, v: Value) -> Value | None:
    """A list with one element for each step, which no copy of it can change."""
    if isinstance(v, Generated):
        return v.history
    if isinstance(v, Ref) and isinstance(o := run.object(v), History):
        if not o.complete:
            raise run.refuse("a list is copied while it grows")
        return v
    if isinstance(v, Mapped) and any(stream_of(run, p) for p in v.of):
        return run.stream_of_calls(v)
    if isinstance(v, Lazy) and stream_of(run, v.source) is not None:
        return run.comprehension(v.node, v.source)
    return v if isinstance(v, Tail) else None


def _set(run: Expressions, args: list[Value], _: Keywords) -> Value:
    return run.new_set(elements(run, args[0]) if args else ())


def _dict(run: Expressions, args: list[Value], _: Keywords) -> Value:
    if not args:
        return run.allocate(Dictionary(()))
    if isinstance(args[0], Ref) and isinstance(o := run.object(args[0]), Dictionary):
        return run.allocate(o)
    entries = {}
    for e in elements(run, args[0]):
        if not isinstance(e, tuple) or len(e) != 2:
            raise run.refuse("dict() takes pairs")
        entries[operators.to_key(run, e[0])] = e[1]
    return run.allocate(Dictionary(tuple(entries.items())))


def _divmod(run: Expressions, args: list[Value], _: Keywords) -> Value:
    quotient = operators.binary(run, ast.FloorDiv(), *args)
    return (quotient, operators.binary(run, ast.Mod(), *args))


def _map(run: Expressions, args: list[Value], _: Keywords) -> Value:
    if not isinstance(args[0], Function | Builtin):
        raise run.refuse("map() takes a function")
    return Mapped(args[0], tuple(args[1:]))


def _sorted(run: Expressions, args: list[Value], named: Keywords) -> Value:
    values = list(elements(run, args[0]))
    downward = named.get("reverse", FALSE)
    if downward not in (TRUE, FALSE) or not all(isinstance(v, Expr) for v in values):
        raise run.refuse("sorted() takes integers")
    numbers = [run.terms.integer(v) for v in values if isinstance(v, Expr)]
    if all(e.op == "const" for e in numbers):
        numbers.sort(key=lambda e: number(e))
    elif len(numbers) > MOST_SORTED:
        raise run.refuse(f"more than {MOST_SORTED} numbers are sorted")
    else:
        for last in range(len(numbers) - 1, 0, -1):
            for k in range(last):
                a, b = numbers[k : k + 2]
                numbers[k : k + 2] = [run.terms.build("min", a, b), run.terms.build("max", a, b)]
    if downward is TRUE:
        numbers.reverse()
    return run.allocate(Items(tuple(numbers)))


def _isinstance(run: Expressions, args: list[Value], _: Keywords) -> Value:
    kinds = args[1] if isinstance(args[1], tuple) else (args[1],)
    names = {k.name for k in kinds if isinstance(k, Builtin)}
    if len(names) < len(kinds) or names - {"int", "list", "tuple"}:
        raise run.refuse("isinstance() is read with int, list and tuple only")

    def of(v: Value) -> Value:
        if isinstance(v, Ref) and not isinstance(run.object(v), Items | History):
            raise run.refuse("the type of this is not known")
        if not (v is None or isinstance(v, Expr | tuple | str | Ref)):
            raise run.refuse("the type of this is not known")
        kind = {Expr: "int", tuple: "tuple", Ref: "list"}.get(type(v), "")
        return run.terms.truth_value(kind in names)

    return run.each(args[0], of)


def _deque(run: Expressions, args: list[Value], named: Keywords) -> Value:
    values = elements(run, args[0]) if args else ()
    most = args[1] if len(args) > 1 else named.get("maxlen")
    limit = None
    if most is not None:
        size = _number(run, most)
        if size.op != "const" or number(size) < 1:
            raise run.refuse("maxlen of a deque must be a constant")
        limit = number(size)
        values = values[max(0, len(values) - limit) :]
    ref = run.allocate(Items(values, is_deque=True, most=limit))
    run.plan.windows.add(ref.address)
    return ref


_MANY: Final = 99
_NONE: Final[frozenset[str]] = frozenset()
_SIGNATURES: Final[dict[str, tuple[int, int, frozenset[str]]]] = {
    "abs": (1, 1, _NONE),
    "all": (1, 1, _NONE),
    "any": (1, 1, _NONE),
    "bool": (1, 1, _NONE),
    "deque": (0, 2, frozenset({"maxlen"})),
    "dict": (0, 1, _NONE),
    "divmod": (2, 2, _NONE),
    "enumerate": (1, 2, frozenset({"start"})),
    "int": (1, 1, _NONE),
    "isinstance": (2, 2, _NONE),
    "len": (1, 1, _NONE),
    "list": (0, 1, _NONE),
    "map": (2, _MANY, _NONE),
    "max": (1, _MANY, frozenset({"key", "default"})),
    "min": (1, _MANY, frozenset({"key", "default"})),
    "range": (1, 3, _NONE),
    "set": (0, 1, _NONE),
    "sorted": (1, 1, frozenset({"reverse"})),
    "sum": (1, 2, frozenset({"start"})),
    "tuple": (0, 1, _NONE),
    "zip": (1, _MANY, frozenset({"strict"})),
}
_FUNCTIONS: Final[dict[str, Callable[[Expressions, list[Value], Keywords], Value]]] = {
    "abs": _abs,
    "all": _all,
    "any": _any,
    "bool": _bool,
    "deque": _deque,
    "dict": _dict,
    "divmod": _divmod,
    "enumerate": _enumerate,
    "int": _int,
    "isinstance": _isinstance,
    "len": _len,
    "list": _list,
    "map": _map,
    "max": _max,
    "min": _min,
    "range": _range,
    "set": _set,
    "sorted": _sorted,
    "sum": _sum,
    "tuple": _tuple,
    "zip": _zip,
}
