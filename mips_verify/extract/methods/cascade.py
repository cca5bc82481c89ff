"""Programs of several registers for finite machines that are made of smaller ones.

The first register runs alone; the next one may look at those before it (a cascade: Krohn and
Rhodes, Trans. AMS 116, 1965). Which partitions the registers tell apart comes from the algebra of
the machine, their numbers from a search for a short step.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy, moore_numbers
from mips_verify.extract.automata.closed_partitions import (
    Partition,
    congruences,
    meet,
    numbered,
    quotient,
)
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.kernel.expr import Expr, size, substitute, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.regression_budgets import Budget
from mips_verify.regress.state_assignment.by_expression import LABEL, label

STATES = 64
LETTERS = 16
WIDEST = 12  # values of one register
REGISTERS = 3
SEARCHES = 24  # searches for one register
FIRST = 8  # partitions that a first register is sought for
KEPT = 2  # numberings of one register that are gone on with
READ = 4  # complete cascades whose outputs are looked for
STEP = Budget(5, 12_000)
OUTPUT = Budget(5, 20_000)


@dataclass(frozen=True, slots=True)
class _Cascade:
    """Registers found so far: ``labels[i]`` numbers the states of the whole machine."""

    partition: Partition
    labels: tuple[Ints, ...] = ()
    starts: tuple[int, ...] = ()
    steps: tuple[Expr, ...] = ()

    @property
    def cost(self) -> int:
        """Nodes of the steps."""
        return sum(map(size, self.steps))


def cascade_programs(study: Study, machine: Mealy) -> list[Candidate]:
    """Cascades of two or three registers, where the machine has congruences and steps are short."""
    if not 4 <= machine.states <= STATES or len(machine.letters) > LETTERS:
        return []
    partitions = congruences(machine)
    if not partitions:
        study.note("cascade: the machine does not come apart")
        return []
    shown, searched = _shown(study, machine, partitions), _search(machine, partitions)
    complete = shown + sorted(searched, key=lambda c: c.cost)[:READ]
    found = [_program(study, machine, c) for c in complete]
    programs = [Candidate("cascade", p) for p in found if p is not None]
    study.note(
        f"cascade: {len(partitions)} congruences, {len(complete)} ways to number them, "
        f"{len(programs)} programs"
    )
    return programs


def _shown(study: Study, machine: Mealy, partitions: list[Partition]) -> list[_Cascade]:
    """Cascades of two digits of the numbers that the states show, where one digit runs alone."""
    shown = moore_numbers(machine)
    if shown is None:
        return []
    found = []
    for base in range(2, machine.states):
        digits = shown // base, shown % base
        if machine.states % base or not any(numbered(d.tolist()) in partitions for d in digits):
            continue
        q, a = machine.known
        columns = {_name(i): d[q] for i, d in enumerate(digits)}
        columns |= {n: machine.letters[a, i] for i, n in enumerate(machine.inputs)}
        steps = [formula(study, columns, d[machine.next[q, a]], budget=OUTPUT) for d in digits]
        known = tuple(e for e in steps if e is not None)
        if len(known) == len(steps):
            starts = tuple(int(d[0]) for d in digits)
            found.append(_Cascade(numbered(shown.tolist()), digits, starts, known))
    return found


def _search(machine: Mealy, partitions: list[Partition]) -> list[_Cascade]:
    """Cascades that tell all states apart, coarse registers first, in a bounded search."""
    finest = tuple(range(machine.states))
    queue = [_Cascade((0,) * machine.states)]
    complete: list[_Cascade] = []
    searches = 0
    seen: set[tuple[bytes, ...]] = set()
    while queue and searches < SEARCHES:
        now = queue.pop(0)
        if now.partition == finest:
            complete.append(now)
            continue
        if len(now.steps) == REGISTERS:
            continue
        for finer in _refinements(now, partitions, finest):
            if searches >= SEARCHES:
                break
            part = quotient(machine, finer)
            key = (part.next.tobytes(), *(c.tobytes() for c in _context(now, finer).values()))
            if key in seen:
                continue
            seen.add(key)
            searches += 1
            queue += _next_registers(machine, now, finer)
        queue.sort(key=lambda c: (c.partition != finest, c.cost))
    return complete + [c for c in queue if c.partition == finest]


def _refinements(now: _Cascade, partitions: list[Partition], finest: Partition) -> list[Partition]:
    """What one more register could tell apart, few values first; all at once where it can."""
    options = {meet(now.partition, p): None for p in (*partitions, finest)}
    options.pop(now.partition, None)
    fit = [p for p in options if 2 <= _width(now.partition, p) <= WIDEST]
    if not now.steps:
        factors = _factors(partitions, finest)
        fit = [p for p in fit if p != finest]
        fit.sort(key=lambda p: (p not in factors, _width(now.partition, p), p))
        return fit[:FIRST]
    return sorted(fit, key=lambda p: (p != finest, _width(now.partition, p), p))


def _factors(partitions: list[Partition], finest: Partition) -> set[Partition]:
    """Partitions that split the machine into two that run side by side (a direct product)."""
    sizes = {p: max(p) + 1 for p in partitions}
    return {
        p
        for p, q in itertools.product(partitions, repeat=2)
        if sizes[p] * sizes[q] == len(finest) and meet(p, q) == finest
    }


def _width(coarse: Partition, fine: Partition) -> int:
    """The most blocks of ``fine`` in one block of ``coarse``."""
    pairs = dict.fromkeys(zip(coarse, fine, strict=True))
    return int(np.bincount([block for block, _ in pairs]).max())


def _context(now: _Cascade, finer: Partition) -> dict[str, Ints]:
    """The registers so far, as numbers of the blocks of a finer partition."""
    first = np.unique(np.array(finer), return_index=True)[1]
    return {_name(i): labels[first] for i, labels in enumerate(now.labels)}


def _next_registers(machine: Mealy, now: _Cascade, finer: Partition) -> list[_Cascade]:
    """The cascade with one more register, in the shortest ways."""
    width = _width(now.partition, finer)
    found = label(
        quotient(machine, finer),
        domain=(0, width - 1),
        starts=(0, 1) if width > 1 else (0,),
        constants=sorted({0, 1, 2, width - 1, width}),
        budget=STEP,
        max_solutions=KEPT,
        context=_context(now, finer),
        folded=True,
    )
    blocks = np.array(finer)
    name = _name(len(now.steps))
    return [
        _Cascade(
            finer,
            (*now.labels, one.labels[blocks]),
            (*now.starts, one.start),
            (*now.steps, substitute(one.expr, {LABEL: var(name)})),
        )
        for one in found
    ]


def _name(i: int) -> str:
    """A register's name while it is searched for; no input can have it."""
    return f"register {i}"


def _program(study: Study, machine: Mealy, cascade: _Cascade) -> Machine | None:
    names = fresh_names(len(cascade.steps), "r", machine.inputs)
    by: dict[str, Expr] = {_name(i): var(name) for i, name in enumerate(names)}
    q, a = machine.known
    pairs = list(zip(names, cascade.labels, strict=True))
    columns = {name: labels[machine.next[q, a]] for name, labels in pairs}
    columns |= {n: machine.letters[a, i] for i, n in enumerate(machine.inputs)}
    columns |= {old(name): labels[q] for name, labels in pairs}
    outputs = [formula(study, columns, y, budget=OUTPUT) for y in machine.output[q, a].T]
    if any(e is None for e in outputs):
        return None
    return Machine(
        machine.inputs,
        names,
        cascade.starts,
        tuple(substitute(step, by) for step in cascade.steps),
        tuple(e for e in outputs if e is not None),
    )
