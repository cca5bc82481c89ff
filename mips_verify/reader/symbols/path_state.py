"""What is known on one path of a step: variables, objects, conditions and exceptions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Final

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.source.outside_subset import OutsideSubset, Retry
from mips_verify.reader.symbols.needs import Accumulates, Plan
from mips_verify.reader.symbols.terms import STEP, Terms, number
from mips_verify.reader.symbols.values import (
    UNBOUND,
    Address,
    Dictionary,
    History,
    Instance,
    Items,
    Object,
    Poison,
    Ref,
    Store,
    Value,
    references,
)

MAX_WORK: Final = 100_000  # mainly nodes of the syntax tree, counted once for each path
MAX_TUPLE: Final = 2_000  # values in a tuple, including those in its parts
OBJECTS: Final = (Items, Dictionary, Instance, History)


@dataclass(slots=True)
class State:
    """The state on one path, or on several that were joined.

    Attributes:
        store: the contents of every variable and object.
        facts: which conditions hold or fail on this path, by the key of each condition.
        known: the constants that expressions equal on this path, by identity.
        raised: the condition under which an exception was raised since the last fork.
    """

    store: Store
    facts: dict[tuple[object, ...], bool] = field(default_factory=dict)
    known: dict[int, int] = field(default_factory=dict)
    raised: Expr = FALSE

    def copy(self) -> State:
        """A copy of the state from which one branch starts."""
        return State(dict(self.store), dict(self.facts), dict(self.known))


class PathState:
    """The facts on the path that is being executed: objects, conditions and exceptions.

    Attributes:
        terms: builds expressions.
        state: the state of this path.
        where: the node that is being executed, for messages.
        plan: the needs of the reading that are known.
        step: the number of letters before this one, a constant or a symbol.
        forks: the number of undecided conditions on this path.
        section: the number of the current loop over the input; addresses contain it, so that they
            are the same in every step.
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
        self.filled_by: dict[Address, int] = {}  # which loop, by its number, fills a history

    def refuse(self, reason: str) -> OutsideSubset:
        """The error about the node that is being executed."""
        return OutsideSubset(reason, self.where)

    def retry(self, reason: str, steps: int = 0) -> Retry:
        """The error about a question that another reading with more first steps may decide."""
        return Retry(reason, self.where, steps)

    def at(self, node: ast.AST) -> None:
        """Continue at a node.

        Raises:
            OutsideSubset: the work exceeds its bound, because paths multiply.
        """
        self.where = node
        self.work(1)

    def work(self, amount: int) -> None:
        """Add to the count of work.

        Raises:
            OutsideSubset: the work exceeds its bound.
        """
        self.plan.work += amount
        if self.plan.work + self.terms.calls // 10 > MAX_WORK:
            raise self.refuse(f"more than {MAX_WORK} operations on all paths together")

    def accumulates(self, stop: Expr) -> bool:
        """Whether the slice or range at this node, which ends at ``stop``, grows with every step.

        Raises:
            Accumulates: it grows, but the first steps were executed as if it did not.
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
        """A new address."""
        self._serial += 1
        return (what, *self.section, self._serial)

    def enter_section(self, section: Address) -> None:
        """Restart the count of addresses, so that they do not depend on the loops before."""
        self.section, self._serial = section, 0

    def allocate(self, o: Object) -> Ref:
        """Create an object."""
        address = self.fresh("object")
        self.state.store[address] = o
        return Ref(address)

    def object(self, ref: Ref) -> Object:
        """The contents of an object."""
        found = self.state.store.get(ref.address)
        if found is None:
            raise self.refuse("an object is not there on all paths")
        if isinstance(found, Poison):
            raise self.refuse(f"a list or an object {found.reason}")
        assert isinstance(found, OBJECTS)
        return found

    def change(self, ref: Ref, o: Object) -> None:
        """Replace the contents of an object."""
        if ref.address in self.frozen:
            raise self.refuse("an object of the file itself is changed: it is shared between calls")
        self.state.store[ref.address] = o

    # conditions

    def decide(self, c: Expr) -> Expr:
        """``c``, or TRUE or FALSE if this path decides it."""
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
        """Assume on this path that a condition holds or fails."""
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
        """Note that Python raises an exception if ``c`` holds; return whether it always holds."""
        c = self.decide(c)
        self.state.raised = self.terms.either(self.state.raised, c)
        self.assume(c, False)
        return c is TRUE

    # demands

    def sized(self, v: tuple[Value, ...]) -> tuple[Value, ...]:
        """Return a new tuple, or refuse it if it is too large with its parts written out."""
        size = 1 + sum(self._tuples.get(id(p), (None, 1))[1] for p in v)
        self._tuples[id(v)] = (v, size)  # kept alive, so that no other object gets its id
        if size > MAX_TUPLE:
            raise self.refuse(f"a tuple of more than {MAX_TUPLE} values")
        return v

    def demand_hashable(self, v: Value) -> None:
        """Refuse a key that refers to an object, such as a list."""
        if any(True for _ in references(v)):
            raise self.refuse("a list or an object is used as a key")

    def demand_finished(self, ref: Ref) -> None:
        """Refuse to copy a list whose elements a loop has not yet assigned by index."""
        o = self.object(ref)
        if isinstance(o, History) and o.fill is not UNBOUND and ref.address not in self.filled_by:
            raise self.refuse("a list is copied before a loop fills it")
