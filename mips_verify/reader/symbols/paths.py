"""One step on all paths at once: what variables hold, and when an exception was raised."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.source.outside_subset import OutsideSubset, Retry
from mips_verify.reader.symbols.needs import Accumulates, Plan
from mips_verify.reader.symbols.terms import STEP, Terms, number
from mips_verify.reader.symbols.values import (
    NEVER,
    UNBOUND,
    Address,
    Choice,
    Dictionary,
    History,
    Instance,
    Items,
    Nothing,
    Object,
    Poison,
    Ref,
    Store,
    Stored,
    Value,
    attributes,
    references,
    same,
)

MAX_WORK: Final = 100_000  # nodes of the syntax tree, each path counted anew, and the like
MAX_CASES: Final = 64
MAX_TUPLE: Final = 2_000  # values in a tuple, those in its parts included
OBJECTS: Final = (Items, Dictionary, Instance, History)


@dataclass(slots=True)
class State:
    """One path, or several that were joined.

    Attributes:
        store: what every variable and object holds.
        facts: conditions that hold or fail here, by their key.
        known: expressions that equal a constant here.
        raised: when an exception was raised since the last fork.
    """

    store: Store
    facts: dict[tuple[object, ...], bool] = field(default_factory=dict)
    known: dict[int, int] = field(default_factory=dict)
    raised: Expr = FALSE

    def copy(self) -> State:
        """The same state, to go on from along one branch."""
        return State(dict(self.store), dict(self.facts), dict(self.known))


class Core:
    """Executes on symbols; the rest of the reader is written in its few operations.

    Attributes:
        terms: builds expressions.
        state: of the path at work.
        where: the node at work, for messages.
        plan: what the reading is known to need.
        step: the number of letters before this one, a constant or a symbol.
        forks: how many undecided conditions the path at work is under.
        section: counts the loops over the input, so that addresses are the same in every step.
    """

    def __init__(self, terms: Terms, plan: Plan, step: int | None) -> None:
        self.terms = terms
        self.plan = plan
        self.state = State({})
        self.where: ast.AST | int = 1
        self.step = terms.var(STEP) if step is None else terms.const(step)
        self.forks = 0
        self.section: Address = (0,)
        self._serial = 0
        self.frozen: set[Address] = set()
        self._tuples: dict[int, tuple[object, int]] = {}
        self.filled_by: dict[Address, int] = {}  # histories, by the number of the loop

    def refuse(self, reason: str) -> OutsideSubset:
        """The error for the node at work."""
        return OutsideSubset(reason, self.where)

    def retry(self, reason: str, steps: int = 0) -> Retry:
        """The error for what more steps may decide."""
        return Retry(reason, self.where, steps)

    def at(self, node: ast.AST) -> None:
        """Go on to a node.

        Raises:
            OutsideSubset: too much work, as paths multiply.
        """
        self.where = node
        self.work(1)

    def work(self, amount: int) -> None:
        """Count work.

        Raises:
            OutsideSubset: too much of it.
        """
        self.plan.work += amount
        if self.plan.work + self.terms.calls // 10 > MAX_WORK:
            raise self.refuse(f"more than {MAX_WORK} operations on all paths together")

    def accumulates(self, stop: Expr) -> bool:
        """Whether what ends at ``stop``, at the node at work, grows with every step.

        Raises:
            Accumulates: it does, which was not known when the first steps were executed.
        """
        place = (getattr(self.where, "lineno", 0), getattr(self.where, "col_offset", 0))
        if place in self.plan.prefixes:
            return True
        line = self.terms.linear(stop)
        if line is not None and line[0] > 0:
            raise Accumulates(self.where, place)
        return False

    # addresses and objects

    def fresh(self, what: str) -> Address:
        """An address that nothing has yet."""
        self._serial += 1
        return (what, *self.section, self._serial)

    def enter_section(self, section: Address) -> None:
        """Count addresses anew: they must not depend on what a loop did."""
        self.section, self._serial = section, 0

    def allocate(self, o: Object) -> Ref:
        """A new object."""
        address = self.fresh("object")
        self.state.store[address] = o
        return Ref(address)

    def object(self, ref: Ref) -> Object:
        """What an object holds."""
        found = self.state.store.get(ref.address)
        if found is None:
            raise self.refuse("an object is not there on all paths")
        if isinstance(found, Poison):
            raise self.refuse(f"a list or an object {found.reason}")
        assert isinstance(found, OBJECTS)
        return found

    def change(self, ref: Ref, o: Object) -> None:
        """Give an object other contents."""
        if ref.address in self.frozen:
            raise self.refuse("an object of the file itself is changed: it is shared between calls")
        self.state.store[ref.address] = o

    # conditions

    def decide(self, c: Expr) -> Expr:
        """``c``, or the constant that it is on this path."""
        if c.op in ("true", "false"):
            return c
        key, positive = self.terms.key(c)
        if key in self.state.facts:
            return self.terms.truth_value(self.state.facts[key] == positive)
        if c.op in ("eq", "ne") and c.args[1].op == "const":
            value = self.state.known.get(id(c.args[0]))
            if value is not None:
                return self.terms.truth_value((value == c.args[1].value) == (c.op == "eq"))
        if c.op == "not":
            return self.terms.no(self.decide(c.args[0]))
        if c.op in ("and", "or"):
            a, b = map(self.decide, c.args)
            return self.terms.both(a, b) if c.op == "and" else self.terms.either(a, b)
        return c

    def assume(self, c: Expr, holds: bool) -> None:
        """Take a condition for decided on this path."""
        if c.op in ("true", "false"):
            return
        key, positive = self.terms.key(c)
        self.state.facts[key] = positive == holds
        if c.op == ("and" if holds else "or"):
            for part in c.args:
                self.assume(part, holds)
        if c.op == "not":
            self.assume(c.args[0], not holds)
        if c.op == ("eq" if holds else "ne") and c.args[1].op == "const":
            self.state.known[id(c.args[0])] = number(c.args[1])

    def fail(self, c: Expr = TRUE) -> bool:
        """Python raises an exception where ``c`` holds; whether that is everywhere."""
        c = self.decide(c)
        self.state.raised = self.terms.either(self.state.raised, c)
        self.assume(c, False)
        return c is TRUE

    def branch(self, c: Expr, yes: Callable[[], Value], no: Callable[[], Value]) -> Value:
        """The value of ``yes()`` where ``c`` holds and of ``no()`` elsewhere, effects included."""
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
        """What a branch gives, and the state after it."""
        self.work(len(before.store) // 20)
        self.state = before.copy()
        self.assume(c, holds)
        self.forks += 1
        try:
            return run(), self.state
        finally:
            self.forks -= 1

    def join(self, c: Expr, yes: State, no: State, raised_before: Expr = FALSE) -> State:
        """The state that is ``yes`` where ``c`` holds and ``no`` elsewhere."""
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
        """``f`` of the one case that ``v`` is."""
        if v is NEVER:
            return NEVER
        if not isinstance(v, Choice):
            return f(v)
        return self._cases(self.possible(v), f)

    def possible(self, v: Choice) -> list[tuple[Expr, Value]]:
        """The cases that ``v`` may be on this path, each with its condition."""
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
        """``v``, less the cases that it cannot be in ``state``."""
        if not isinstance(v, Choice):
            return v
        kept, self.state = self.state, state
        cases = self.possible(v)
        self.state = kept
        return cases[0][1] if len(cases) == 1 else v

    def choose(self, c: Expr, a: Value, b: Value) -> Value:
        """``a`` where ``c`` holds, ``b`` elsewhere."""
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
        """One value of all kinds that either is."""
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
        """The tag of ``v`` where its cases stand at other places."""
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
        """The same for what objects hold."""
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

    def sized(self, v: tuple[Value, ...]) -> tuple[Value, ...]:
        """A new tuple, if it is not too large when its parts are written out."""
        size = 1 + sum(self._tuples.get(id(p), (None, 1))[1] for p in v)
        self._tuples[id(v)] = (v, size)  # kept, so that its identity stays its own
        if size > MAX_TUPLE:
            raise self.refuse(f"a tuple of more than {MAX_TUPLE} values")
        return v

    def demand_hashable(self, v: Value) -> None:
        """Refuse a key that may be a list."""
        if any(True for _ in references(v)):
            raise self.refuse("an object is looked up under its value")

    def demand_finished(self, ref: Ref) -> None:
        """Refuse a copy of a list that is put in order by index, before that is done."""
        o = self.object(ref)
        if isinstance(o, History) and o.fill is not UNBOUND and ref.address not in self.filled_by:
            raise self.refuse("a list is copied before a loop fills it")

    def filled_up(self, h: History) -> History:
        """A list that was made beforehand keeps what it was filled with where nothing is put."""
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
