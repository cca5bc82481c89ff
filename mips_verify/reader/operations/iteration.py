"""What a loop iterates over: constants one by one, or one element in each step."""

from __future__ import annotations

from dataclasses import dataclass

from mips_verify.kernel.expr import Expr
from mips_verify.reader.operations.containers import elements_of, range_elements
from mips_verify.reader.operations.subscripts import item
from mips_verify.reader.symbols.paths import Paths
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
    """A sequence that ends when the input ends.

    Attributes:
        value: what is iterated over.
        offset: how many elements it has more than there are letters; may be negative.
    """

    value: Value
    offset: int


def stream_of(paths: Paths, v: Value) -> Stream | None:
    """``v`` as a sequence that ends with the input; ``None`` for any other value.

    Raises:
        OutsideSubset: the sequence neither ends with the input nor is constant.
    """
    if isinstance(v, Ref):
        o = paths.object(v)
        if isinstance(o, History) and o.complete:
            return Stream(Tail(v), extra(paths, v))
    if isinstance(v, Tail):
        if v.skip + v.trim > 1 + extra(paths, v.history):
            raise paths.refuse("a slice may be empty where the input is short")
        return Stream(v, extra(paths, v.history) + len(v.head) - v.skip - v.trim)
    if isinstance(v, Range) and isinstance(v.stop, Length):
        start = paths.terms.linear(v.start)
        if v.step != 1 or start is None or start[0]:
            raise paths.refuse("a range over the whole input must go forward by 1")
        return Stream(v, v.stop.offset - start[1])
    if isinstance(v, Numbered):
        inner = stream_of(paths, v.of)
        return None if inner is None else Stream(v, inner.offset)
    if isinstance(v, Zipped):
        inner_streams = [s for p in v.parts if (s := stream_of(paths, p)) is not None]
        if not inner_streams:
            return None
        if len(inner_streams) != len(v.parts):
            raise paths.refuse("zip() with the input takes only sequences that end with it")
        return Stream(v, min(s.offset for s in inner_streams))
    return None


def extra(paths: Paths, ref: Ref) -> int:
    """How many elements a history has more than there are letters; 0 for the input."""
    o = paths.object(ref)
    assert isinstance(o, History)
    if o.fill is not UNBOUND:
        return 0
    over = paths.terms.linear(paths.terms.build("sub", o.length, paths.step))
    if over is None or over[0]:
        raise paths.retry("the length of this list is not known")
    return over[1] - 1


def element(paths: Paths, v: Value, place: Expr) -> Value:
    """The element of a stream at ``place``, which must be known in this step."""
    terms = paths.terms
    if isinstance(v, Ref):
        v = Tail(v)
    if isinstance(v, Range):
        return terms.build("add", v.start, place)
    if isinstance(v, Numbered):
        number = terms.build("add", terms.const(v.start), place)
        return (number, element(paths, v.of, place))
    if isinstance(v, Zipped):
        return tuple(element(paths, p, place) for p in v.parts)
    assert isinstance(v, Tail)
    if v.head:
        within = paths.decide(terms.compare("lt", place, terms.const(len(v.head))))
        if within.op not in ("true", "false"):
            raise paths.retry("the first elements differ from the others", steps=len(v.head))
        if within.op == "true":
            line = terms.linear(place)
            if line is None or line[0] or line[1] < 0:
                raise paths.refuse("this element is not known")
            return v.head[line[1]]
    shifted = terms.build("add", place, terms.const(v.skip - len(v.head)))
    return item(paths, v.history, shifted)


def constant_elements(paths: Paths, v: Value) -> tuple[Value, ...] | None:
    """The elements that a loop iterates over, if they are constants; otherwise ``None``."""
    if isinstance(v, Numbered):
        inner = constant_elements(paths, v.of)
        if inner is None:
            return None
        return tuple((paths.terms.const(v.start + k), e) for k, e in enumerate(inner))
    if isinstance(v, Zipped):
        parts = [constant_elements(paths, p) for p in v.parts]
        found = [p for p in parts if p is not None]
        if len(found) < len(parts) or not parts:
            return None
        return tuple(zip(*found, strict=False))
    if isinstance(v, Range) and range_elements(paths, v) is None and not isinstance(v.stop, Length):
        raise paths.retry("the length of this range must be a constant")
    if isinstance(v, Ref) and isinstance(o := paths.object(v), Items) and o.is_set:
        raise paths.refuse("a set has no fixed order to iterate in")
    return elements_of(paths, v)


def tail_item(paths: Paths, tail: Tail, index: Value) -> Value:
    """``tail[index]``, in terms of the number of the step."""
    if not isinstance(index, Expr):
        raise paths.refuse("an item of this is not known")
    e = paths.terms.integer(index)
    negative = paths.decide(paths.terms.compare("lt", e, paths.terms.const(0)))
    if negative.op not in ("true", "false"):
        raise paths.retry("this index may be negative")
    if negative.op == "true":
        raise paths.refuse("a negative index counts from the end of the whole input")
    return element(paths, tail, e)


def tail_slice(paths: Paths, tail: Tail, start: Value, stop: Value) -> Value:
    """``tail[start:stop]`` of constant length, in terms of the number of the step."""
    if not isinstance(start, Expr) or not isinstance(stop, Expr):
        raise paths.refuse("a slice of this is not known")
    numbers = range_elements(paths, Range(paths.terms.integer(start), paths.terms.integer(stop)))
    if numbers is None:
        raise paths.retry("a slice of the inputs or outputs must have a constant length")
    return paths.allocate(Items(tuple(tail_item(paths, tail, k) for k in numbers)))
