"""A program executed on symbols: a few first steps, and one step that covers all later ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mips_verify.kernel.expr import Expr
from mips_verify.reader.expressions.container_methods import push
from mips_verify.reader.machine.registers import Next, Registers
from mips_verify.reader.source.outside_subset import OutsideSubset, Retry
from mips_verify.reader.statements.input_loops import Interpreter, Memory
from mips_verify.reader.symbols.needs import Plan
from mips_verify.reader.symbols.terms import Terms
from mips_verify.reader.symbols.values import NEVER, Choice, History, Ref, Store, Value, same

MAX_ROUNDS = 40  # of widening, until the values at the start of a later step no longer change
MAX_READINGS = 120
INPUT = "input"


@dataclass(frozen=True, slots=True)
class Program:
    """A program to execute.

    Attributes:
        run: takes an interpreter and the histories of the inputs, gives what the program returns.
        inputs: the names of the machine's inputs.
        sequences: how many sequences the program takes; if it is one, the inputs are zipped.
    """

    run: Callable[[Interpreter, list[Value]], Value]
    inputs: tuple[str, ...]
    sequences: int


@dataclass(slots=True)
class Phase:
    """One executed step.

    Attributes:
        outputs: the outputs of the step.
        raised: the condition under which Python raises an exception in it.
        next: the next value of each register; a register without one is not read later.
    """

    outputs: tuple[Expr, ...]
    raised: Expr
    next: Next


@dataclass(slots=True)
class Reading:
    """A program as phases.

    Attributes:
        terms: the builder of the expressions.
        phases: the first steps, and at the end the step that covers all later ones.
        first: the known initial values of registers; the others are 0.
    """

    terms: Terms
    phases: list[Phase]
    first: Next


def read_phases(program: Program) -> Reading:
    """Execute a program, and execute it again whenever a new need is found.

    Raises:
        OutsideSubset: the program cannot be read.
    """
    plan = Plan()
    for _ in range(MAX_READINGS):
        execution = _Execution(program, plan)
        try:
            return execution.reading()
        except Retry as why:
            plan.work += execution.terms.calls // 10
            if not plan.learn(why):
                raise OutsideSubset(why.reason, why.line) from None
    raise OutsideSubset("the first steps differ too much from the others", 1)


class _Execution:
    """One attempt at a reading."""

    def __init__(self, program: Program, plan: Plan) -> None:
        self.program = program
        self.plan = plan
        self.terms = Terms()

    def reading(self) -> Reading:
        """All phases."""
        entries: dict[int, Store] = {}
        phases: list[Phase] = []
        first: Next = {}
        waiting: Interpreter | None = None
        exits: dict[int, Store] = {}
        for t in range(self.plan.steps):
            run, outputs = self._step(t, entries)
            phases.append(Phase(outputs, run.state.raised, {}))
            exits, waiting = run.memory.exits, run
            if t + 1 < self.plan.steps:
                registers = Registers(run)
                entries = {m: registers.store(e) for m, e in exits.items()}
                phases[-1].next = _merged(registers, entries, exits)
        run, outputs, entries = self._later_steps(waiting, exits)
        registers = Registers(run)
        if phases:
            # variables that the first steps do not change still have the value from before the loop
            left = {m: {**run.memory.before[m], **exits.get(m, {})} for m in entries}
            phases[-1].next = _merged(registers, entries, left)
        else:
            first = _merged(registers, entries, run.memory.before)
        last = Phase(outputs, run.state.raised, _merged(registers, entries, run.memory.exits))
        return Reading(self.terms, [*phases, last], first)

    def _later_steps(
        self, waiting: Interpreter | None, exits: dict[int, Store]
    ) -> tuple[Interpreter, tuple[Expr, ...], dict[int, Store]]:
        """One step for all later ones, executed on values that cover the start of each of them."""
        entries = self._guess(waiting, exits)
        for _ in range(MAX_ROUNDS):
            run, outputs = self._step(None, entries)
            registers = Registers(run)
            wider = self._widened(registers, entries, run.memory)
            if _same_stores(wider, entries):
                return run, outputs, entries
            entries = wider
        raise OutsideSubset("the values that the loop keeps do not converge", 1)

    def _guess(self, waiting: Interpreter | None, exits: dict[int, Store]) -> dict[int, Store]:
        """A guess at the values before every later step, derived from the first of these steps."""
        entries: dict[int, Store] = {}
        if waiting is not None:
            entries = {m: Registers(waiting).store(e) for m, e in exits.items()}
        try:
            run, _ = self._step(self.plan.steps, entries)
        except Retry:
            raise
        except OutsideSubset:  # the error of the symbolic step gives a better reason
            return entries
        return self._widened(Registers(run), entries, run.memory)

    def _widened(
        self, registers: Registers, entries: dict[int, Store], memory: Memory
    ) -> dict[int, Store]:
        self.terms.least_step = self.plan.steps
        return {
            m: registers.widen_store(entries.get(m, {}), e, memory.before[m])
            for m, e in memory.exits.items()
        }

    def _step(
        self, t: int | None, entries: dict[int, Store]
    ) -> tuple[Interpreter, tuple[Expr, ...]]:
        """Execute the whole program for step ``t``; if that is ``None``, for any later step."""
        self.terms.least_step = self.plan.steps if t is None else t
        run = Interpreter(self.terms, self.plan, t)
        run.memory = Memory(entries={m: e for m, e in entries.items() if m != -1})
        try:
            returned = self.program.run(run, self._inputs(run, entries.get(-1, {})))
            outputs = self._outputs(run, run.result(returned))
        except OutsideSubset as error:
            if not error.line:
                error.place(run.where)
            raise
        run.memory.exits[-1], run.memory.before[-1] = self._letters(run), self._no_letters(run)
        return run, outputs

    def _inputs(self, run: Interpreter, kept: Store) -> list[Value]:
        """The histories of the inputs, each with the letter of this step at its end."""
        letters: list[Value] = [self.terms.var(name) for name in self.program.inputs]
        if self.program.sequences == 1 and len(letters) > 1:
            letters = [tuple(letters)]
        found: list[Value] = []
        for k, letter in enumerate(letters):
            address = (INPUT, k)
            old = kept.get(address)
            history = old if isinstance(old, History) else History(run.step)
            ref = Ref(address)
            run.state.store[address] = History(run.step, history.recent, history.first)
            push(run, ref, run.history(ref), letter)
            run.state.store[address] = _complete(run.history(ref))
            found.append(ref)
        return found

    def _letters(self, run: Interpreter) -> Store:
        """The letters to keep for later steps."""
        found: Store = {}
        for address, o in run.state.store.items():
            if address[0] == INPUT and isinstance(o, History):
                depth = self.plan.recent.get(address, 0)
                recent = o.recent[max(0, len(o.recent) - depth) :]
                found[address] = History(o.length, recent, o.first, complete=True)
        return found

    def _no_letters(self, run: Interpreter) -> Store:
        return {a: History(self.terms.const(0), complete=True) for a in self._letters(run)}

    def _outputs(self, run: Interpreter, v: Value) -> tuple[Expr, ...]:
        """The integers of one output; anything else counts as an exception."""
        found = run.each(v, lambda v: _as_integers(run, v))
        if found is NEVER:
            return (run.terms.const(0),)
        if isinstance(found, Choice) or not isinstance(found, tuple):
            raise run.refuse("the number of outputs is not the same in every step")
        zero = run.terms.const(0)
        return tuple(run.terms.integer(e) if isinstance(e, Expr) else zero for e in found)


def _as_integers(run: Interpreter, v: Value) -> Value:
    entries = v if isinstance(v, tuple) else (v,)
    if isinstance(v, tuple) and len(v) < 2:
        run.fail()  # a tuple of one integer is not an integer
        return NEVER

    def one(e: Value) -> Value:
        if isinstance(e, Expr):
            return run.terms.integer(e)
        run.fail()
        return NEVER

    return tuple(run.each(e, one) for e in entries)


def _complete(o: History) -> History:
    return History(o.length, o.recent, o.first, complete=True)


def _merged(registers: Registers, entries: dict[int, Store], exits: dict[int, Store]) -> Next:
    found: Next = {}
    for m, w in entries.items():
        found |= registers.next_of_store(w, exits.get(m, {}))
    return found


def _same_stores(a: dict[int, Store], b: dict[int, Store]) -> bool:
    if a.keys() != b.keys() or any(a[m].keys() != b[m].keys() for m in a):
        return False
    return all(same(v, b[m][k]) for m in a for k, v in a[m].items())
