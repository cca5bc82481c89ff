"""The steps of a program combined into one transition system."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from mips_verify.kernel.expr import FALSE, Expr
from mips_verify.reader.machine.phases import Phase, Reading
from mips_verify.reader.source.outside_subset import OutsideSubset
from mips_verify.reader.symbols.terms import STEP, number

COUNTER: Final = "before step"


class Assembly:
    """Registers and outputs, each with one expression that is valid in every step.

    Attributes:
        first: the initial values of the registers.
        next: their next values, in terms of the registers and the inputs.
        outputs: the outputs of a step, in the same terms.
    """

    def __init__(self, reading: Reading) -> None:
        self.terms = reading.terms
        self.terms.least_step = 0
        self.phases = reading.phases
        *self.early, self.last = reading.phases
        self.unset = self._unset()
        self.first = self._first(reading)
        self.counted = False
        made = {r: self._one(partial(_next_of, r), r) for r in self._registers()}
        outputs = [self._one(partial(_output_of, k)) for k in range(self._width())]
        outputs[0] = self._failing(outputs[0], self._one(lambda p: p.raised))
        self._count(made, outputs)
        self.outputs = tuple(outputs)
        self.next = {r: made[r] for r in self._live(made)}

    @property
    def size(self) -> int:
        """The number of nodes in all expressions."""
        return sum(map(self.terms.size, (*self.outputs, *self.next.values())))

    def _registers(self) -> list[str]:
        return list(dict.fromkeys(r for p in self.phases for r in p.next))

    def _width(self) -> int:
        """The number of outputs of a step; a step that always fails is padded to this number."""
        widths = {len(p.outputs) for p in self.phases if p.raised.op != "true"}
        if len(widths) > 1:
            raise OutsideSubset("the number of outputs is not the same in every step", 1)
        width = max(widths, default=1)
        for p in self.phases:
            p.outputs = (*p.outputs, *[self.terms.const(0)] * width)[:width]
        return width

    def _unset(self) -> list[set[str]]:
        """For each early step, the registers that still have their initial value in it."""
        known = set(self._registers())
        set_before = (set(), *(set(phase.next) for phase in self.phases))
        return [known - names for _, names in zip(self.early, set_before, strict=False)]

    def _first(self, reading: Reading) -> dict[str, int]:
        first = dict.fromkeys(self._registers(), 0)
        for r, e in reading.first.items():
            first[r] = number(e)
        # a constant that the first step assigns can be the initial value too
        for r in first:
            early = self.early[0].next.get(r) if self.early else None
            if early is not None and early.op == "const":
                first[r] = number(early)
        return first

    def _one(self, part: Callable[[Phase], Expr | None], register: str = "") -> Expr:
        """One expression for all steps: the later steps', with cases for differing early steps."""
        later = part(self.last)
        if later is None:
            later = self.terms.var(register)
        whole: Expr = later
        for t in reversed(range(len(self.early))):
            early = part(self.phases[t])
            if early is None:  # the next step does not read it, so the initial value will do
                early = self.terms.const(self.first[register])
            if self._at(t, whole) is not early:
                self.counted = True
                here = self.terms.make("eq", self.terms.var(COUNTER), self.terms.const(t))
                whole = self.terms.choice(here, early, whole)
        return whole

    def _at(self, t: int, e: Expr) -> Expr:
        """``e`` in step ``t``, in which some registers still have their initial values."""
        by = {r: self.terms.const(self.first[r]) for r in self.unset[t]}
        by |= {STEP: self.terms.const(t), COUNTER: self.terms.const(t)}
        return self.terms.replace(e, by)

    def _failing(self, output: Expr, raised: Expr) -> Expr:
        """The output, changed to have no value if Python raises an exception."""
        if raised is FALSE:
            return output
        missing = self.terms.make("table", self.terms.integer(raised), value=(0,))
        return self.terms.make("add", output, missing)

    def _count(self, made: dict[str, Expr], outputs: list[Expr]) -> None:
        """Add a register for the number of the step, if any expression needs it."""
        everything = [*outputs, *made.values()]
        if any(STEP in self._names(e) for e in everything):
            step = self.terms.var(COUNTER)
            by = {STEP: step}
            made |= {r: self.terms.replace(e, by) for r, e in made.items()}
            outputs[:] = [self.terms.replace(e, by) for e in outputs]
            made[COUNTER] = self.terms.make("add", step, self.terms.const(1))
        elif self.counted:
            most, step = self.terms.const(len(self.early)), self.terms.var(COUNTER)
            more = self.terms.make("add", step, self.terms.const(1))
            made[COUNTER] = self.terms.make("min", more, most)
        self.first[COUNTER] = 0

    def _live(self, made: dict[str, Expr]) -> list[str]:
        """The registers on which an output of this or a later step depends."""
        todo = list(self.outputs)
        live: set[str] = set()
        while todo:
            for r in self._names(todo.pop()) & set(made) - live:
                live.add(r)
                todo.append(made[r])
        return [r for r in made if r in live]

    def _names(self, e: Expr) -> set[str]:
        found: set[str] = set()
        seen: set[int] = set()
        todo = [e]
        while todo:
            e = todo.pop()
            if id(e) not in seen:
                seen.add(id(e))
                if e.op == "var":
                    found.add(str(e.value))
                todo += e.args
        return found


def _next_of(register: str, p: Phase) -> Expr | None:
    return p.next.get(register)


def _output_of(k: int, p: Phase) -> Expr:
    return p.outputs[k]
