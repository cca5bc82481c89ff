"""Methods of lists, tuples and dictionaries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Final

from mips_verify.kernel.expr import FALSE, Expr
from mips_verify.reader.expressions.comprehensions import Comprehensions
from mips_verify.reader.expressions.folds import fold
from mips_verify.reader.operations import comparisons, containers, operators
from mips_verify.reader.operations.subscripts import under_key
from mips_verify.reader.symbols.needs import Shrinks
from mips_verify.reader.symbols.terms import number
from mips_verify.reader.symbols.values import (
    NEVER,
    Dictionary,
    History,
    Items,
    Prefix,
    Ref,
    Value,
    View,
)

Args = list[Value]


def call_method(run: Comprehensions, owner: Value, name: str, args: Args) -> Value:
    """``owner.name(*args)``.

    Raises:
        OutsideSubset: the method is not in the white list.
    """
    if isinstance(owner, Prefix) and name == "count" and len(args) == 1:
        return _count_in_prefix(run, owner, args[0])
    if isinstance(owner, tuple):
        return _of_values(run, owner, name, args)
    o = run.object(owner) if isinstance(owner, Ref) else None
    if isinstance(o, History) and isinstance(owner, Ref):
        return _of_history(run, owner, o, name, args)
    if isinstance(o, Items) and isinstance(owner, Ref) and not o.is_set:
        method = (_DEQUE if o.is_deque else _LIST).get(name)
        if method is None:
            return _of_values(run, o.values, name, args)
        return method(run, owner, o, args)
    if isinstance(o, Dictionary) and isinstance(owner, Ref):
        return _of_dictionary(run, owner, o, name, args)
    raise run.refuse(f"the method '.{name}' is outside the subset")


def push(run: Comprehensions, ref: Ref, o: History, v: Value) -> None:
    """Append an element to a history."""
    if o.complete:
        raise run.refuse("a list that is as long as the input is changed")
    wanted = run.plan.first.get(ref.address, 0)
    first = (*o.first, v) if len(o.first) < wanted else o.first
    length = run.terms.build("add", o.length, run.terms.const(1))
    run.change(ref, replace(o, length=length, recent=(*o.recent, v), first=first))


def _of_history(run: Comprehensions, ref: Ref, o: History, name: str, args: Args) -> Value:
    if name == "append" and len(args) == 1 and not o.complete:
        push(run, ref, o, run.plain(args[0]))
        return None
    if name == "extend" and len(args) == 1 and not o.complete:
        for v in run.source_elements(args[0]):
            push(run, ref, run.history(ref), v)
        return None
    if name == "count" and len(args) == 1 and not o.complete:
        return _count_in_prefix(run, Prefix(ref, o.length), args[0])
    if name in ("pop", "insert", "clear", "popleft") and not o.complete:
        raise Shrinks(run.where, ref.address)
    raise run.refuse(f"the method '.{name}' of this list is outside the subset")


def _count_in_prefix(run: Comprehensions, prefix: Prefix, wanted: Value) -> Value:
    def use(total: Value, e: Value) -> Value:
        same = run.terms.integer(comparisons.equal(run, e, wanted))
        return operators.binary(run, operators.ADD, total, same)

    return fold(run, prefix, run.terms.const(0), use, wanted)


def _append(run: Comprehensions, ref: Ref, o: Items, args: Args) -> Value:
    (v,) = _exactly(run, args, 1)
    return _now(run, ref, o, (*o.values, run.plain(v)))


def _extend(run: Comprehensions, ref: Ref, o: Items, args: Args) -> Value:
    (more,) = _exactly(run, args, 1)
    return _now(run, ref, o, o.values + run.source_elements(more))


def _pop(run: Comprehensions, ref: Ref, o: Items, args: Args) -> Value:
    place = _place(run, args[0]) if args else -1
    if not o.values or not -len(o.values) <= place < len(o.values):
        run.fail()  # IndexError
        return NEVER
    values = list(o.values)
    taken = values.pop(place)
    _now(run, ref, o, tuple(values))
    return taken


def _pop_last(run: Comprehensions, ref: Ref, o: Items, args: Args) -> Value:
    _exactly(run, args, 0)
    return _pop(run, ref, o, [])


def _append_left(run: Comprehensions, ref: Ref, o: Items, args: Args) -> Value:
    (v,) = _exactly(run, args, 1)
    return _now(run, ref, o, (run.plain(v), *o.values[: o.most and o.most - 1]))


def _pop_left(run: Comprehensions, ref: Ref, o: Items, args: Args) -> Value:
    _exactly(run, args, 0)
    return _pop(run, ref, o, [run.terms.const(0)])


def _insert(run: Comprehensions, ref: Ref, o: Items, args: Args) -> Value:
    where, v = _exactly(run, args, 2)
    values = list(o.values)
    values.insert(_place(run, where), run.plain(v))
    return _now(run, ref, o, tuple(values))


def _clear(run: Comprehensions, ref: Ref, o: Items, args: Args) -> Value:
    _exactly(run, args, 0)
    return _now(run, ref, o, ())


def _copy(run: Comprehensions, _: Ref, o: Items, args: Args) -> Value:
    _exactly(run, args, 0)
    return run.allocate(o)


def _now(run: Comprehensions, ref: Ref, o: Items, values: tuple[Value, ...]) -> Value:
    if o.most is not None:
        values = values[max(0, len(values) - o.most) :]
    if len(values) > containers.MAX_ITEMS:
        raise run.refuse(f"a list of more than {containers.MAX_ITEMS} elements")
    run.change(ref, replace(o, values=values))
    return None


def _exactly(run: Comprehensions, args: Args, count: int) -> Args:
    if len(args) != count:
        raise run.refuse(f"this method takes {count} argument(s) here")
    return args


def _place(run: Comprehensions, v: Value) -> int:
    if isinstance(v, Expr):
        e = run.terms.integer(v)
        if e.op == "const":
            return number(e)
    raise run.retry("this place in a list must be a constant")


def _of_values(run: Comprehensions, values: tuple[Value, ...], name: str, args: Args) -> Value:
    if name == "count" and len(args) == 1:
        same = [run.terms.integer(comparisons.equal(run, v, args[0])) for v in values]
        return reduce(lambda a, b: run.terms.build("add", a, b), same, run.terms.const(0))
    if name == "index" and len(args) == 1:
        here = [comparisons.equal(run, v, args[0]) for v in values]
        if run.fail(run.terms.no(reduce(run.terms.either, here, FALSE))):
            return NEVER
        found: Value = NEVER
        for k in reversed(range(len(values))):
            found = run.choose(run.decide(here[k]), run.terms.const(k), found)
        return found
    raise run.refuse(f"the method '.{name}' is outside the subset")


def _of_dictionary(run: Comprehensions, owner: Ref, o: Dictionary, name: str, args: Args) -> Value:
    if name == "get" and len(args) in (1, 2):
        return under_key(run, o, args[0], ((args[1] if len(args) == 2 else None),))
    if name in ("keys", "values", "items") and not args:
        keys = [containers.from_key(run, k) for k, _ in o.entries]
        values = [v for _, v in o.entries]
        pairs = tuple(zip(keys, values, strict=True))
        found = {"keys": tuple(keys), "values": tuple(values), "items": pairs}[name]
        return View(owner, found)
    if name == "copy" and not args:
        return run.allocate(o)
    raise run.refuse(f"the method '.{name}' of a dictionary is outside the subset")


_LIST: Final[dict[str, Callable[[Comprehensions, Ref, Items, Args], Value]]] = {
    "append": _append,
    "clear": _clear,
    "copy": _copy,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
}
_DEQUE: Final = {
    **{name: _LIST[name] for name in ("append", "extend", "clear")},
    "appendleft": _append_left,
    "pop": _pop_last,
    "popleft": _pop_left,
}
