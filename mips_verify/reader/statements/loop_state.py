"""The values that a loop over the input keeps from one step to the next."""

from __future__ import annotations

from dataclasses import replace

from mips_verify.reader.symbols.paths import Paths
from mips_verify.reader.symbols.values import (
    Address,
    Class,
    Dictionary,
    Function,
    History,
    Instance,
    Items,
    Mark,
    Ref,
    Store,
    Stored,
    Value,
    map_entries,
    map_value,
    references,
)

BODY, KEPT = Mark.BODY, Mark.KEPT


class Kept:
    """Copies the values that a loop keeps; an object made in a step is renamed by its place."""

    def __init__(self, run: Paths, source: Store) -> None:
        self.run = run
        self.source = source
        self.store: Store = {}
        self.renamed: dict[Address, Address] = {}

    def stored(self, v: Stored, path: Address) -> Stored:
        """The copy of the contents of a variable or an object."""
        if isinstance(v, Items | Dictionary | Instance):
            return map_entries(v, path, self.value)
        if isinstance(v, History):
            v = self.run.filled_up(v)
            depth = self.run.plan.recent.get(path, 0)
            recent = v.recent[max(0, len(v.recent) - depth) :]
            recent, first = self._each(recent, path), self._each(v.first, (*path, "first"))
            return replace(v, recent=recent, first=first)
        return self.value(v, path)

    def _each(self, values: tuple[Value, ...], path: Address) -> tuple[Value, ...]:
        return tuple(self.value(v, (*path, k)) for k, v in enumerate(values))

    def value(self, v: Value, path: Address) -> Value:
        """The copy of one value."""
        return map_value(v, lambda p: self._part(p, path))

    def is_made_in_a_step(self, address: Address) -> bool:
        """Whether an object was made in a step, so that its address comes from its place."""
        return BODY in address or address[0] is KEPT

    def _part(self, v: Value, path: Address) -> Value:
        if isinstance(v, Ref) and self.is_made_in_a_step(v.address):
            if v.address not in self.renamed:
                new = self.renamed[v.address] = path if path[0] is KEPT else (KEPT, *path)
                if new in self.store:
                    raise self.run.refuse(
                        "a list or an object that the loop makes is kept here, and is not always "
                        "the same one; make it before the loop, and change what is in it"
                    )
                if v.address not in self.source:
                    raise self.run.refuse("an object is kept that is not there on all paths")
                self.store[new] = self.stored(self.source[v.address], new)
            return Ref(self.renamed[v.address])
        if isinstance(v, Function | Class) and BODY in v.frame.address:
            raise self.run.refuse("a function or class is made anew in every step")
        if any(self.is_made_in_a_step(r.address) for r in references(v)):
            raise self.run.refuse("a method or a view of a new object is kept")
        return v


def before_loop(before: Store, exits: Store) -> Store:
    """The store before the loop; objects that it replaces get their replacements' addresses."""
    found = {a: before[a] for a in exits if a in before}
    names = [a for a in exits if a[0] is KEPT]
    for a in sorted(found, key=repr):
        place = (KEPT, *a)
        old = found[a]
        if place in names and isinstance(old, Ref) and _references(before, old) == 1:
            found[place], found[a] = before[old.address], Ref(place)
        o = found[a]
        if isinstance(o, Instance):
            new = {}
            for k, v in o.attributes:
                inner = (KEPT, *a, k)
                if inner in names and isinstance(v, Ref) and _references(before, v) == 1:
                    found[inner], v = before[v.address], Ref(inner)
                new[k] = v
            found[a] = replace(o, attributes=tuple(new.items()))
    return found


def _references(store: Store, ref: Ref) -> int:
    """How many references to an object variables and other objects have."""
    return sum(r == ref for o in store.values() for r in references(o))
