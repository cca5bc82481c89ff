"""Statements, executed on all paths at once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.expressions.calls import RETURNED
from mips_verify.reader.expressions.container_methods import push
from mips_verify.reader.operations import operators
from mips_verify.reader.operations.iteration import constant_elements
from mips_verify.reader.operations.subscripts import item, put
from mips_verify.reader.source.annotations import demand_harmless
from mips_verify.reader.statements.definitions import Definitions
from mips_verify.reader.statements.demonstrations import Demonstration, demonstrations_in
from mips_verify.reader.statements.matching import matches
from mips_verify.reader.symbols.path_state import State
from mips_verify.reader.symbols.values import (
    NEVER,
    Frame,
    History,
    Instance,
    Items,
    Poison,
    Ref,
    Value,
    attributes,
)

NORMAL, BREAK, CONTINUE, RETURN, RAISE = "normal", "break", "continue", "return", "raise"
Ends = dict[str, tuple[Expr, State]]  # for each way in which a block ends, its condition and state


class Statements(Definitions):
    """Executes statements; :attr:`state` is the state of the paths that continue.

    Attributes:
        entry: the name of the program.
        demonstrations: the calls of the program on examples at the top level.
    """

    entry = ""
    demonstrations: list[Demonstration]

    def block(self, body: Sequence[ast.stmt]) -> Ends:
        """Execute statements in order.

        Returns:
            the condition and the state for each way in which they end; exactly one condition holds.
        """
        ends: Ends = {NORMAL: (TRUE, self.state)}
        for s in body:
            if NORMAL not in ends:
                break
            c, self.state = ends.pop(NORMAL)
            self.at(s)
            self.forks += c is not TRUE
            try:
                new = self._statement(s)
            finally:
                self.forks -= c is not TRUE
            self.add_ends(ends, c, new)
        return ends

    def add_ends(self, ends: Ends, c: Expr, new: Ends) -> None:
        """Add the ends ``new``, which apply if ``c`` holds, to ``ends``."""
        for kind, (d, state) in new.items():
            whole = self.terms.both(c, d)
            if kind in ends:
                before, first = ends[kind]
                joined = self.join(before, first, state)
                ends[kind] = (self.terms.either(before, whole), joined)
            else:
                ends[kind] = (whole, state)

    def _statement(self, s: ast.stmt) -> Ends:
        method: Callable[[ast.stmt], Ends | None] | None
        method = getattr(self, f"_do_{type(s).__name__}", None)
        if method is None:
            raise self.refuse(f"'{type(s).__name__.lower()}' is outside the subset")
        ends = method(s)
        return self.unchanged() if ends is None else ends

    def run_function(self, body: list[ast.stmt], frame: Frame) -> Value:
        """The return value of a function's statements."""
        ends = self.block(body)
        self.without_raise(ends)
        address = (*frame.address, RETURNED)
        if RAISE in ends:
            self.state = ends[RAISE][1]
            return NEVER
        if NORMAL in ends:
            ends[NORMAL][1].store[address] = None
        if len(ends) == 1:
            self.state = next(iter(ends.values()))[1]
        else:
            c, state = ends[RETURN]
            self.state = self.join(c, state, ends[NORMAL][1])
        return self.state.store.pop(address)  # type: ignore[return-value]

    # simple statements

    def _do_Pass(self, _: ast.Pass) -> None:
        return

    def _do_Nonlocal(self, _: ast.Nonlocal) -> None:
        return

    def _do_Assign(self, s: ast.Assign) -> None:
        if self._shows(s):
            v: Value = Poison("is what the program gives on an example")
        else:
            v = self.plain(self.value(s.value))
        for target in s.targets:
            self.bind(target, v)

    def _do_AnnAssign(self, s: ast.AnnAssign) -> None:
        if self.frame.parent is None and self.annotations_run:
            demand_harmless(s.annotation, self.frame.names)
        if s.value is not None:
            self.bind(s.target, self.plain(self.value(s.value)))
        elif not isinstance(s.target, ast.Name):
            raise self.refuse("an annotation without a value stands on more than a name")

    def _do_AugAssign(self, s: ast.AugAssign) -> None:
        if isinstance(s.target, ast.Name):
            old = self.value(ast.copy_location(ast.Name(s.target.id, ast.Load()), s.target))
            self.bind(s.target, self._augmented(s, old))
        elif isinstance(s.target, ast.Attribute):
            owner, name = self.value(s.target.value), s.target.attr
            old = self.each(owner, lambda o: self._attribute(o, name))
            self._set_attribute(owner, name, self._augmented(s, old))
        elif isinstance(s.target, ast.Subscript) and not isinstance(s.target.slice, ast.Slice):
            owner, index = self.value(s.target.value), self.value(s.target.slice)
            put(self, owner, index, self._augmented(s, item(self, owner, index)))
        else:
            raise self.refuse("this cannot be assigned to")

    def _augmented(self, s: ast.AugAssign, old: Value) -> Value:
        more = self.value(s.value)
        self.where = s

        def of(v: Value) -> Value:
            o = self.object(v) if isinstance(v, Ref) else None
            if isinstance(s.op, ast.Add) and isinstance(v, Ref) and isinstance(o, History):
                for e in self.source_elements(more):
                    push(self, v, self.history(v), e)
                return v
            if (
                isinstance(s.op, ast.Add)
                and isinstance(v, Ref)
                and isinstance(o, Items)
                and not (o.is_set or o.is_deque)
            ):
                values = o.values + self.source_elements(more)
                self.change(v, replace(o, values=values))
                return v
            if isinstance(v, Ref):
                raise self.refuse("an object is changed in place")
            return operators.binary(self, s.op, v, more)

        return self.each(old, of)

    def bind(self, target: ast.expr, v: Value) -> None:
        """Assign to a target."""
        if isinstance(target, ast.Name):
            address = self.frame.find(target.id)
            assert address is not None
            if address in self.frozen:
                raise self.refuse(f"'{target.id}' of the file itself is shared between calls")
            self.state.store[address] = v
        elif isinstance(target, ast.Tuple | ast.List):
            parts = self._unpacked(v, len(target.elts))
            for t, p in zip(target.elts, parts, strict=True):
                self.bind(t, p)
        elif isinstance(target, ast.Attribute):
            self._set_attribute(self.value(target.value), target.attr, v)
        elif isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
            owner, index = self.value(target.value), self.value(target.slice)
            self.where = target
            put(self, owner, index, v)
        else:
            raise self.refuse("this cannot be assigned to")

    def _unpacked(self, v: Value, count: int) -> tuple[Value, ...]:
        """The ``count`` values into which one value is unpacked."""

        def of(v: Value) -> Value:
            parts = None if isinstance(v, Expr) or v is None else constant_elements(self, v)
            if parts is not None and len(parts) == count:
                return parts
            if parts is None and not (isinstance(v, Expr) or v is None):
                raise self.refuse("what is unpacked here is not known")
            self.fail()  # TypeError or ValueError
            return tuple([NEVER] * count)

        found = self.each(v, of)
        return found if isinstance(found, tuple) else tuple([NEVER] * count)

    def _set_attribute(self, owner: Value, name: str, v: Value) -> None:
        def of(owner: Value) -> Value:
            if owner is None or isinstance(owner, Expr | str | tuple):
                self.fail()  # AttributeError
                return NEVER
            o = self.object(owner) if isinstance(owner, Ref) else None
            if not isinstance(o, Instance) or not isinstance(owner, Ref):
                raise self.refuse(f"the attribute '.{name}' cannot be assigned to")
            new = {**attributes(o), name: v}
            self.change(owner, Instance(o.cls, tuple(new.items())))
            return None

        self.each(owner, of)

    def _do_Expr(self, s: ast.Expr) -> None:
        if self._shows(s):
            return
        node = s.value
        if isinstance(node, ast.Yield):
            yielded = self.state.store.get((*self.frame.address, "yield "))
            if not isinstance(yielded, Ref):
                raise self.refuse("a yield outside a generator")
            v = None if node.value is None else self.plain(self.value(node.value))
            self._append(yielded, v)
        elif not isinstance(node, ast.Constant):
            self.plain(self.value(node))

    def _shows(self, s: ast.stmt) -> bool:
        """Whether this statement at the top level demonstrates the program."""
        if self.frame.parent is not None:
            return False
        found = demonstrations_in(self, s, self.entry)
        self.demonstrations += found or ()
        return found is not None

    def _append(self, ref: Ref, v: Value) -> None:
        o = self.object(ref)
        if isinstance(o, History):
            push(self, ref, o, v)
        else:
            assert isinstance(o, Items)
            self.change(ref, replace(o, values=(*o.values, v)))

    def _do_Return(self, s: ast.Return) -> Ends:
        v = None if s.value is None else self.value(s.value)
        frame: Frame | None = self.frame
        assert frame is not None
        self.state.store[(*frame.address, RETURNED)] = v
        return {RETURN: (TRUE, self.state)}

    def _do_Break(self, _: ast.Break) -> Ends:
        return {BREAK: (TRUE, self.state)}

    def _do_Continue(self, _: ast.Continue) -> Ends:
        return {CONTINUE: (TRUE, self.state)}

    def _do_Raise(self, _: ast.Raise) -> Ends:
        self.fail()
        return {RAISE: (TRUE, self.state)}

    def without_raise(self, ends: Ends) -> None:
        """Remove the end by an exception; its condition is noted in the other ends."""
        if RAISE in ends and len(ends) > 1:
            c, _ = ends.pop(RAISE)
            for _, state in ends.values():
                state.raised = self.terms.either(c, state.raised)

    def _do_Assert(self, s: ast.Assert) -> None:
        if self._shows(s):
            return
        self.fail(self.terms.no(self.truth(s.test)))

    # compound statements

    def _do_If(self, s: ast.If) -> Ends:
        c = self.decide(self.truth(s.test))
        return self.fork(c, lambda: self.block(s.body), lambda: self.block(s.orelse))

    def fork(self, c: Expr, yes: Callable[[], Ends], no: Callable[[], Ends]) -> Ends:
        """The ends of both branches."""
        if c.op in ("true", "false"):
            return yes() if c is TRUE else no()
        before = self.state
        sides: list[Ends] = []
        for holds, run in ((True, yes), (False, no)):
            found: list[Ends] = []

            def side(run: Callable[[], Ends] = run, found: list[Ends] = found) -> Value:
                found.append(run())
                return None

            self.along(before, c, holds, side)
            sides += found
        ends: Ends = {}
        for kind in dict.fromkeys([*sides[0], *sides[1]]):
            (a, one), (b, other) = (side.get(kind, (FALSE, None)) for side in sides)
            if one is not None and other is not None:
                state = self.join(c, one, other, before.raised)
            else:
                only = one or other
                assert only is not None
                state = only
                state.raised = self.terms.either(before.raised, state.raised)
            ends[kind] = (self.terms.choice(c, a, b), state)
        return ends

    def unchanged(self) -> Ends:
        """The ends if no statement is executed."""
        return {NORMAL: (TRUE, self.state)}

    def _do_Match(self, s: ast.Match) -> Ends:
        return self._cases_of(self.value(s.subject), s.cases)

    def _cases_of(self, subject: Value, cases: Sequence[ast.match_case]) -> Ends:
        if not cases:
            return self.unchanged()
        first, *rest = cases
        bound: dict[str, Value] = {}
        c = self.decide(matches(self, first.pattern, subject, bound))

        def taken() -> Ends:
            for name, v in bound.items():
                self.bind(ast.Name(name, ast.Store()), v)
            if first.guard is None:
                return self.block(first.body)
            guard = self.decide(self.truth(first.guard))
            return self.fork(
                guard, lambda: self.block(first.body), lambda: self._cases_of(subject, rest)
            )

        return self.fork(c, taken, lambda: self._cases_of(subject, rest))
