"""The values that a variable of a program can have, expressed in the symbols of one step."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Union

from mips_verify.kernel.expr import Expr

Address = tuple[object, ...]  # identifies a variable or an object; the same in every step
Key = Union[int, str, None, tuple["Key", ...]]  # noqa: UP007 - it names itself; of a dictionary


class Nothing(Enum):
    """Marks of places without a value.

    Reading ``UNBOUND`` raises NameError. ``NEVER`` is the value after an exception was raised; no
    code computes with it.
    """

    UNBOUND = "no value yet"
    NEVER = "never reached"


UNBOUND, NEVER = Nothing.UNBOUND, Nothing.NEVER


class Mark(Enum):
    """Parts of addresses that differ from every name and every key of a program.

    ``BODY`` marks an object made by a step of a loop over the input, ``KEPT`` an object that is
    kept for the next step.
    """

    BODY = "in the loop"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a list, a dictionary, an instance or a history; the store has its contents."""

    address: Address


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values of different kinds.

    Attributes:
        tag: the index of the value.
        values: the possible values, no two of the same kind.
    """

    tag: Expr
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The names of one call, of the file, or of a comprehension; their values are in the store."""

    address: Address
    names: frozenset[str]
    parent: Frame | None = None

    def find(self, name: str) -> Address | None:
        """The address of a name, found with Python's rules of scope."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return (*frame.address, name)
            frame = frame.parent
        return None


@dataclass(frozen=True, slots=True)
class Function:
    """A function, a lambda or a bound method, with the frame in which it was defined."""

    node: ast.FunctionDef | ast.Lambda
    frame: Frame
    defaults: tuple[Value, ...] = ()
    myself: Ref | None = None


@dataclass(frozen=True, slots=True)
class Class:
    """A class without bases: its methods and its constants."""

    name: str
    frame: Frame
    methods: tuple[tuple[str, ast.FunctionDef], ...]
    constants: tuple[tuple[str, Value], ...]

    def find(self, name: str) -> ast.FunctionDef | Value:
        """A method, a constant, or ``UNBOUND`` if the class has neither."""
        return {**dict(self.constants), **dict(self.methods)}.get(name, UNBOUND)


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function or type of Python, or a method of an object."""

    name: str
    owner: Value = None


@dataclass(frozen=True, slots=True)
class Length:
    """``len(xs) + offset``, which is unknown before the last letter."""

    offset: int


@dataclass(frozen=True, slots=True)
class Range:
    """``range(start, stop, step)``."""

    start: Expr
    stop: Expr | Length
    step: int = 1


@dataclass(frozen=True, slots=True)
class Tail:
    """``[*head, *history[skip:]]`` without its last ``trim`` elements."""

    history: Ref
    head: tuple[Value, ...] = ()
    skip: int = 0
    trim: int = 0


@dataclass(frozen=True, slots=True)
class Numbered:
    """``enumerate(of, start)``."""

    of: Value
    start: int = 0


@dataclass(frozen=True, slots=True)
class Zipped:
    """``zip(*parts)``."""

    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """The elements of a history up to ``stop``, which grows with every step."""

    history: Ref
    stop: Expr


@dataclass(frozen=True, slots=True)
class Indices:
    """``range(stop)`` where ``stop`` grows with every step."""

    stop: Expr


@dataclass(frozen=True, slots=True)
class Lazy:
    """A generator expression that has not run: its syntax, outer frame and first source."""

    node: ast.GeneratorExp
    frame: Frame
    source: Value
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """``d.keys()``, ``d.values()`` or ``d.items()``, which must be consumed at once."""

    owner: Ref
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """The result of ``map(function, *of)``, not yet consumed."""

    function: Value
    of: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Generated:
    """The elements that a generator function has yielded; they can be consumed once."""

    history: Ref


@dataclass(frozen=True, slots=True)
class Poison:
    """A value that depends on the rest of the sequence."""

    reason: str


Value = Union[  # noqa: UP007 - it names itself
    Expr, None, str, Nothing, Ref, Choice, Function, Class, Builtin, Length, Range, Tail,
    Numbered, Zipped, Prefix, Indices, Lazy, Mapped, View, Generated, Poison, tuple["Value", ...],
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Items:
    """The elements of a list, of a constant set, or of a deque (``most``: its maxlen)."""

    values: tuple[Value, ...]
    is_set: bool = False
    is_deque: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Entries with constant keys, in order."""

    entries: tuple[tuple[Key, Value], ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """The attributes of an object."""

    cls: Class
    attributes: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """A list with one element for each step: the inputs, or the elements appended by a loop.

    Attributes:
        length: the number of elements so far.
        recent: the last elements, as many as the program reads.
        first: the first elements, as many as the program reads.
        complete: true if the program sees the whole list, of which only a part is known here.
        fill: the value of all elements before the program assigns them by index.
        stale: whether an element of an earlier step was assigned.
    """

    length: Expr
    recent: tuple[Value, ...] = ()
    first: tuple[Value, ...] = ()
    complete: bool = False
    fill: Value = UNBOUND
    stale: bool = False


Object = Items | Dictionary | Instance | History
Stored = Union[Value, Object]  # noqa: UP007
Store = dict[Address, Stored]


def same(a: object, b: object) -> bool:
    """Whether two values are certainly equal; equal expressions are one object."""
    if a is b:
        return True
    if type(a) is not type(b) or isinstance(a, Expr):
        return False
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    return a == b


def map_value(v: Value, f: Callable[[Value], Value]) -> Value:
    """``v`` with ``f`` applied to every part, if it is a tuple or a choice."""
    if isinstance(v, tuple):
        return tuple(map_value(p, f) for p in v)
    if isinstance(v, Choice):
        return Choice(v.tag, tuple(map_value(p, f) for p in v.values))
    return f(v)


def map_entries(
    o: Items | Dictionary | Instance, path: Address, f: Callable[[Value, Address], Value]
) -> Items | Dictionary | Instance:
    """``o`` with ``f`` applied to every value in it and to the place of that value."""
    if isinstance(o, Items):
        return replace(o, values=tuple(f(v, (*path, k)) for k, v in enumerate(o.values)))
    if isinstance(o, Dictionary):
        return Dictionary(tuple((k, f(v, (*path, k))) for k, v in o.entries))
    return Instance(o.cls, tuple((k, f(v, (*path, k))) for k, v in o.attributes))


def references(v: object) -> Iterator[Ref]:
    """The objects that a value refers to."""
    if isinstance(v, Ref):
        yield v
    elif isinstance(v, tuple):
        for p in v:
            yield from references(p)
    elif is_dataclass(v) and not isinstance(v, Expr | Frame | type):
        for f in fields(v):
            yield from references(getattr(v, f.name))


def attributes(o: Instance) -> Mapping[str, Value]:
    """The attributes of an instance by name."""
    return dict(o.attributes)
