"""One step executed on all paths at once: forks, joins, and values of several kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.symbols.path_state import OBJECTS, PathState, State
from mips_verify.reader.symbols.terms import number
from mips_verify.reader.symbols.values import (
    NEVER,
    UNBOUND,
    Choice,
    Dictionary,
    History,
    Instance,
    Items,
    Nothing,
    Store,
    Stored,
    Value,
    attributes,
    same,
)

MAX_CASES: Final = 64


class Paths(PathState):
    """Executes all paths at once, with a few operations that the rest of the reader uses."""

    def branch(self, c: Expr, yes: Callable[[], Value], no: Callable[[], Value]) -> Value:
        """The value of ``yes()`` if ``c`` holds and of ``no()`` if not, effects included."""
        c = self.decide(c)
        if c.op in ("true", "false"):
            return yes() if c is TRUE else no()
        before = self.state
        a, after_yes = self.along(before, c, True, yes)
        b, after_no = self.along(before, c, False, no)
        self.state = self.join(c, after_yes, after_no, before.raised)
        return self.choose(c, a, b)

    def along(
        self, before: State, c: Expr, holds: bool, run: Callable[[], Value]
    ) -> tuple[Value, State]:
        """The value of one branch, and the state after it."""
        self.work(len(before.store) // 20)
        self.state = before.copy()
        self.assume(c, holds)
        self.forks += 1
        try:
            return run(), self.state
        finally:
            self.forks -= 1

    def join(self, c: Expr, yes: State, no: State, raised_before: Expr = FALSE) -> State:
        """The state that is ``yes`` if ``c`` holds and ``no`` if not."""
        store: Store = {}
        for address, a in yes.store.items():
            b = no.store.get(address, a)
            if not same(a, b):
                a, b = self.refined(a, yes), self.refined(b, no)
                a = self.choose_stored(c, a, b)
            store[address] = a
        store |= {address: b for address, b in no.store.items() if address not in yes.store}
        raised = self.terms.choice(c, yes.raised, no.raised)
        raised = self.terms.either(raised_before, raised)
        facts = {k: v for k, v in yes.facts.items() if no.facts.get(k) == v}
        known = {k: v for k, v in yes.known.items() if no.known.get(k) == v}
        return State(store, facts, known, raised)

    # values of several kinds

    def each(self, v: Value, f: Callable[[Value], Value]) -> Value:
        """``f`` applied to ``v``; to each possible case, if ``v`` has several."""
        if v is NEVER:
            return NEVER
        if not isinstance(v, Choice):
            return f(v)
        return self._cases(self.possible(v), f)

    def possible(self, v: Choice) -> list[tuple[Expr, Value]]:
        """The cases of ``v`` that are possible on this path, each with its condition."""
        eq, const = self.terms.compare, self.terms.const
        every = [(self.decide(eq("eq", v.tag, const(k))), p) for k, p in enumerate(v.values)]
        certain = [(c, p) for c, p in every if c is TRUE]
        return certain or [(c, p) for c, p in every if c is not FALSE]

    def _cases(self, cases: list[tuple[Expr, Value]], f: Callable[[Value], Value]) -> Value:
        if not cases:
            return NEVER
        (c, v), *rest = cases
        if not rest:
            return f(v)
        return self.branch(c, lambda: f(v), lambda: self._cases(rest, f))

    def refined(self, v: Stored, state: State) -> Stored:
        """``v`` without the cases that are impossible in ``state``."""
        if not isinstance(v, Choice):
            return v
        kept, self.state = self.state, state
        cases = self.possible(v)
        self.state = kept
        return cases[0][1] if len(cases) == 1 else v

    def choose(self, c: Expr, a: Value, b: Value) -> Value:
        """``a`` if ``c`` holds, ``b`` if not."""
        if c is TRUE or b is NEVER or same(a, b):
            return a
        if c is FALSE or a is NEVER:
            return b
        if isinstance(a, Expr) and isinstance(b, Expr):
            return self.terms.choice(c, a, b)
        if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
            return tuple(self.choose(c, p, q) for p, q in zip(a, b, strict=True))
        return self._merged(c, a, b)

    def _merged(self, c: Expr, a: Value, b: Value) -> Value:
        """One value that covers the kinds of both values."""
        values: list[Value] = []
        tags = []
        for v in (a, b):
            parts = v.values if isinstance(v, Choice) else (v,)
            places = []
            for p in parts:
                k = next((k for k, q in enumerate(values) if one_kind(p, q)), len(values))
                if k == len(values):
                    values.append(p)
                elif v is b:
                    values[k] = self.choose(c, values[k], p)
                places.append(k)
            tags.append(self.remapped(v, places))
        if len(values) > MAX_CASES:
            raise self.refuse(f"a variable may hold more than {MAX_CASES} kinds of values here")
        if len(values) == 1:
            return values[0]
        tag = self.terms.integer(self.terms.choice(c, *tags))
        return Choice(tag, tuple(values))

    def remapped(self, v: Value, places: list[int]) -> Expr:
        """The tag of ``v`` after its cases have moved to ``places``."""
        if not isinstance(v, Choice):
            return self.terms.const(places[0])
        return self._remap(v.tag, places)

    def _remap(self, tag: Expr, places: list[int]) -> Expr:
        terms = self.terms
        if tag.op == "const":
            return terms.const(places[number(tag)])
        if places == list(range(len(places))):
            return tag
        if tag.op == "if":
            c, yes, no = tag.args
            chosen = terms.choice(c, self._remap(yes, places), self._remap(no, places))
            return terms.integer(chosen)
        found = terms.const(places[-1])
        for k in reversed(range(len(places) - 1)):
            here = terms.compare("eq", tag, terms.const(k))
            found = terms.integer(terms.choice(here, terms.const(places[k]), found))
        return found

    def choose_stored(self, c: Expr, a: Stored, b: Stored) -> Stored:
        """Like :meth:`choose`, for the contents of objects."""
        if isinstance(a, Items) and isinstance(b, Items) and len(a.values) == len(b.values):
            pairs = zip(a.values, b.values, strict=True)
            return replace(a, values=tuple(self.choose(c, p, q) for p, q in pairs))
        if isinstance(a, Dictionary) and isinstance(b, Dictionary):
            other = dict(b.entries)
            if [k for k, _ in a.entries] == list(other):
                entries = ((k, self.choose(c, v, other[k])) for k, v in a.entries)
                return Dictionary(tuple(entries))
        if isinstance(a, Instance) and isinstance(b, Instance) and a.cls == b.cls:
            mine, theirs = dict(attributes(a)), dict(attributes(b))
            names = list(dict.fromkeys([*mine, *theirs]))
            found = ((n, self.choose(c, mine.get(n, UNBOUND), theirs.get(n, UNBOUND)))
                     for n in names)  # fmt: skip
            return Instance(a.cls, tuple(found))
        if isinstance(a, History) and isinstance(b, History):
            return self._one_history(c, a, b)
        if not isinstance(a, OBJECTS) and not isinstance(b, OBJECTS):
            return self.choose(c, a, b)
        raise self.retry("a list or a dictionary has different sizes on two paths")

    def filled_up(self, h: History) -> History:
        """A preallocated list in which this step's element, if not assigned, has the fill value."""
        if h.fill is UNBOUND or self.terms.linear(h.length) != self.terms.linear(self.step):
            return h
        length = self.terms.build("add", self.step, self.terms.const(1))
        return replace(h, length=length, recent=(*h.recent, h.fill))

    def _one_history(self, c: Expr, a: History, b: History) -> History:
        if a.length is not b.length:
            a, b = self.filled_up(a), self.filled_up(b)
        if a.length is not b.length or len(a.recent) != len(b.recent):
            raise self.refuse("only some of the paths from here append or yield an output")
        pairs = zip(a.recent, b.recent, strict=True)
        recent = tuple(self.choose(c, p, q) for p, q in pairs)
        first = tuple(self.choose(c, p, q) for p, q in zip(a.first, b.first, strict=True))
        return replace(a, recent=recent, first=first, complete=a.complete or b.complete)


def one_kind(v: Value, w: Value) -> bool:
    """Whether two values can be merged into one."""
    if isinstance(v, Expr) and isinstance(w, Expr):
        return True
    if isinstance(v, tuple) and isinstance(w, tuple):
        return len(v) == len(w)
    return v is w or (not isinstance(v, Nothing | Expr | tuple) and same(v, w))
