"""Programs of registers that run by themselves, or look only at registers found before.

Of all numbers that states show, those count whose next value the number itself, the registers
already found and the letter decide. One after another becomes a register with a step of its own,
until they decide the output.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import run_batch
from mips_verify.algebra.simplify import simplify
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.extract.oracle import Word, distinct
from mips_verify.extract.registers.probes import (
    Reading,
    Steps,
    decides,
    rays,
    readings,
    short_words,
    steps,
)
from mips_verify.kernel.expr import Expr, apply, children, const, names, size, substitute, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.regression_budgets import Budget
from mips_verify.regress.shapes.saturation import clamped

REGISTERS = 4
# how hard to search for a step, and for how many readings: first a little for many
SEARCHES = ((Budget(4, 1_500), 10), (Budget(5, 10_000), 2))
LEAST = 3  # nodes of a step that has two operands
PLAIN = 5  # nodes of a step that is not improved upon
MORE = 2  # readings looked at after one with a step
LONGEST_PLAIN = 9  # nodes of a step from which a bound is looked for
LONGEST_STEP = 17


@dataclass(frozen=True, slots=True)
class _Register:
    reading: Reading
    step: Expr  # over names of :func:`_name`

    @property
    def cost(self) -> int:
        """Nodes of the step, and one for a start other than 0."""
        return size(self.step) + (self.reading.start != 0)


@dataclass(slots=True)
class _Found:
    """The registers so far."""

    registers: list[_Register] = field(default_factory=list)

    def before(self) -> dict[str, Ints]:
        return {_name(i): r.reading.before for i, r in enumerate(self.registers)}

    def after(self) -> dict[str, Ints]:
        return {_name(i): r.reading.after for i, r in enumerate(self.registers)}


def part_programs(study: Study, *, thorough: bool = True) -> list[Candidate]:
    """Machines of registers found one by one; empty where they do not decide the output.

    Where another program is at hand, only cheap searches are worth while (not ``thorough``).
    """
    tried: list[Candidate] = []
    kinds = (short_words(study), rays(study))
    for search, words in itertools.product(SEARCHES if thorough else SEARCHES[:1], kinds):
        program = _program(study, words, *search)
        if program is None:
            continue
        tried.append(Candidate("registers", program))
        if (run_batch(program, study.evidence) == study.answers).all():
            study.note(f"separate registers: {len(program.state)}")
            return tried
    study.note(f"separate registers: {len(tried)} programs, none of them right")
    return tried


def _program(study: Study, words: tuple[Word, ...], budget: Budget, fits: int) -> Machine | None:
    last = study.observer.horizon - max(map(len, words)) - 1
    if last < 1:
        return None
    rows = steps(study, last)
    _, letter = distinct(rows.letters)
    found = _Found()
    options = readings(study, rows, words)
    while len(found.registers) < REGISTERS and not _decided(found, rows, letter):
        more = _next(study, found, options, rows, letter, budget, fits)
        if more is None:
            return None
        found.registers.append(more)
    if not found.registers or not _decided(found, rows, letter):
        return None
    return _machine(study, found, rows, letter)


def _decided(found: _Found, rows: Steps, letter: Ints) -> bool:
    """Whether registers and letter decide the outputs, and do so more than by chance."""
    if not found.registers:
        return False
    keys = [*found.before().values(), *found.after().values(), letter]
    return all(decides(keys, y) for y in rows.answers.T)


def _next(
    study: Study,
    found: _Found,
    options: list[Reading],
    rows: Steps,
    letter: Ints,
    budget: Budget,
    fits: int,
) -> _Register | None:
    """Of the first readings that say something new and have a step, that with the shortest."""
    known = list(found.before().values())
    best: _Register | None = None
    for reading in options:
        if fits <= 0 or (best is not None and size(best.step) <= PLAIN):
            break
        if known and decides(known, reading.before):
            continue
        if not decides([reading.before, *known, letter], reading.after):
            continue
        register = _fitted(study, found, reading, rows, budget)
        if register is not None and (best is None or register.cost < best.cost):
            best = register
        fits = fits - 1 if best is None else min(fits, MORE) - 1
    return best


def _fitted(
    study: Study, found: _Found, reading: Reading, rows: Steps, budget: Budget
) -> _Register | None:
    """The reading, counted from its start or as it is, with the shorter step."""
    name = _name(len(found.registers))
    letters = {n: rows.letters[:, i] for i, n in enumerate(study.inputs)}
    best: _Register | None = None
    moved = [reading.moved(1, reading.start)] if reading.start else []
    for option in (reading, *moved, reading.moved(-1, reading.start)):
        columns = {name: option.before} | found.before() | letters
        step = _step(study, columns, option.after, budget)
        if step is not None and (best is None or _Register(option, step).cost < best.cost):
            best = _Register(option, step)
        if best is None and option.start:
            continue  # constants may be out of reach only because of where it is counted from
        if best is None or size(best.step) <= LEAST:
            break
    return best


def _step(study: Study, columns: dict[str, Ints], target: Ints, budget: Budget) -> Expr | None:
    """A short formula, or one that is cut off at bounds."""

    def inner(some: Mapping[str, Ints], values: Ints) -> Expr | None:
        return formula(study, some, values, budget=budget)

    step = formula(study, columns, target, budget=budget)
    if step is None or size(step) > LONGEST_PLAIN:
        cut = clamped(columns, target, inner)
        if cut is not None and (step is None or size(cut) < size(step)):
            step = cut
    return step if step is not None and size(step) <= LONGEST_STEP else None


def _machine(study: Study, found: _Found, rows: Steps, letter: Ints) -> Machine | None:
    """The machine of the registers that are needed."""
    kept = _needed(found, rows, letter)
    inputs = {n: rows.letters[:, i] for i, n in enumerate(study.inputs)}
    final = fresh_names(len(kept), "r", study.inputs)
    name = {_name(i): final[k] for k, i in enumerate(kept)}
    columns = {name[n]: v for n, v in found.after().items() if n in name} | inputs
    columns |= {old(name[n]): v for n, v in found.before().items() if n in name}
    outputs = [formula(study, columns, y) for y in rows.answers.T]
    if any(e is None for e in outputs):
        return None
    by: dict[str, Expr] = {n: var(short) for n, short in name.items()}
    machine = Machine(
        study.inputs,
        final,
        tuple(found.registers[i].reading.start for i in kept),
        tuple(by_cases(study, substitute(found.registers[i].step, by)) for i in kept),
        tuple(e for e in outputs if e is not None),
    )
    for register in final:
        machine = from_zero(machine, register)
    return machine


def by_cases(study: Study, step: Expr) -> Expr:
    """A product of the state with a bit of the input as a conditional, which is linear."""
    domain = study.observer.domain
    for n, low, high in zip(domain.names, domain.lows, domain.highs, strict=True):
        bit = var(n)
        if (low, high) == (0, 1) and any(_scales(node, n) for node in children(step)):
            one, zero = (simplify(substitute(step, {n: const(v)})) for v in (1, 0))
            return apply("if", apply("eq", bit, const(1)), one, zero)
    return step


def _scales(node: Expr, name: str) -> bool:
    """Whether this is a product of an input and something else that varies."""
    if node.op != "mul":
        return False
    a, b = (names(arg) for arg in node.args)
    return (name in a and bool(b - {name})) or (name in b and bool(a - {name}))


def from_zero(machine: Machine, register: str) -> Machine:
    """The machine with a register counted from its start, where that is shorter."""
    i = machine.state.index(register)
    start = machine.init[i]
    by = {n: simplify(apply("add", var(n), const(start))) for n in (register, old(register))}
    nexts = [simplify(substitute(e, by)) for e in machine.next]
    nexts[i] = simplify(apply("sub", nexts[i], const(start)))
    moved = replace(
        machine,
        init=(*machine.init[:i], 0, *machine.init[i + 1 :]),
        next=tuple(nexts),
        outputs=tuple(simplify(substitute(e, by)) for e in machine.outputs),
    )
    return moved if start and moved.size < machine.size else machine


def _needed(found: _Found, rows: Steps, letter: Ints) -> list[int]:
    """Registers without which the outputs or another step would not be decided."""
    kept = list(range(len(found.registers)))
    for i in reversed(range(len(found.registers))):
        others = [k for k in kept if k != i]
        if not others or any(_name(i) in names(found.registers[k].step) for k in others):
            continue
        keys = [v for k in others for v in _both(found, k)] + [letter]
        if all(decides(keys, y) for y in rows.answers.T):
            kept = others
    return kept


def _both(found: _Found, k: int) -> tuple[Ints, Ints]:
    return found.registers[k].reading.before, found.registers[k].reading.after


def _name(i: int) -> str:
    """A register's name while it is searched for; no input can have it."""
    return f"register {i}"
