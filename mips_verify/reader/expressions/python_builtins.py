"""Python's built-in functions on symbols."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.expressions.comprehensions import Comprehensions
from mips_verify.reader.expressions.reductions import (
    Keywords,
    all_of,
    any_of,
    count_of,
    elements,
    max_of,
    min_of,
    sum_of,
)
from mips_verify.reader.operations import containers, operators
from mips_verify.reader.operations.iteration import constant_elements, stream_of
from mips_verify.reader.symbols.terms import number
from mips_verify.reader.symbols.values import (
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


def call_builtin(run: Comprehensions, name: str, args: list[Value], named: Keywords) -> Value:
    """Call a built-in function.

    Raises:
        OutsideSubset: the white list does not have the function, or not for these values.
    """
    least, most, known = _SIGNATURES[name]
    if not least <= len(args) <= most or set(named) - known:
        raise run.refuse(f"this call of {name}() is outside the subset")
    return _FUNCTIONS[name](run, args, named)


def _abs(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    return operators.integer(run, args[0], lambda e: run.terms.build("abs", e))


def _int(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    def of(v: Value) -> Value:
        if isinstance(v, str):
            raise run.refuse("a number is read from a text")
        return operators.integer(run, v, run.terms.integer)

    return run.each(args[0], of)


def _bool(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    return operators.truth(run, args[0])


def _len(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    def of(v: Value) -> Value:
        if isinstance(v, Prefix):
            return v.stop
        if isinstance(v, Lazy) and v.is_list:
            return count_of(run, v)
        if isinstance(v, Ref) and isinstance(o := run.object(v), History) and not o.complete:
            return o.length
        if isinstance(v, Ref | Tail | Range) and (stream := stream_of(run, v)) is not None:
            return Length(stream.offset)
        found = containers.elements_of(run, v)
        if found is None:
            if v is None or isinstance(v, Expr):
                run.fail()  # TypeError
                return NEVER
            raise run.refuse("the length of this is not known")
        return run.terms.const(len(found))

    return run.each(args[0], of)


def _range(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
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


def _number(run: Comprehensions, v: Value) -> Expr:
    if isinstance(v, Expr):
        return run.terms.integer(v)
    raise run.refuse("a range is made of integers")


def _enumerate(run: Comprehensions, args: list[Value], named: Keywords) -> Value:
    start = args[1] if len(args) > 1 else named.get("start", run.terms.const(0))
    first = _number(run, start)
    if first.op != "const":
        raise run.refuse("enumerate() must start at a constant")
    return Numbered(run.source_of(args[0]), number(first))


def _zip(run: Comprehensions, args: list[Value], named: Keywords) -> Value:
    if named.get("strict", FALSE) not in (TRUE, FALSE):
        raise run.refuse("zip() takes strict=True or strict=False")
    zipped = Zipped(tuple(map(run.source_of, args)))
    if named.get("strict") is TRUE:
        lengths = {s.offset for p in args if (s := stream_of(run, p))}
        if not lengths:
            lengths = {len(e) for p in args if (e := constant_elements(run, p)) is not None}
        if len(lengths) > 1:
            run.fail()  # ValueError
            return NEVER
    return zipped


def _list(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    if not args:
        return run.new_list(run.fresh("object"), ())
    found = _whole(run, args[0])
    return run.allocate(Items(elements(run, args[0]))) if found is None else found


def _tuple(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    if not args:
        return ()
    found = _whole(run, args[0])
    return elements(run, args[0]) if found is None else found


def _whole(run: Comprehensions, v: Value) -> Value | None:
    """A list with one element for each step; a copy of it is the list itself."""
    if isinstance(v, Generated):
        return v.history
    if isinstance(v, Ref) and isinstance(o := run.object(v), History):
        if not o.complete:
            raise run.refuse("a list is copied while it grows")
        run.demand_finished(v)
        return v
    if isinstance(v, Mapped) and any(stream_of(run, p) for p in v.of):
        return run.stream_of_calls(v)
    if isinstance(v, Lazy) and stream_of(run, v.source) is not None:
        return run.comprehension(v.node, v.source, v.frame)
    return v if isinstance(v, Tail) else None


def _set(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    return run.new_set(elements(run, args[0]) if args else ())


def _dict(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    if not args:
        return run.allocate(Dictionary(()))
    if isinstance(args[0], Ref) and isinstance(o := run.object(args[0]), Dictionary):
        return run.allocate(o)
    entries = {}
    for e in elements(run, args[0]):
        if not isinstance(e, tuple) or len(e) != 2:
            raise run.refuse("dict() takes pairs")
        entries[containers.to_key(run, e[0])] = e[1]
    return run.allocate(Dictionary(tuple(entries.items())))


def _divmod(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    quotient = operators.binary(run, ast.FloorDiv(), *args)
    return (quotient, operators.binary(run, ast.Mod(), *args))


def _map(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    if not isinstance(args[0], Function | Builtin):
        raise run.refuse("map() takes a function")
    return Mapped(args[0], tuple(args[1:]))


def _sorted(run: Comprehensions, args: list[Value], named: Keywords) -> Value:
    values = list(elements(run, args[0], ordered=False))
    downward = named.get("reverse", FALSE)
    if downward not in (TRUE, FALSE) or not all(isinstance(v, Expr) for v in values):
        raise run.refuse("sorted() takes integers")
    numbers = [run.terms.integer(v) for v in values if isinstance(v, Expr)]
    if all(e.op == "const" for e in numbers):
        numbers.sort(key=number)
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


def _isinstance(run: Comprehensions, args: list[Value], _: Keywords) -> Value:
    kinds = args[1] if isinstance(args[1], tuple) else (args[1],)
    names = {k.name for k in kinds if isinstance(k, Builtin)}
    if len(names) < len(kinds) or names - {"int", "list", "tuple"}:
        raise run.refuse("isinstance() is read with int, list and tuple only")

    def of(v: Value) -> Value:
        o = run.object(v) if isinstance(v, Ref) else None
        is_list = isinstance(o, History) or (isinstance(o, Items) and not (o.is_set or o.is_deque))
        if isinstance(v, Ref) and not is_list:
            raise run.refuse("the type of this is not known")
        if not (v is None or isinstance(v, Expr | tuple | str | Ref)):
            raise run.refuse("the type of this is not known")
        kind = {Expr: "int", tuple: "tuple", Ref: "list"}.get(type(v), "")
        return run.terms.truth_value(kind in names)

    return run.each(args[0], of)


def _deque(run: Comprehensions, args: list[Value], named: Keywords) -> Value:
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
_FUNCTIONS: Final[dict[str, Callable[[Comprehensions, list[Value], Keywords], Value]]] = {
    "abs": _abs,
    "all": all_of,
    "any": any_of,
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
    "max": max_of,
    "min": min_of,
    "range": _range,
    "set": _set,
    "sorted": _sorted,
    "sum": sum_of,
    "tuple": _tuple,
    "zip": _zip,
}
