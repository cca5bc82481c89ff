"""What a loop over the input keeps from one step to the next."""

from __future__ import annotations

from dataclasses import replace

from mips_verify.reader.core import Core
from mips_verify.reader.values import (
    Address,
    Class,
    Dictionary,
    Function,
    History,
    Instance,
    Items,
    Ref,
    Store,
    Stored,
    Value,
    map_value,
)

BODY = "in the loop"  # no name holds a space


class Kept:
    """Copies what a loop keeps; objects that a step made are named by where they are found."""

    def __init__(self, run: Core, source: Store) -> None:
        self.run = run
        self.source = source
        self.store: Store = {}
        self.renamed: dict[Address, Address] = {}

    def stored(self, v: Stored, path: Address) -> Stored:
        """What a variable or an object holds."""
        if isinstance(v, Items):
            return replace(v, values=self._each(v.values, path))
        if isinstance(v, History):
            v = self.run.filled_up(v)
            depth = self.run.plan.recent.get(path, 0)
            recent = v.recent[max(0, len(v.recent) - depth) :]
            recent, first = self._each(recent, path), self._each(v.first, (*path, "first"))
            return replace(v, recent=recent, first=first)
        if isinstance(v, Dictionary):
            return Dictionary(tuple((k, self.value(e, (*path, k))) for k, e in v.entries))
        if isinstance(v, Instance):
            new = ((k, self.value(e, (*path, k))) for k, e in v.attributes)
            return replace(v, attributes=tuple(new))
        return self.value(v, path)

    def _each(self, values: tuple[Value, ...], path: Address) -> tuple[Value, ...]:
        return tuple(self.value(v, (*path, k)) for k, v in enumerate(values))

    def value(self, v: Value, path: Address) -> Value:
        """One value."""
        return map_value(v, lambda p: self._part(p, path))

    def is_made_in_a_step(self, address: Address) -> bool:
        """Whether an object gets a name by its place."""
        return BODY in address or address[0] == "kept"

    def _part(self, v: Value, path: Address) -> Value:
        if isinstance(v, Ref) and self.is_made_in_a_step(v.address):
            if v.address not in self.renamed:
                new = self.renamed[v.address] = ("kept", *(p for p in path if p != "kept"))
                if new in self.store:
                    raise self.run.refuse("several new objects are kept in one place")
                self.store[new] = self.stored(self.source[v.address], new)
            return Ref(self.renamed[v.address])
        if isinstance(v, Function | Class) and BODY in v.frame.address:
            raise self.run.refuse("a function or class is made anew in every step")
        return v


def before_loop(before: Store, exits: Store) -> Store:
    """What was there before the loop; objects that it replaces by new ones get their names."""
    found = {a: before[a] for a in exits if a in before}
    names = [a for a in exits if a[0] == "kept"]
    for a in sorted(found, key=repr):
        place = ("kept", *a)
        old = found[a]
        if place in names and isinstance(old, Ref) and _references(before, old) == 1:
            found[place], found[a] = before[old.address], Ref(place)
        o = found[a]
        if isinstance(o, Instance):
            new = {}
            for k, v in o.attributes:
                inner = ("kept", *a, k)
                if inner in names and isinstance(v, Ref) and _references(before, v) == 1:
                    found[inner], v = before[v.address], Ref(inner)
                new[k] = v
            found[a] = replace(o, attributes=tuple(new.items()))
    return found


def _references(store: Store, ref: Ref) -> int:
    """How many variables and objects refer to an object."""
    count = 0

    def look(v: Value) -> Value:
        nonlocal count
        count += v == ref
        return v

    for o in store.values():
        if isinstance(o, Items):
            map_value(o.values, look)
        elif isinstance(o, Dictionary):
            map_value(tuple(v for _, v in o.entries), look)
        elif isinstance(o, Instance):
            map_value(tuple(v for _, v in o.attributes), look)
        elif isinstance(o, History):
            map_value((*o.recent, *o.first), look)
        else:
            map_value(o, look)
    return count
