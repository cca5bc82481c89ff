"""What a loop is over: constants that are taken one by one, or one element for each step."""

from __future__ import annotations

from dataclasses import dataclass

from mips_verify.kernel.expr import Expr
from mips_verify.reader.operations.containers import elements_of, range_elements
from mips_verify.reader.operations.subscripts import item
from mips_verify.reader.symbols.paths import Core
from mips_verify.reader.symbols.values import (
    UNBOUND,
    History,
    Items,
    Length,
    Numbered,
    Range,
    Ref,
    Tail,
    Value,
    Zipped,
)


@dataclass(frozen=True, slots=True)
class Stream:
    """A sequence that ends with the input.

    Attributes:
        value: what is iterated over.
        offset: elements more than letters; negative where there are fewer.
    """

    value: Value
    offset: int


def stream_of(core: Core, v: Value) -> Stream | None:
    """``v`` as a sequence that ends with the input; ``None`` for any other value.

    Raises:
        OutsideSubset: a sequence that is neither that nor constant.
    """
    if isinstance(v, Ref):
        o = core.object(v)
        if isinstance(o, History) and o.complete:
            return Stream(Tail(v), extra(core, v))
    if isinstance(v, Tail):
        if v.skip + v.trim > 1 + extra(core, v.history):
            raise core.refuse("a slice may be empty where the input is short")
        return Stream(v, extra(core, v.history) + len(v.head) - v.skip - v.trim)
    if isinstance(v, Range) and isinstance(v.stop, Length):
        start = core.terms.linear(v.start)
        if v.step != 1 or start is None or start[0]:
            raise core.refuse("a range over the whole input goes forward, step by step")
        return Stream(v, v.stop.offset - start[1])
    if isinstance(v, Numbered):
        inner = stream_of(core, v.of)
        return None if inner is None else Stream(v, inner.offset)
    if isinstance(v, Zipped):
        inner_streams = [s for p in v.parts if (s := stream_of(core, p)) is not None]
        if not inner_streams:
            return None
        if len(inner_streams) != len(v.parts):
            raise core.refuse("zip() takes sequences that end with the input")
        return Stream(v, min(s.offset for s in inner_streams))
    return None


def extra(core: Core, ref: Ref) -> int:
    """How many elements more than letters a history has; 0 for the input."""
    o = core.object(ref)
    assert isinstance(o, History)
    if o.fill is not UNBOUND:
        return 0
    over = core.terms.linear(core.terms.build("sub", o.length, core.step))
    if over is None or over[0]:
        raise core.retry("the length of this list is not known")
    return over[1] - 1


def element(core: Core, v: Value, place: Expr) -> Value:
    """The element of a stream at ``place``, which is known by now."""
    terms = core.terms
    if isinstance(v, Ref):
        v = Tail(v)
    if isinstance(v, Range):
        return terms.build("add", v.start, place)
    if isinstance(v, Numbered):
        number = terms.build("add", terms.const(v.start), place)
        return (number, element(core, v.of, place))
    if isinstance(v, Zipped):
        return tuple(element(core, p, place) for p in v.parts)
    assert isinstance(v, Tail)
    if v.head:
        within = core.decide(terms.compare("lt", place, terms.const(len(v.head))))
        if within.op not in ("true", "false"):
            raise core.retry("the first elements differ from the others", steps=len(v.head))
        if within.op == "true":
            line = terms.linear(place)
            if line is None or line[0] or line[1] < 0:
                raise core.refuse("this element is not known")
            return v.head[line[1]]
    shifted = terms.build("add", place, terms.const(v.skip - len(v.head)))
    return item(core, v.history, shifted)


def constant_elements(core: Core, v: Value) -> tuple[Value, ...] | None:
    """What a loop is over, where that are finitely many; ``None`` for anything else."""
    if isinstance(v, Numbered):
        inner = constant_elements(core, v.of)
        if inner is None:
            return None
        return tuple((core.terms.const(v.start + k), e) for k, e in enumerate(inner))
    if isinstance(v, Zipped):
        parts = [constant_elements(core, p) for p in v.parts]
        found = [p for p in parts if p is not None]
        if len(found) < len(parts) or not parts:
            return None
        return tuple(zip(*found, strict=False))
    if isinstance(v, Range) and range_elements(core, v) is None and not isinstance(v.stop, Length):
        raise core.retry("a range of numbers has a constant length")
    if isinstance(v, Ref) and isinstance(o := core.object(v), Items) and o.is_set:
        raise core.refuse("a set has no order to iterate in")
    return elements_of(core, v)


def tail_item(core: Core, tail: Tail, index: Value) -> Value:
    """``tail[index]``, in terms of the step."""
    if not isinstance(index, Expr):
        raise core.refuse("an item of this is not known")
    e = core.terms.integer(index)
    negative = core.decide(core.terms.compare("lt", e, core.terms.const(0)))
    if negative.op not in ("true", "false"):
        raise core.retry("this index may be negative")
    if negative.op == "true":
        raise core.refuse("a negative index counts from the end of the whole input")
    return element(core, tail, e)


def tail_slice(core: Core, tail: Tail, start: Value, stop: Value) -> Value:
    """``tail[start:stop]`` of constant length, in terms of the step."""
    if not isinstance(start, Expr) or not isinstance(stop, Expr):
        raise core.refuse("a slice of this is not known")
    numbers = range_elements(core, Range(core.terms.integer(start), core.terms.integer(stop)))
    if numbers is None:
        raise core.retry("a slice of the inputs or outputs has a constant length")
    return core.allocate(Items(tuple(tail_item(core, tail, k) for k in numbers)))
