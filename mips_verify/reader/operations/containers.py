"""Lists, tuples, sets, dictionaries and ranges of known size."""

from __future__ import annotations

from typing import Final

from mips_verify.kernel.expr import Expr
from mips_verify.reader.symbols.paths import Paths
from mips_verify.reader.symbols.terms import number
from mips_verify.reader.symbols.values import (
    Dictionary,
    Items,
    Key,
    Length,
    Range,
    Ref,
    Value,
    View,
)

MAX_ITEMS: Final = 4096  # in a list


def listed(paths: Paths, v: Value) -> tuple[Value, ...] | None:
    """The elements of a list; ``None`` for any other value."""
    o = paths.object(v) if isinstance(v, Ref) else None
    plain = isinstance(o, Items) and not o.is_set and not o.is_deque
    return o.values if isinstance(o, Items) and plain else None


def bounded(paths: Paths, values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return ``values``, or refuse them if there are too many."""
    if len(values) > MAX_ITEMS:
        raise paths.refuse(f"a list of more than {MAX_ITEMS} elements")
    return values


def elements_of(paths: Paths, v: Value) -> tuple[Value, ...] | None:
    """The elements of a container of known size; for a dictionary, its keys."""
    if isinstance(v, tuple):
        return v
    if isinstance(v, str):
        return tuple(v)
    if isinstance(v, View):
        return v.values
    if isinstance(v, Range):
        return range_elements(paths, v)
    if isinstance(v, Ref):
        o = paths.object(v)
        if isinstance(o, Items):
            return o.values
        if isinstance(o, Dictionary):
            return tuple(from_key(paths, k) for k, _ in o.entries)
    return None


def range_elements(paths: Paths, r: Range) -> tuple[Value, ...] | None:
    """The numbers of a range whose length is a constant."""
    if isinstance(r.stop, Length):
        return None
    size = paths.terms.linear(paths.terms.build("sub", r.stop, r.start))
    if size is None or size[0]:
        return None
    steps = range(0, size[1], r.step)
    if len(steps) > MAX_ITEMS:
        raise paths.refuse(f"a range of more than {MAX_ITEMS} numbers")
    return tuple(paths.terms.build("add", r.start, paths.terms.const(k)) for k in steps)


def from_key(paths: Paths, k: Key) -> Value:
    """The value for a dictionary's key."""
    if isinstance(k, tuple):
        return tuple(from_key(paths, p) for p in k)
    return paths.terms.const(k) if isinstance(k, int) else k


def to_key(paths: Paths, v: Value, what: str = "the keys of a dictionary") -> Key:
    """A constant as the key of a dictionary, or as an element of a set.

    Raises:
        OutsideSubset: the value is not a constant.
    """
    if isinstance(v, tuple):
        return tuple(to_key(paths, p, what) for p in v)
    if isinstance(v, Expr):
        e = paths.terms.integer(v)
        if e.op == "const":
            return number(e)
        value = paths.state.known.get(id(e))
        if value is not None:
            return value
    elif v is None or isinstance(v, str):
        return v
    raise paths.refuse(f"{what} must be constants here")
