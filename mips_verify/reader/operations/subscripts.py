"""What stands at an index, in a slice or under a key; and what is put there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.operations.comparisons import equal
from mips_verify.reader.operations.containers import from_key, to_key
from mips_verify.reader.operations.operators import integer
from mips_verify.reader.symbols.needs import Need
from mips_verify.reader.symbols.paths import Core
from mips_verify.reader.symbols.terms import number
from mips_verify.reader.symbols.values import (
    NEVER,
    UNBOUND,
    Dictionary,
    History,
    Items,
    Length,
    Prefix,
    Ref,
    Tail,
    Value,
)


def item(core: Core, owner: Value, index: Value) -> Value:
    """``owner[index]``."""
    return core.each(owner, lambda o: core.each(index, lambda i: _item(core, o, i)))


def _item(core: Core, owner: Value, index: Value) -> Value:
    if isinstance(owner, str):
        if isinstance(index, Expr) and index.op == "const":
            return select(core, tuple(owner), index)
        raise core.refuse("a letter of a text is read at a constant place only")
    if isinstance(owner, tuple):
        return integer(core, index, lambda i: select(core, owner, i))
    if isinstance(owner, Ref):
        o = core.object(owner)
        if isinstance(o, Items) and not o.is_set:
            return integer(core, index, lambda i: select(core, o.values, i))
        if isinstance(o, Dictionary):
            return under_key(core, o, index, None)
        if isinstance(o, History):
            return _of_history(core, owner, o, index)
    if owner is None or isinstance(owner, Expr):
        core.fail()  # TypeError
        return NEVER
    raise core.refuse("an item of this is not known")


def select(core: Core, values: Sequence[Value], index: Expr) -> Value:
    """The value at ``index``, counted from the end where that is negative."""
    place = position(core, len(values), index)
    return NEVER if place is None else _chosen(core, values, place)


def position(core: Core, size: int, index: Expr) -> Expr | None:
    """``index`` from the start; IndexError outside ``-size .. size - 1``; ``None`` if always."""
    terms = core.terms
    index, n = terms.integer(index), terms.const(size)
    negative = core.decide(terms.compare("lt", index, terms.const(0)))
    too_low = terms.compare("lt", index, terms.const(-size))
    too_high = terms.compare("ge", index, n)
    if core.fail(terms.either(core.decide(too_low), core.decide(too_high))) or not size:
        return None
    return terms.integer(terms.choice(negative, terms.build("add", index, n), index))


def _chosen(core: Core, values: Sequence[Value], place: Expr) -> Value:
    terms = core.terms
    if place.op == "const":
        return values[number(place)]
    numbers = [e for e in values if isinstance(e, Expr)]
    if len(numbers) == len(values):
        entries = [terms.integer(e) for e in numbers]
        if all(e.op == "const" for e in entries):
            table = tuple(number(e) for e in entries)
            found = terms.build("table", place, value=table)
            return terms.truth(found) if all(e.sort == "bool" for e in numbers) else found
    first = values[0]
    if isinstance(first, tuple) and all(
        isinstance(v, tuple) and len(v) == len(first) for v in values
    ):
        columns = zip(*[v for v in values if isinstance(v, tuple)], strict=True)
        return tuple(_chosen(core, column, place) for column in columns)
    found_value = values[-1]
    for k in reversed(range(len(values) - 1)):
        here = core.decide(terms.compare("eq", place, terms.const(k)))
        found_value = core.choose(here, values[k], found_value)
    return found_value


def under_key(core: Core, o: Dictionary, key: Value, default: Value | None) -> Value:
    """The value under a key; KeyError, or ``default`` where one is given as a tuple of one."""
    core.demand_hashable(key)
    if isinstance(default, tuple):
        found: Value = default[0]
    else:
        found = NEVER
    missing: Expr = TRUE
    tests = []
    for k, v in o.entries:
        here = equal(core, key, from_key(core, k))
        missing = core.terms.both(missing, core.terms.no(here))
        tests.append((here, v))
    if found is NEVER:
        if (table := _dense(core, o, key)) is not None:
            return table
        if core.fail(missing):
            return NEVER
    for here, v in reversed(tests):
        found = core.choose(core.decide(here), v, found)
    return found


def _dense(core: Core, o: Dictionary, key: Value) -> Value | None:
    """A dictionary from 0, 1, 2 ... as the list that it is; ``None`` for any other."""
    keys = [k for k, _ in o.entries]
    if not isinstance(key, Expr) or keys != list(range(len(keys))) or len(keys) < 3:
        return None
    if any(isinstance(k, bool) for k in keys):
        return None
    negative = core.terms.compare("lt", core.terms.integer(key), core.terms.const(0))
    if core.fail(negative):
        return NEVER
    return select(core, [v for _, v in o.entries], key)


def _of_history(core: Core, ref: Ref, o: History, index: Value) -> Value:
    """An element by its index in terms of the step."""
    if not isinstance(index, Expr):
        if isinstance(index, Length):
            raise core.refuse("this reads beyond the letters so far")
        return integer(core, index, lambda _: NEVER)
    index = core.terms.integer(index)
    place = core.terms.linear(index)
    if place is None:
        raise core.retry("a list of inputs or outputs is read a constant number of steps ago")
    if place[0] == 0 and 0 <= place[1] < len(o.first):
        return o.first[place[1]]
    negative = core.decide(core.terms.compare("lt", index, core.terms.const(0)))
    if negative.op not in ("true", "false"):
        raise core.retry("this index may be negative", steps=-place[1])
    if negative is TRUE:
        if o.complete:
            raise core.refuse("a negative index counts from the end of the whole input")
        return back(core, ref, o, -place[1], by_end=True)
    if o.stale:
        raise core.refuse("this list is read before the loop that fills it")
    distance = core.terms.linear(core.terms.build("sub", o.length, index))
    if distance is None or distance[0]:
        if place[0] == 0:
            return _early(core, ref, o, place[1])
        raise core.retry("a list of inputs or outputs is read a constant number of steps ago")
    return back(core, ref, o, distance[1], by_end=False)


def back(core: Core, ref: Ref, o: History, steps: int, *, by_end: bool) -> Value:
    """The element so many before the end of what is known; 1 is the last one."""
    if steps <= 0:
        if o.complete:
            if o.fill is not UNBOUND and steps == 0:
                return o.fill
            raise core.refuse("this reads beyond the letters so far")
        core.fail()  # IndexError
        return NEVER
    if steps <= len(o.recent):
        return o.recent[-steps]
    known = core.terms.linear(o.length)
    if known is not None and not known[0] and known[1] < steps:
        if by_end:
            core.fail()  # IndexError
            return NEVER
        raise core.refuse("this reads before the first letter")
    raise Need("more of the last elements are needed", core.where, ref.address, recent=steps)


def _early(core: Core, ref: Ref, o: History, place: int) -> Value:
    """One of the first elements, long after."""
    if place < len(o.first):
        return o.first[place]
    raise Need("more of the first elements are needed", core.where, ref.address, first=place + 1)


def slice_of(core: Core, owner: Value, start: Value, stop: Value, step: int) -> Value:
    """``owner[start:stop:step]``; a bound that is left out is ``UNBOUND``."""
    if isinstance(owner, tuple | str):
        bounds = _constant_slice(core, start, stop, step)
        return owner[bounds]
    o = core.object(owner) if isinstance(owner, Ref) else None
    if isinstance(o, Items) and not o.is_set and not o.is_deque:
        return core.allocate(Items(o.values[_constant_slice(core, start, stop, step)]))
    if step != 1:
        raise core.refuse("a slice of the inputs or outputs goes forward, step by step")
    if isinstance(o, History) and isinstance(owner, Ref):
        return _slice_of_history(core, owner, o, start, stop)
    if isinstance(owner, Tail) and not owner.head and start is UNBOUND:
        return _trimmed(core, owner, stop)
    raise core.refuse("a slice of this is not known")


def _constant_slice(core: Core, start: Value, stop: Value, step: int) -> slice:
    ends: list[int | None] = []
    for bound in (start, stop):
        if isinstance(bound, Expr):
            e = core.terms.integer(bound)
            if e.op != "const":
                raise core.retry("the bounds of this slice must be constants")
            ends.append(number(e))
        elif bound is UNBOUND or bound is None:
            ends.append(None)
        else:
            raise core.refuse("the bounds of this slice must be constants")
    return slice(ends[0], ends[1], step)


def _trimmed(core: Core, tail: Tail, stop: Value) -> Tail:
    if isinstance(stop, Expr):
        e = core.terms.integer(stop)
        if e.op == "const" and -2 <= number(e) < 0:
            return replace(tail, trim=tail.trim - number(e))
    raise core.refuse("a slice of this is not known")


def _slice_of_history(core: Core, ref: Ref, o: History, start: Value, stop: Value) -> Value:
    terms = core.terms
    if isinstance(stop, Length) and stop.offset <= 0 and o.complete:
        stop = terms.const(stop.offset) if stop.offset else UNBOUND
    if o.complete and (stop is UNBOUND or (isinstance(stop, Expr) and _is_negative(stop))):
        first = 0 if start is UNBOUND else _constant(core, start)
        if first < 0:
            raise core.refuse("a negative index counts from the end of the whole input")
        core.demand_finished(ref)
        tail = Tail(ref, skip=first)
        return tail if stop is UNBOUND else _trimmed(core, tail, stop)
    low = terms.const(0) if start is UNBOUND else _bound(core, o, start)
    high = o.length if stop is UNBOUND else _bound(core, o, stop)
    beyond = terms.linear(terms.build("sub", high, o.length))
    if beyond is None or beyond[0] or beyond[1] > 0:
        if not o.complete and beyond is not None and not beyond[0]:
            high = o.length
        else:
            raise core.refuse("this slice reads beyond the letters so far")
    if terms.linear(low) == (0, 0) and core.accumulates(high):
        return Prefix(ref, high)
    size = terms.linear(terms.build("sub", high, low))
    if size is None or size[0]:
        raise core.retry("a slice of the inputs or outputs has a constant length")
    ago = terms.linear(terms.build("sub", o.length, low))
    assert ago is not None
    if ago[0]:
        raise core.retry("a slice of the inputs or outputs is a constant number of steps ago")
    places = range(ago[1], ago[1] - max(0, size[1]), -1)
    if places and places[0] > len(o.recent):
        back(core, ref, o, places[0], by_end=False)
    values = [back(core, ref, o, k, by_end=False) for k in places]
    return core.allocate(Items(tuple(values)))


def _is_negative(e: Expr) -> bool:
    return e.op == "const" and number(e) < 0


def _constant(core: Core, v: Value) -> int:
    if isinstance(v, Expr):
        e = core.terms.integer(v)
        if e.op == "const":
            return number(e)
    raise core.retry("this bound must be a constant")


def _bound(core: Core, o: History, v: Value) -> Expr:
    """One end of a slice; as Python does, from the end where negative, and never below 0."""
    terms = core.terms
    if not isinstance(v, Expr):
        raise core.refuse("the bounds of this slice are not known")
    e = terms.integer(v)
    place = terms.linear(e)
    if place is None:
        raise core.retry("the bounds of this slice are not known")
    zero = terms.const(0)
    negative = core.decide(terms.compare("lt", e, zero))
    if negative.op not in ("true", "false"):
        raise core.retry("this bound may be negative", steps=-place[1])
    if negative is FALSE:
        return e
    if o.complete:
        raise core.refuse("a negative bound counts from the end of the whole input")
    from_end = terms.build("add", o.length, e)
    below = core.decide(terms.compare("lt", from_end, zero))
    if below.op not in ("true", "false"):
        raise core.retry("this bound may be before the first element", steps=-place[1])
    return zero if below is TRUE else from_end


def put(core: Core, owner: Value, index: Value, v: Value) -> None:
    """``owner[index] = v``."""
    core.each(owner, lambda o: core.each(index, lambda i: _put(core, o, i, v)))


def _put(core: Core, owner: Value, index: Value, v: Value) -> Value:
    o = core.object(owner) if isinstance(owner, Ref) else None
    if isinstance(owner, Ref) and isinstance(o, Items) and not o.is_set:
        integer(core, index, lambda i: _put_in_list(core, owner, o, i, v))
    elif isinstance(owner, Ref) and isinstance(o, Dictionary):
        _put_under_key(core, owner, o, index, v)
    elif isinstance(owner, Ref) and isinstance(o, History):
        _put_in_history(core, owner, o, index, v)
    elif owner is None or isinstance(owner, Expr | str | tuple):
        core.fail()  # TypeError
    else:
        raise core.refuse("nothing can be put here")
    return None


def _put_in_list(core: Core, ref: Ref, o: Items, index: Expr, v: Value) -> Value:
    place = position(core, len(o.values), index)
    if place is None:
        return NEVER
    here = (
        core.decide(core.terms.compare("eq", place, core.terms.const(k)))
        for k in range(len(o.values))
    )
    values = tuple(core.choose(c, v, w) for c, w in zip(here, o.values, strict=True))
    core.change(ref, replace(o, values=values))
    return None


def _put_under_key(core: Core, ref: Ref, o: Dictionary, key: Value, v: Value) -> None:
    core.demand_hashable(key)
    here = [equal(core, key, from_key(core, k)) for k, _ in o.entries]
    known = core.decide(reduce(core.terms.either, here, FALSE))
    if known is not FALSE and _is_between(core, o, key):
        known = TRUE
    if known is TRUE:
        pairs = zip(here, o.entries, strict=True)
        entries = tuple((k, core.choose(core.decide(c), v, w)) for c, (k, w) in pairs)
        core.change(ref, Dictionary(entries))
    elif known is FALSE:
        core.change(ref, Dictionary((*o.entries, (to_key(core, key), v))))
    else:
        raise core.refuse("this may add a key to the dictionary")


def _is_between(core: Core, o: Dictionary, key: Value) -> bool:
    """Whether a number is known to be one of the keys 0, 1, 2 ..."""
    if not isinstance(key, Expr) or [k for k, _ in o.entries] != list(range(len(o.entries))):
        return False
    e, n = core.terms.integer(key), core.terms.const(len(o.entries))
    low = core.decide(core.terms.compare("lt", e, core.terms.const(0)))
    return low is FALSE and core.decide(core.terms.compare("ge", e, n)) is FALSE


def _put_in_history(core: Core, ref: Ref, o: History, index: Value, v: Value) -> None:
    """The output of this step, by its index."""
    if o.fill is UNBOUND:
        raise core.refuse("an element that a list already has is changed")
    if not isinstance(index, Expr):
        raise core.refuse("outputs are put in at the index of their step")
    e = core.terms.integer(index)
    ago = core.terms.linear(core.terms.build("sub", core.step, e))
    if ago is None or ago[0]:
        raise core.retry("outputs are put in at the index of their step")
    if ago[1] > 0 and core.terms.linear(e) == (0, _number(e)) and core.section == (0,):
        core.change(ref, replace(o, stale=True))  # that step is over, and so is its output
        return
    if ago[1]:
        raise core.refuse("outputs are put in at the index of their step")
    if core.decide(core.terms.compare("lt", e, core.terms.const(0))) is not FALSE:
        raise core.retry("this index may be negative")
    written = core.terms.linear(core.terms.build("sub", o.length, core.step)) == (0, 1)
    recent = (*o.recent[:-1], v) if written else (*o.recent, v)
    length = core.terms.build("add", core.step, core.terms.const(1))
    core.change(ref, replace(o, recent=recent, length=length))


def _number(e: Expr) -> int:
    return number(e) if e.op == "const" else -1
