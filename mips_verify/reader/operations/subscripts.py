"""Items, slices and keys: reading them and assigning to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.operations.comparisons import equal
from mips_verify.reader.operations.containers import from_key, to_key
from mips_verify.reader.operations.operators import integer
from mips_verify.reader.symbols.needs import Need
from mips_verify.reader.symbols.paths import Paths
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


def item(paths: Paths, owner: Value, index: Value) -> Value:
    """``owner[index]``."""
    return paths.each(owner, lambda o: paths.each(index, lambda i: _item(paths, o, i)))


def _item(paths: Paths, owner: Value, index: Value) -> Value:
    if isinstance(owner, str):
        if isinstance(index, Expr) and index.op == "const":
            return select(paths, tuple(owner), index)
        raise paths.refuse("a letter of a text is read at a constant place only")
    if isinstance(owner, tuple):
        return integer(paths, index, lambda i: select(paths, owner, i))
    if isinstance(owner, Ref):
        o = paths.object(owner)
        if isinstance(o, Items) and not o.is_set:
            return integer(paths, index, lambda i: select(paths, o.values, i))
        if isinstance(o, Dictionary):
            return under_key(paths, o, index, None)
        if isinstance(o, History):
            return _of_history(paths, owner, o, index)
    if owner is None or isinstance(owner, Expr):
        paths.fail()  # TypeError
        return NEVER
    raise paths.refuse("an item of this is not known")


def select(paths: Paths, values: Sequence[Value], index: Expr) -> Value:
    """The value at ``index``, which counts from the end if it is negative."""
    place = position(paths, len(values), index)
    return NEVER if place is None else _chosen(paths, values, place)


def position(paths: Paths, size: int, index: Expr) -> Expr | None:
    """``index`` counted from the start, or ``None`` if it is always out of range (IndexError)."""
    terms = paths.terms
    index, n = terms.integer(index), terms.const(size)
    negative = paths.decide(terms.compare("lt", index, terms.const(0)))
    too_low = terms.compare("lt", index, terms.const(-size))
    too_high = terms.compare("ge", index, n)
    if paths.fail(terms.either(paths.decide(too_low), paths.decide(too_high))) or not size:
        return None
    return terms.integer(terms.choice(negative, terms.build("add", index, n), index))


def _chosen(paths: Paths, values: Sequence[Value], place: Expr) -> Value:
    terms = paths.terms
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
        return tuple(_chosen(paths, column, place) for column in columns)
    found_value = values[-1]
    for k in reversed(range(len(values) - 1)):
        here = paths.decide(terms.compare("eq", place, terms.const(k)))
        found_value = paths.choose(here, values[k], found_value)
    return found_value


def under_key(paths: Paths, o: Dictionary, key: Value, default: Value | None) -> Value:
    """The value under a key; if it is missing, ``default`` (given as a 1-tuple) or KeyError."""
    paths.demand_hashable(key)
    if isinstance(default, tuple):
        found: Value = default[0]
    else:
        found = NEVER
    missing: Expr = TRUE
    tests = []
    for k, v in o.entries:
        here = equal(paths, key, from_key(paths, k))
        missing = paths.terms.both(missing, paths.terms.no(here))
        tests.append((here, v))
    if found is NEVER:
        if (table := _dense(paths, o, key)) is not None:
            return table
        if paths.fail(missing):
            return NEVER
    for here, v in reversed(tests):
        found = paths.choose(paths.decide(here), v, found)
    return found


def _dense(paths: Paths, o: Dictionary, key: Value) -> Value | None:
    """The value if the keys are 0, 1, 2 ..., looked up as in a list; ``None`` for other keys."""
    keys = [k for k, _ in o.entries]
    if not isinstance(key, Expr) or keys != list(range(len(keys))) or len(keys) < 3:
        return None
    if any(isinstance(k, bool) for k in keys):
        return None
    negative = paths.terms.compare("lt", paths.terms.integer(key), paths.terms.const(0))
    if paths.fail(negative):
        return NEVER
    return select(paths, [v for _, v in o.entries], key)


def _of_history(paths: Paths, ref: Ref, o: History, index: Value) -> Value:
    """The element of a history at an index that depends on the step."""
    if not isinstance(index, Expr):
        if isinstance(index, Length):
            raise paths.refuse("this reads beyond the letters so far")
        return integer(paths, index, lambda _: NEVER)
    index = paths.terms.integer(index)
    place = paths.terms.linear(index)
    if place is None:
        raise paths.retry("a list of inputs or outputs must be read a constant number of steps ago")
    if place[0] == 0 and 0 <= place[1] < len(o.first):
        return o.first[place[1]]
    negative = paths.decide(paths.terms.compare("lt", index, paths.terms.const(0)))
    if negative.op not in ("true", "false"):
        raise paths.retry("this index may be negative", steps=-place[1])
    if negative is TRUE:
        if o.complete:
            raise paths.refuse("a negative index counts from the end of the whole input")
        return back(paths, ref, o, -place[1], by_end=True)
    if o.stale:
        raise paths.refuse("this list is read before the loop that fills it")
    distance = paths.terms.linear(paths.terms.build("sub", o.length, index))
    if distance is None or distance[0]:
        if place[0] == 0:
            return _early(paths, ref, o, place[1])
        raise paths.retry("a list of inputs or outputs must be read a constant number of steps ago")
    return back(paths, ref, o, distance[1], by_end=False)


def back(paths: Paths, ref: Ref, o: History, steps: int, *, by_end: bool) -> Value:
    """The element ``steps`` places before the end of the known elements; 1 is the last one."""
    if steps <= 0:
        if o.complete:
            if o.fill is not UNBOUND and steps == 0:
                return o.fill
            raise paths.refuse("this reads beyond the letters so far")
        paths.fail()  # IndexError
        return NEVER
    if steps <= len(o.recent):
        return o.recent[-steps]
    known = paths.terms.linear(o.length)
    if known is not None and not known[0] and known[1] < steps:
        if by_end:
            paths.fail()  # IndexError
            return NEVER
        raise paths.refuse("this reads before the first letter")
    raise Need("more of the last elements are needed", paths.where, ref.address, recent=steps)


def _early(paths: Paths, ref: Ref, o: History, place: int) -> Value:
    """One of the first elements, read in a much later step."""
    if place < len(o.first):
        return o.first[place]
    raise Need("more of the first elements are needed", paths.where, ref.address, first=place + 1)


def slice_of(paths: Paths, owner: Value, start: Value, stop: Value, step: int) -> Value:
    """``owner[start:stop:step]``; a missing bound is ``UNBOUND``."""
    if isinstance(owner, tuple | str):
        bounds = _constant_slice(paths, start, stop, step)
        return owner[bounds]
    o = paths.object(owner) if isinstance(owner, Ref) else None
    if isinstance(o, Items) and not o.is_set and not o.is_deque:
        return paths.allocate(Items(o.values[_constant_slice(paths, start, stop, step)]))
    if step != 1:
        raise paths.refuse("a slice of the inputs or outputs must go forward by 1")
    if isinstance(o, History) and isinstance(owner, Ref):
        return _slice_of_history(paths, owner, o, start, stop)
    if isinstance(owner, Tail) and not owner.head and start is UNBOUND:
        return _trimmed(paths, owner, stop)
    raise paths.refuse("a slice of this is not known")


def _constant_slice(paths: Paths, start: Value, stop: Value, step: int) -> slice:
    ends: list[int | None] = []
    for bound in (start, stop):
        if isinstance(bound, Expr):
            e = paths.terms.integer(bound)
            if e.op != "const":
                raise paths.retry("the bounds of this slice must be constants")
            ends.append(number(e))
        elif bound is UNBOUND or bound is None:
            ends.append(None)
        else:
            raise paths.refuse("the bounds of this slice must be constants")
    return slice(ends[0], ends[1], step)


def _trimmed(paths: Paths, tail: Tail, stop: Value) -> Tail:
    if isinstance(stop, Expr):
        e = paths.terms.integer(stop)
        if e.op == "const" and -2 <= number(e) < 0:
            return replace(tail, trim=tail.trim - number(e))
    raise paths.refuse("a slice of this is not known")


def _slice_of_history(paths: Paths, ref: Ref, o: History, start: Value, stop: Value) -> Value:
    terms = paths.terms
    if isinstance(stop, Length) and stop.offset <= 0 and o.complete:
        stop = terms.const(stop.offset) if stop.offset else UNBOUND
    if o.complete and (stop is UNBOUND or (isinstance(stop, Expr) and _is_negative(stop))):
        first = 0 if start is UNBOUND else _constant(paths, start)
        if first < 0:
            raise paths.refuse("a negative index counts from the end of the whole input")
        paths.demand_finished(ref)
        tail = Tail(ref, skip=first)
        return tail if stop is UNBOUND else _trimmed(paths, tail, stop)
    low = terms.const(0) if start is UNBOUND else _bound(paths, o, start)
    high = o.length if stop is UNBOUND else _bound(paths, o, stop)
    beyond = terms.linear(terms.build("sub", high, o.length))
    if beyond is None or beyond[0] or beyond[1] > 0:
        if not o.complete and beyond is not None and not beyond[0]:
            high = o.length
        else:
            raise paths.refuse("this slice reads beyond the letters so far")
    if terms.linear(low) == (0, 0) and paths.accumulates(high):
        return Prefix(ref, high)
    size = terms.linear(terms.build("sub", high, low))
    if size is None or size[0]:
        raise paths.retry("a slice of the inputs or outputs must have a constant length")
    ago = terms.linear(terms.build("sub", o.length, low))
    assert ago is not None
    if ago[0]:
        raise paths.retry("a slice of the inputs or outputs must be a constant number of steps ago")
    places = range(ago[1], ago[1] - max(0, size[1]), -1)
    if places and places[0] > len(o.recent):
        back(paths, ref, o, places[0], by_end=False)
    values = [back(paths, ref, o, k, by_end=False) for k in places]
    return paths.allocate(Items(tuple(values)))


def _is_negative(e: Expr) -> bool:
    return e.op == "const" and number(e) < 0


def _constant(paths: Paths, v: Value) -> int:
    if isinstance(v, Expr):
        e = paths.terms.integer(v)
        if e.op == "const":
            return number(e)
    raise paths.retry("this bound must be a constant")


def _bound(paths: Paths, o: History, v: Value) -> Expr:
    """One bound of a slice; as in Python, a negative one counts from the end and stops at 0."""
    terms = paths.terms
    if not isinstance(v, Expr):
        raise paths.refuse("the bounds of this slice are not known")
    e = terms.integer(v)
    place = terms.linear(e)
    if place is None:
        raise paths.retry("the bounds of this slice are not known")
    zero = terms.const(0)
    negative = paths.decide(terms.compare("lt", e, zero))
    if negative.op not in ("true", "false"):
        raise paths.retry("this bound may be negative", steps=-place[1])
    if negative is FALSE:
        return e
    if o.complete:
        raise paths.refuse("a negative bound counts from the end of the whole input")
    from_end = terms.build("add", o.length, e)
    below = paths.decide(terms.compare("lt", from_end, zero))
    if below.op not in ("true", "false"):
        raise paths.retry("this bound may be before the first element", steps=-place[1])
    return zero if below is TRUE else from_end


def put(paths: Paths, owner: Value, index: Value, v: Value) -> None:
    """``owner[index] = v``."""
    paths.each(owner, lambda o: paths.each(index, lambda i: _put(paths, o, i, v)))


def _put(paths: Paths, owner: Value, index: Value, v: Value) -> Value:
    o = paths.object(owner) if isinstance(owner, Ref) else None
    if isinstance(owner, Ref) and isinstance(o, Items) and not o.is_set:
        integer(paths, index, lambda i: _put_in_list(paths, owner, o, i, v))
    elif isinstance(owner, Ref) and isinstance(o, Dictionary):
        _put_under_key(paths, owner, o, index, v)
    elif isinstance(owner, Ref) and isinstance(o, History):
        _put_in_history(paths, owner, o, index, v)
    elif owner is None or isinstance(owner, Expr | str | tuple):
        paths.fail()  # TypeError
    else:
        raise paths.refuse("nothing can be put here")
    return None


def _put_in_list(paths: Paths, ref: Ref, o: Items, index: Expr, v: Value) -> Value:
    place = position(paths, len(o.values), index)
    if place is None:
        return NEVER
    here = (
        paths.decide(paths.terms.compare("eq", place, paths.terms.const(k)))
        for k in range(len(o.values))
    )
    values = tuple(paths.choose(c, v, w) for c, w in zip(here, o.values, strict=True))
    paths.change(ref, replace(o, values=values))
    return None


def _put_under_key(paths: Paths, ref: Ref, o: Dictionary, key: Value, v: Value) -> None:
    paths.demand_hashable(key)
    here = [equal(paths, key, from_key(paths, k)) for k, _ in o.entries]
    known = paths.decide(reduce(paths.terms.either, here, FALSE))
    if known is not FALSE and _is_between(paths, o, key):
        known = TRUE
    if known is TRUE:
        pairs = zip(here, o.entries, strict=True)
        entries = tuple((k, paths.choose(paths.decide(c), v, w)) for c, (k, w) in pairs)
        paths.change(ref, Dictionary(entries))
    elif known is FALSE:
        paths.change(ref, Dictionary((*o.entries, (to_key(paths, key), v))))
    else:
        raise paths.refuse("this may add a key to the dictionary")


def _is_between(paths: Paths, o: Dictionary, key: Value) -> bool:
    """Whether a number is certainly one of the keys 0, 1, 2 ..."""
    if not isinstance(key, Expr) or [k for k, _ in o.entries] != list(range(len(o.entries))):
        return False
    e, n = paths.terms.integer(key), paths.terms.const(len(o.entries))
    low = paths.decide(paths.terms.compare("lt", e, paths.terms.const(0)))
    return low is FALSE and paths.decide(paths.terms.compare("ge", e, n)) is FALSE


def _put_in_history(paths: Paths, ref: Ref, o: History, index: Value, v: Value) -> None:
    """Assign the output of this step by its index."""
    if o.fill is UNBOUND:
        raise paths.refuse("an element that a list already has is changed")
    if not isinstance(index, Expr):
        raise paths.refuse("an output must be assigned at the index of its step")
    e = paths.terms.integer(index)
    ago = paths.terms.linear(paths.terms.build("sub", paths.step, e))
    if ago is None or ago[0]:
        raise paths.retry("an output must be assigned at the index of its step")
    if ago[1] > 0 and paths.terms.linear(e) == (0, _number(e)) and paths.section == (0,):
        # the step of that output is over, so the assignment no longer changes it
        paths.change(ref, replace(o, stale=True))
        return
    if ago[1]:
        raise paths.refuse("an output must be assigned at the index of its step")
    if paths.decide(paths.terms.compare("lt", e, paths.terms.const(0))) is not FALSE:
        raise paths.retry("this index may be negative")
    written = paths.terms.linear(paths.terms.build("sub", o.length, paths.step)) == (0, 1)
    recent = (*o.recent[:-1], v) if written else (*o.recent, v)
    length = paths.terms.build("add", paths.step, paths.terms.const(1))
    paths.change(ref, replace(o, recent=recent, length=length))


def _number(e: Expr) -> int:
    return number(e) if e.op == "const" else -1
