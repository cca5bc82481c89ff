"""What a variable of a program can hold, in terms of the symbols of one step."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Union

from mips_verify.kernel.expr import Expr

Address = tuple[object, ...]  # of a variable or an object; the same in every step
Key = Union[int, str, None, tuple["Key", ...]]  # noqa: UP007 - it names itself; of a dictionary


class Nothing(Enum):
    """Places without a value.

    ``UNBOUND`` raises NameError when it is read. ``NEVER`` stands where an exception was
    raised: nothing is ever computed with it.
    """

    UNBOUND = "no value yet"
    NEVER = "never reached"


UNBOUND, NEVER = Nothing.UNBOUND, Nothing.NEVER


class Mark(Enum):
    """Parts of addresses that no name and no key of a program equals.

    ``BODY`` marks what a step of a loop over the input made, ``KEPT`` what is left of that for
    the next step.
    """

    BODY = "in the loop"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Ref:
    """A list, a dictionary, an instance or a history; what it holds is in the store."""

    address: Address


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values of different kinds.

    Attributes:
        tag: which of them it is.
        values: no two of one kind.
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
        """Where a name lives, looked up as Python does."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return (*frame.address, name)
            frame = frame.parent
        return None


@dataclass(frozen=True, slots=True)
class Function:
    """A function or a lambda, with the frame that it was defined in; or bound to an instance."""

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
        """A method, a constant, or ``UNBOUND``."""
        return {**dict(self.constants), **dict(self.methods)}.get(name, UNBOUND)


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function or a type of Python's own, or a method of an object."""

    name: str
    owner: Value = None


@dataclass(frozen=True, slots=True)
class Length:
    """``len(xs) + offset``: it is not known before the last letter."""

    offset: int


@dataclass(frozen=True, slots=True)
class Range:
    """``range(start, stop, step)``."""

    start: Expr
    stop: Expr | Length
    step: int = 1


@dataclass(frozen=True, slots=True)
class Tail:
    """``[*head, *history[skip:]]``, less the last ``trim`` letters."""

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
    """A generator expression, not yet run: its syntax, the frame around it and its first source."""

    node: ast.GeneratorExp
    frame: Frame
    source: Value
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """``d.keys()``, ``d.values()`` or ``d.items()``, to be consumed at once."""

    owner: Ref
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """``map(function, *of)``, not yet run."""

    function: Value
    of: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Generated:
    """What a generator function has yielded, to be consumed once."""

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
    """The elements of a list, of a constant set, or of a deque and how many it holds at most."""

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
    """A list with one element for each step: the inputs, or what a loop appends.

    Attributes:
        length: elements so far.
        recent: the last of them, as many as are read.
        first: the first of them, as many as are read.
        complete: whether the program sees the whole list, longer than what is known by now.
        fill: where the program made the list beforehand, what it put everywhere.
        name: of the program's variable, for registers.
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
    """Whether two values are certainly one; expressions are unique, so that identity decides."""
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
    """``f`` of every part of a tuple or a choice."""
    if isinstance(v, tuple):
        return tuple(map_value(p, f) for p in v)
    if isinstance(v, Choice):
        return Choice(v.tag, tuple(map_value(p, f) for p in v.values))
    return f(v)


def map_entries(
    o: Items | Dictionary | Instance, path: Address, f: Callable[[Value, Address], Value]
) -> Items | Dictionary | Instance:
    """``f`` of every value that an object holds, together with the place of the value."""
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
    """By name."""
    return dict(o.attributes)
