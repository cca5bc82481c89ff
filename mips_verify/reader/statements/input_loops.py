"""Loops over the input: the reader executes one step, that is, one round of each such loop."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.expressions.container_methods import push
from mips_verify.reader.expressions.folds import (
    address_of,
    begin,
    element_at,
    places,
    prefix_of,
    shape,
)
from mips_verify.reader.operations.iteration import element, stream_of
from mips_verify.reader.statements.constant_loops import ConstantLoops
from mips_verify.reader.statements.loop_state import BODY, KEPT, Kept, before_loop
from mips_verify.reader.statements.prefix_loops import RETURNS, STOPPED, PrefixLoop
from mips_verify.reader.statements.statements import CONTINUE, NORMAL, RAISE, Ends
from mips_verify.reader.symbols.needs import Grows
from mips_verify.reader.symbols.values import (
    Address,
    Class,
    Frame,
    Generated,
    History,
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
    same,
)

_AFTER = Poison("is read after a loop over the input that changes it")


@dataclass(slots=True)
class Memory:
    """The values that loops over the input keep between steps, by the number of the loop.

    Attributes:
        entries: the contents of variables and objects at the start of this step; a missing one
            has the contents that the code before the loop gives it.
        exits: the contents, at the end of this step, of whatever the loop changes.
        before: the contents of the same variables and objects before the loop.
    """

    entries: dict[int, Store] = field(default_factory=dict)
    exits: dict[int, Store] = field(default_factory=dict)
    before: dict[int, Store] = field(default_factory=dict)


class Interpreter(ConstantLoops):
    """Executes one step of a program; the last of the classes derived from ``Paths``."""

    memory: Memory
    in_step = False

    def new_list(self, address: Address, values: tuple[Value, ...]) -> Value:
        """A new list; a history if it is known to grow with every step."""
        if address in self.plan.growing:
            first = values[: self.plan.first.get(address, 0)]
            length = self.terms.const(len(values))
            self.state.store[address] = History(length, values, first)
        else:
            self.state.store[address] = Items(values)
        return Ref(address)

    def demand_inside_a_step(self) -> None:
        """Refuse code that needs to be inside a loop over the input but is not."""
        if not self.in_step:
            raise self.refuse("all letters so far are only known in a loop over them")

    def loop_over_input(self, s: ast.For, over: Value) -> Ends:
        """One round of a for loop."""
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
        """How many steps after the first letter a loop begins."""
        stream = stream_of(self, over)
        assert stream is not None
        if stream.offset not in (0, -1):
            raise self.refuse("a loop over the input needs one round for each letter, or one fewer")
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
                self.add_ends(going, TRUE, {NORMAL: ends.pop(kind)})
        if ends or not going:
            raise self.refuse("a break or return leaves the rest of the sequence without outputs")
        self.state = going[NORMAL][1]

    def is_loop_over_input(self, s: ast.While) -> bool:
        """Whether a while loop compares an index with the length of the input."""
        return self._index_and_length(s) is not None

    def _index_and_length(self, s: ast.While) -> tuple[Expr, Length] | None:
        """``(i, n)`` if the loop continues while ``i < n``."""
        test = s.test
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not _is_plain(test):
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
            """How far the index is ahead of the letter that this step reads."""
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

    def comprehension(
        self,
        node: ast.ListComp | ast.GeneratorExp,
        source: Value,
        frame: Frame | None = None,
    ) -> Value:
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
        self.frame = Frame(self.fresh("frame"), frozenset(names), frame or outer)
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
        """The outputs of a method ``step``, which is called with each input."""
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
        """Execute the round of this step on the values left by the round before."""
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
            self._demand_one_loop(number, a, after[a])
            self._demand_one_size(a, entry.get(a), after[a])
        roots = sorted({*self.memory.entries.get(number, {}), *changed}, key=repr)
        kept = Kept(self, after)
        for a in roots:
            if a[0] is not KEPT:
                kept.store[a] = kept.stored(after[a], a)
        self.memory.exits[number] = kept.store
        self.memory.before[number] = before_loop(before, kept.store)
        for a in roots:
            o = after[a]
            after[a] = replace(o, complete=True) if isinstance(o, History) else _AFTER

    def _demand_one_loop(self, number: int, a: Address, new: Stored) -> None:
        """Refuse to change an object that an earlier loop over the input made or filled."""
        if BODY in a and a[0] != "fold":
            raise self.refuse("a loop changes an object that an earlier loop made")
        if isinstance(new, History) and self.filled_by.setdefault(a, number) != number:
            raise self.refuse("a loop changes a list that an earlier loop filled")

    def _demand_one_size(self, a: Address, old: Stored | None, new: Stored) -> None:
        """Demand to read a list that became longer in this step as a history, if possible."""
        if a[0] != "object" or a in self.plan.windows or a in self.plan.growing:
            return
        lists = isinstance(old, Items) and isinstance(new, Items)
        if lists and len(new.values) > len(old.values):  # type: ignore[union-attr]
            raise Grows(self.where, a)

    def is_prefix(self, v: Value) -> bool:
        """Whether a loop iterates over all letters so far."""
        return not isinstance(v, Lazy) and prefix_of(self, v) is not None

    def loop_over_prefix(self, s: ast.For, over: Value) -> Ends:
        """Execute the new rounds of an inner loop over all letters so far."""
        kept_at = address_of(self)
        inner = PrefixLoop(self, s, kept_at)
        source = prefix_of(self, over)
        assert source is not None
        start = (FALSE, FALSE, *inner.first_values())
        fixed = (*start, *shape(self, over), *inner.fixed())
        have, total = begin(self, kept_at, fixed, start)
        assert isinstance(total, tuple)
        inner.set(total)
        others = inner.others()
        for place in places(self, have, source):
            element = element_at(self, over, source, place)
            ends = self.fork(inner.flag(STOPPED), self.unchanged, partial(inner.round, element))
            self.state = ends[NORMAL][1]
        if any(not same(self.state.store[a], v) for a, v in others.items()):
            raise self.refuse("an inner loop over all letters so far changes an object")
        total = (inner.flag(STOPPED), inner.flag(RETURNS), *inner.values())
        if any(isinstance(v, Ref) for v in total):
            raise self.refuse("an inner loop over all letters so far keeps an object")
        self.state.store[kept_at] = (source.stop, total, fixed)
        return inner.ends()

    def result(self, v: Value) -> Value:
        """The output of this step, taken from what the program returns."""
        if isinstance(v, Generated):
            v = v.history
        if isinstance(v, Lazy) and stream_of(self, v.source) is not None:
            v = self.comprehension(v.node, v.source, v.frame)
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
            raise self.refuse("what is returned is not a list with an output for each input")
        if stream.offset:
            raise self.refuse(f"{stream.offset:+} outputs for each sequence of inputs")
        return element(self, v, self.step)


def _is_plain(test: ast.Compare) -> bool:
    """Whether a test only compares variables and lengths, so that it has no effects."""
    known = (ast.Compare, ast.cmpop, ast.Name, ast.Load, ast.Constant, ast.BinOp, ast.Add, ast.Sub)
    calls = [n for n in ast.walk(test) if isinstance(n, ast.Call)]
    lengths = all(isinstance(c.func, ast.Name) and c.func.id == "len" for c in calls)
    return lengths and all(isinstance(n, (*known, ast.Call)) for n in ast.walk(test))
