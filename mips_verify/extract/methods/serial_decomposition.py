"""Serial decomposition: registers found one after another; each reads only earlier registers.

A number that can be read from states becomes the next register if it, the registers found before
and the letter decide its next value (a serial decomposition: Hartmanis and Stearns, "Algebraic
structure theory of sequential machines", 1966). The registers must decide the output.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import run_batch
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.equal_rows import decides, distinct
from mips_verify.extract.method import Known
from mips_verify.extract.oracle import Word
from mips_verify.extract.register_names import fresh_names, placeholder
from mips_verify.extract.registers.probe_words import (
    Reading,
    Steps,
    rays,
    readings,
    short_words,
    steps,
)
from mips_verify.extract.registers.readable import by_cases, from_zero
from mips_verify.extract.registers.transitions import step_over
from mips_verify.extract.study import Study, formulas
from mips_verify.kernel.expr import Expr, names, size, substitute, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.regression_budgets import Budget

LEAST = 3  # nodes of a step with two operands, the shortest worth looking for
PLAIN = 5  # nodes; a step this short ends the search for a shorter one
LONGEST_STEP = 17  # nodes; a longer step fits the evidence by chance


@dataclass(frozen=True, slots=True)
class _Register:
    """A reading with its step, over :func:`placeholder` names of earlier registers and itself."""

    reading: Reading
    step: Expr

    @property
    def cost(self) -> int:
        """Nodes of the step, and one for a start other than 0."""
        return size(self.step) + (self.reading.start != 0)


def run(study: Study, _: Known) -> list[Machine]:
    """Machines of registers found one by one; stops at the first that fits the evidence."""
    return _programs(study, budgets.SERIAL_SEARCHES)


def run_quickly(study: Study, _: Known) -> list[Machine]:
    """Like :func:`run` with only the cheapest searches for steps, if a formula is known already."""
    return _programs(study, budgets.SERIAL_SEARCHES[:1])


def _programs(study: Study, searches: tuple[tuple[Budget, int], ...]) -> list[Machine]:
    tried: list[Machine] = []
    kinds = (short_words(study), rays(study))
    for (budget, fits), words in itertools.product(searches, kinds):
        program = _program(study, words, budget, fits)
        if program is None:
            continue
        tried.append(program)
        if (run_batch(program, study.evidence) == study.answers).all():
            study.note(f"{len(program.state)} registers")
            return tried
    study.note(f"{len(tried)} programs, all wrong")
    return tried


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """A search for registers.

    Attributes:
        study: the network and its evidence.
        rows: the steps at which registers are read.
        letter: the number of the letter of each step.
        budget: the budget for the formula of one step.
    """

    study: Study
    rows: Steps
    letter: Ints
    budget: Budget

    def decided(self, registers: list[_Register]) -> bool:
        """Whether registers and letter decide the outputs."""
        keys = [r.reading.before for r in registers] + [r.reading.after for r in registers]
        outputs = self.rows.answers.T
        return bool(registers) and all(decides([*keys, self.letter], y) for y in outputs)

    def next(
        self, registers: list[_Register], options: list[Reading], fits: int
    ) -> _Register | None:
        """The reading with the shortest step, of those that known registers do not decide.

        At most ``fits`` readings are tried, and only a few more after the first step is found.
        """
        known = [r.reading.before for r in registers]
        best: _Register | None = None
        for reading in options:
            if fits <= 0 or (best is not None and size(best.step) <= PLAIN):
                break
            if known and decides(known, reading.before):
                continue
            if not decides([reading.before, *known, self.letter], reading.after):
                continue
            register = self._fitted(registers, reading)
            if register is not None and (best is None or register.cost < best.cost):
                best = register
            fits = fits - 1 if best is None else min(fits, budgets.SERIAL_MORE) - 1
        return best

    def _fitted(self, registers: list[_Register], reading: Reading) -> _Register | None:
        """The reading with its shortest step: as read, counted from its start, or negated."""
        name = placeholder(len(registers))
        others = {placeholder(i): r.reading.before for i, r in enumerate(registers)}
        best: _Register | None = None
        moved = [reading.moved(1, reading.start)] if reading.start else []
        for option in (reading, *moved, reading.moved(-1, reading.start)):
            columns = {name: option.before} | others | self._letters()
            step = step_over(
                self.study, columns, option.after, budget=self.budget, longest=LONGEST_STEP
            )
            if step is not None and (best is None or _Register(option, step).cost < best.cost):
                best = _Register(option, step)
            if best is None and option.start:
                continue  # if counted from its start, it may need no constants
            if best is None or size(best.step) <= LEAST:
                break
        return best

    def _letters(self) -> dict[str, Ints]:
        return {n: self.rows.letters[:, i] for i, n in enumerate(self.study.inputs)}

    def machine(self, registers: list[_Register]) -> Machine | None:
        """The machine of the needed registers, if formulas for the outputs are found."""
        kept = self._needed(registers)
        final = fresh_names(len(kept), "r", self.study.inputs)
        readings = [registers[i].reading for i in kept]
        columns = {n: r.after for n, r in zip(final, readings, strict=True)} | self._letters()
        columns |= {old(n): r.before for n, r in zip(final, readings, strict=True)}
        outputs = formulas(self.study, columns, self.rows.answers.T)
        if outputs is None:
            return None
        by: dict[str, Expr] = {placeholder(i): var(n) for i, n in zip(kept, final, strict=True)}
        steps = [substitute(registers[i].step, by) for i in kept]
        machine = Machine(
            self.study.inputs,
            final,
            tuple(r.start for r in readings),
            tuple(by_cases(self.study, step) for step in steps),
            outputs,
        )
        for register in final:
            machine = from_zero(machine, register)
        return machine

    def _needed(self, registers: list[_Register]) -> list[int]:
        """Registers without which the outputs or another step would not be decided."""
        kept = list(range(len(registers)))
        for i in reversed(range(len(registers))):
            others = [k for k in kept if k != i]
            read = any(placeholder(i) in names(registers[k].step) for k in others)
            if others and not read and self.decided([registers[k] for k in others]):
                kept = others
        return kept


def _program(study: Study, words: tuple[Word, ...], budget: Budget, fits: int) -> Machine | None:
    """The machine of registers read by ``words``, if the registers decide the outputs."""
    last = study.oracle.horizon - max(map(len, words)) - 1
    if last < 1:
        return None
    rows = steps(study, last)
    search = _Search(study, rows, distinct(rows.letters)[1], budget)
    registers: list[_Register] = []
    options = readings(study, rows, words)
    while len(registers) < budgets.SERIAL_REGISTERS and not search.decided(registers):
        more = search.next(registers, options, fits)
        if more is None:
            return None
        registers.append(more)
    return search.machine(registers) if search.decided(registers) else None
