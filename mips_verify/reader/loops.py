"""Loops that end with the input: of each, the one round that the step at work belongs to."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from mips_verify.expr import FALSE, TRUE, Expr
from mips_verify.reader.calls import RETURNED
from mips_verify.reader.folds import (
    address_of,
    begin,
    demand_constant,
    element_at,
    places,
    prefix_of,
)
from mips_verify.reader.iteration import element, stream_of
from mips_verify.reader.methods import push
from mips_verify.reader.plan import Grows
from mips_verify.reader.statements import BREAK, CONTINUE, NORMAL, RAISE, RETURN, Ends, Statements
from mips_verify.reader.values import (
    UNBOUND,
    Address,
    Class,
    Dictionary,
    Frame,
    Function,
    Generated,
    History,
    Instance,
    Items,
    Lazy,
    Length,
    Mapped,
    Poison,
    Ref,
    Store,
    Stored,
    Tail,
    Value,
    Zipped,
    map_value,
    same,
)

BODY = "in the loop"  # no name holds a space
STOPPED, RETURNS = "stopped ", "returns "
_AFTER = Poison("is read after a loop over the input that changes it")


@dataclass(slots=True)
class Memory:
    """What loops over the input keep from one step to the next, by the number of the loop.

    Attributes:
        entries: what each variable or object holds at the start of this step; those that are
            not there hold what the code before the loop gives them.
        exits: what the ones that a loop changes hold at the end of this step.
        before: what these hold before the loop.
    """

    entries: dict[int, Store] = field(default_factory=dict)
    exits: dict[int, Store] = field(default_factory=dict)
    before: dict[int, Store] = field(default_factory=dict)


class Interpreter(Statements):
    """Executes one step of a program."""

    memory: Memory
    in_step = False

    def new_list(self, address: Address, values: tuple[Value, ...]) -> Value:
        """A list; a history where it is known to grow with every step."""
        if address in self.plan.growing:
            first = values[: self.plan.first.get(address, 0)]
            length = self.terms.const(len(values))
            self.state.store[address] = History(length, values, first)
        else:
            self.state.store[address] = Items(values)
        return Ref(address)

    def demand_inside_a_step(self) -> None:
        """Refuse what is only computed in a loop over the input."""
        if not self.in_step:
            raise self.refuse("all letters so far are only known in a loop over them")

    def loop_over_input(self, s: ast.For, over: Value) -> Ends:
        """One round of ``for``."""
        if s.orelse:
            raise self.refuse("'else' on a loop over the input is outside the subset")
        delay = self._delay(over)

        def body() -> None:
            place = self.terms.build("sub", self.step, self.terms.const(delay))
            self.bind(s.target, element(self, over, place))
            self._round(s.body)

        self._step_of_loop(self._begun(delay), body)
        return {NORMAL: (TRUE, self.state)}

    def _delay(self, over: Value) -> int:
        """How many steps later than the input a loop begins."""
        stream = stream_of(self, over)
        assert stream is not None
        if stream.offset not in (0, -1):
            raise self.refuse("a loop over the input has one round a letter, or one fewer")
        return -stream.offset

    def _begun(self, delay: int) -> Callable[[], bool]:
        c = self.decide(self.terms.compare("ge", self.step, self.terms.const(delay)))
        if c.op not in ("true", "false"):
            raise self.retry("the first step differs from the others", steps=delay)
        return lambda: c is TRUE

    def _round(self, body: list[ast.stmt]) -> None:
        ends = self.block(body)
        self.without_raise(ends)
        going: Ends = {}
        for kind in (NORMAL, CONTINUE, RAISE):
            if kind in ends:
                self._add(going, TRUE, {NORMAL: ends.pop(kind)})
        if ends or not going:
            raise self.refuse("a break or return leaves the rest of the sequence without outputs")
        self.state = going[NORMAL][1]

    def is_loop_over_input(self, s: ast.While) -> bool:
        """Whether a while loop compares an index with the length of the input."""
        return self._index_and_length(s) is not None

    def _index_and_length(self, s: ast.While) -> tuple[Expr, Length] | None:
        """``(i, n)`` where the loop goes on while ``i < n``."""
        test = s.test
        if not isinstance(test, ast.Compare) or len(test.ops) != 1:
            return None
        kept, self.state = self.state, self.state.copy()
        left, right = self.value(test.left), self.value(test.comparators[0])
        self.state = kept
        if isinstance(left, Length):
            left, right, flipped = right, left, True
        else:
            flipped = False
        if not isinstance(right, Length) or not isinstance(left, Expr):
            return None
        op = test.ops[0]
        if isinstance(op, (ast.Gt if flipped else ast.Lt, ast.NotEq)):
            return left, right
        if isinstance(op, ast.GtE if flipped else ast.LtE):
            return left, Length(right.offset + 1)
        return None

    def while_over_input(self, s: ast.While) -> Ends:
        """One round of ``while i < len(xs)``."""
        if s.orelse:
            raise self.refuse("'else' on a loop over the input is outside the subset")

        def ahead() -> int:
            """By how much the index is ahead of the letter that this step reads."""
            found = self._index_and_length(s)
            if found is None:
                raise self.refuse("the condition of this loop changes its kind")
            bound = self.terms.build("add", self.step, self.terms.const(found[1].offset))
            difference = self.terms.linear(self.terms.build("sub", found[0], bound))
            if difference is None or difference[0]:
                raise self.retry("the index of this loop is not the number of the step")
            if difference[1] not in (0, 1):
                raise self.refuse("the index of this loop does not grow by 1 in every round")
            return difference[1]

        def body() -> None:
            self._round(s.body)
            if ahead() != 1:
                raise self.refuse("the index of this loop does not grow by 1 in every round")

        self._step_of_loop(lambda: not ahead(), body)
        return {NORMAL: (TRUE, self.state)}

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp, source: Value) -> Value:
        """A list with one element for each step."""
        if len(node.generators) > 1 or node.generators[0].is_async:
            raise self.refuse("one 'for' is needed here")
        loop = node.generators[0]

        def value(e: Value) -> Value:
            self.bind(loop.target, e)
            if not all(self._decided(test) for test in loop.ifs):
                raise self.refuse("a condition leaves letters without outputs")
            return self.plain(self.value(node.elt))

        names = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
        outer = self.frame
        self.frame = Frame(self.fresh("frame"), frozenset(names), outer)
        try:
            return self._listed(source, value)
        finally:
            self.frame = outer

    def stream_of_calls(self, v: Mapped) -> Value:
        """``list(map(f, xs))``."""
        source = v.of[0] if len(v.of) == 1 else None
        if source is None:
            raise self.refuse("map() takes one sequence here")
        node = self.call_node()
        return self._listed(source, lambda e: self.call(v.function, [e], node))

    def steps_of(self, cls: Class, letters: list[Value]) -> Value:
        """The outputs of a method ``step`` that is called with each input."""
        owner = self._new(cls, [], {})
        source = letters[0] if len(letters) == 1 else Zipped(tuple(letters))
        node = self.call_node()

        def value(e: Value) -> Value:
            arguments = [e] if len(letters) == 1 else list(e)  # type: ignore[arg-type]
            method = self._attribute(owner, "step")
            return self.plain(self.call(method, arguments, node))

        return self._listed(source, value)

    def _listed(self, source: Value, value: Callable[[Value], Value]) -> Value:
        made = self.allocate(History(self.terms.const(0)))
        delay = self._delay(source)

        def body() -> None:
            place = self.terms.build("sub", self.step, self.terms.const(delay))
            v = value(element(self, source, place))
            push(self, made, self.history(made), v)

        self._step_of_loop(self._begun(delay), body)
        if self._begun(delay)() is False:
            self.state.store[made.address] = replace(self.history(made), complete=True)
        return made

    def _step_of_loop(self, runs: Callable[[], bool], body: Callable[[], None]) -> None:
        """Execute the round of this step on what the round before has left."""
        if self.forks:
            raise self.refuse("a loop over the input is under a condition")
        if self.in_step:
            raise self.refuse("a loop over the input inside another one")
        number = int(str(self.section[0]))
        before = self.state.store
        entry = {**before, **self.memory.entries.get(number, {})}
        self.state.store = dict(entry)
        self.in_step = True
        self.enter_section((number, BODY))
        try:
            if runs():
                body()
        finally:
            self.in_step = False
        self._leave(number, before, entry)
        self.enter_section((number + 1,))

    def _leave(self, number: int, before: Store, entry: Store) -> None:
        after = self.state.store
        changed = [
            a for a in after
            if (a in entry and not same(entry[a], after[a])) or a[0] == "fold"
        ]  # fmt: skip
        for a in changed:
            self._demand_one_size(a, entry.get(a), after[a])
        roots = sorted({*self.memory.entries.get(number, {}), *changed}, key=repr)
        kept = _Kept(self, after)
        for a in roots:
            if a[0] != "kept":
                kept.store[a] = kept.stored(after[a], a)
        self.memory.exits[number] = kept.store
        self.memory.before[number] = _before(before, kept.store)
        for a in roots:
            o = after[a]
            after[a] = replace(o, complete=True) if isinstance(o, History) else _AFTER
        for a in [a for a in after if BODY in a]:
            del after[a]

    def _demand_one_size(self, a: Address, old: Stored | None, new: Stored) -> None:
        """A list that becomes longer in a step is taken for a history, as far as it can be."""
        if a[0] != "object" or a in self.plan.windows or a in self.plan.growing:
            return
        lists = isinstance(old, Items) and isinstance(new, Items)
        if lists and len(new.values) > len(old.values):  # type: ignore[union-attr]
            raise Grows(self.where, a)

    def is_prefix(self, v: Value) -> bool:
        """Whether a loop is over all letters so far."""
        return not isinstance(v, Lazy) and prefix_of(self, v) is not None

    def loop_over_prefix(self, s: ast.For, over: Value) -> Ends:
        """The rounds of an inner loop over all letters so far that are new."""
        kept_at = address_of(self)
        inner = _Inner(self, s, kept_at)
        source = prefix_of(self, over)
        assert source is not None
        start = (FALSE, FALSE, *inner.first_values())
        fixed = (*start, *inner.fixed())
        have, total = begin(self, kept_at, fixed, start)
        assert isinstance(total, tuple)
        inner.set(total)
        others = inner.others()
        for place in places(self, have, source):
            element = element_at(self, over, source, place)
            ends = self.fork(inner.flag(STOPPED), self._unchanged, partial(inner.round, element))
            self.state = ends[NORMAL][1]
        if any(not same(self.state.store[a], v) for a, v in others.items()):
            raise self.refuse("an inner loop over all letters so far changes an object")
        total = (inner.flag(STOPPED), inner.flag(RETURNS), *inner.values())
        if any(isinstance(v, Ref) for v in total):
            raise self.refuse("an inner loop over all letters so far keeps an object")
        self.state.store[kept_at] = (source.stop, total, fixed)
        return inner.ends()

    def _unchanged(self) -> Ends:
        return {NORMAL: (TRUE, self.state)}

    def result(self, v: Value) -> Value:
        """The output of this step, where ``v`` is what the program returns."""
        if isinstance(v, Generated):
            v = v.history
        if isinstance(v, Lazy) and stream_of(self, v.source) is not None:
            v = self.comprehension(v.node, v.source)
        if isinstance(v, Mapped):
            v = self.stream_of_calls(v)
        if isinstance(v, Ref) and isinstance(o := self.object(v), History):
            self.state.store[v.address] = replace(o, complete=True)
        stream = stream_of(self, v) if isinstance(v, Ref | Tail) else None
        if stream is None:
            if isinstance(v, Ref) and isinstance(self.object(v), Items):
                known = self.plan.windows | self.plan.growing
                if v.address[0] == "object" and v.address not in known:
                    raise Grows(self.where, v.address)
                raise self.refuse("no loop over the input appends an output to what is returned")
            raise self.refuse("what is returned is no list with an output for each input")
        if stream.offset:
            raise self.refuse(f"{stream.offset:+} outputs for each sequence of inputs")
        return element(self, v, self.step)


class _Kept:
    """Copies what a loop keeps; objects that a step made are named by where they are found."""

    def __init__(self, run: Interpreter, source: Store) -> None:
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


def _before(before: Store, exits: Store) -> Store:
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


class _Inner:
    """An inner loop over all letters so far, of which each step only executes what is new.

    A ``break`` or ``return`` sets a flag; with it, later elements change nothing.
    """

    def __init__(self, run: Interpreter, s: ast.For, kept_at: Address) -> None:
        self.run = run
        self.s = s
        self.kept_at = kept_at
        self.names = _demand_simple(run, s)
        found = {n: run.frame.find(n) for n in sorted(self.names)}
        self.variables = [a for a in found.values() if a is not None]
        self.variables.append((*run.frame.address, RETURNED))

    def values(self) -> tuple[Value, ...]:
        """What the loop's variables hold."""
        store = self.run.state.store
        return tuple(store.get(a, UNBOUND) for a in self.variables)  # type: ignore[misc]

    def first_values(self) -> tuple[Value, ...]:
        """The same before the loop; nothing for what is assigned before it is read."""
        fresh = _assigned_first(self.s)
        pairs = zip(self.variables, self.values(), strict=True)
        return tuple(UNBOUND if a[-1] in fresh else v for a, v in pairs)

    def fixed(self) -> list[Value]:
        """What the loop reads and does not change, all of it constant."""
        nodes = (n for p in self.s.body for n in ast.walk(p))
        read = {n.id for n in nodes if isinstance(n, ast.Name)} - self.names
        found: list[Value] = []
        for name in sorted(read):
            address = self.run.frame.find(name)
            v = self.run.state.store.get(address, UNBOUND) if address is not None else UNBOUND
            demand_constant(self.run, v, name)  # type: ignore[arg-type]
            found.append(v)  # type: ignore[arg-type]
        return found

    def set(self, total: tuple[Value, ...]) -> None:
        """Go on from what was kept."""
        places = [(*self.kept_at, STOPPED), (*self.kept_at, RETURNS), *self.variables]
        for a, v in zip(places, total, strict=True):
            self.run.state.store[a] = v

    def flag(self, name: str) -> Expr:
        """Whether the loop has ended."""
        found = self.run.state.store[(*self.kept_at, name)]
        assert isinstance(found, Expr)
        return found

    def others(self) -> Store:
        """What the loop may not change."""
        own = {*self.variables, (*self.kept_at, STOPPED), (*self.kept_at, RETURNS)}
        return {a: v for a, v in self.run.state.store.items() if a not in own}

    def round(self, element: Value) -> Ends:
        """One round; every way in which it ends goes on behind it."""
        run = self.run
        run.bind(self.s.target, element)
        ends = run.block(self.s.body)
        run.without_raise(ends)
        going: Ends = {}
        for kind, (c, state) in ends.items():
            if kind in (BREAK, RETURN):
                state.store[(*self.kept_at, STOPPED)] = TRUE
            if kind == RETURN:
                state.store[(*self.kept_at, RETURNS)] = TRUE
            run._add(going, TRUE, {NORMAL: (c, state)})
        return going

    def ends(self) -> Ends:
        """How the loop ends in this step."""
        run = self.run
        stopped, returns = self.flag(STOPPED), self.flag(RETURNS)
        for name in (STOPPED, RETURNS):
            del run.state.store[(*self.kept_at, name)]

        def without_return() -> Ends:
            return run.fork(stopped, run._unchanged, lambda: run.block(self.s.orelse))

        return run.fork(returns, lambda: {RETURN: (TRUE, run.state)}, without_return)


def _assigned_first(s: ast.For) -> set[str]:
    """Names that each round assigns to before it reads them."""
    fresh = {n.id for n in ast.walk(s.target) if isinstance(n, ast.Name)}
    read: set[str] = set()
    for part in s.body:
        names = [n for n in ast.walk(part) if isinstance(n, ast.Name)]
        read |= {n.id for n in names if isinstance(n.ctx, ast.Load)} - fresh
        if isinstance(part, ast.AugAssign):
            read |= {n.id for n in names} - fresh
        elif isinstance(part, ast.Assign):
            fresh |= {n.id for n in names if isinstance(n.ctx, ast.Store)} - read
        else:
            read |= {n.id for n in names} - fresh
    return fresh


def _demand_simple(run: Interpreter, s: ast.For) -> set[str]:
    """The names that an inner loop assigns to; refuse what has other effects."""
    for n in (n for p in s.body for n in ast.walk(p)):
        if isinstance(n, ast.Attribute | ast.Yield | ast.FunctionDef | ast.ClassDef):
            raise run.refuse("an inner loop over all letters so far only changes variables")
    stored = [s.target, *s.body]
    return {n.id for p in stored for n in ast.walk(p)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip
