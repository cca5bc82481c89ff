"""Cascades: a finite machine split into smaller machines, each held in a register.

The first register runs alone; every further register may read those before it (Krohn and Rhodes,
Trans. AMS 116, 1965). The closed partitions of the machine say which states a register tells
apart; a search for a short step assigns numbers to the blocks.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy, moore_numbers
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.automata.closed_partitions import (
    Partition,
    closed_partitions,
    meet,
    numbered,
    quotient,
)
from mips_verify.extract.method import Known
from mips_verify.extract.register_names import fresh_names, placeholder
from mips_verify.extract.study import Study, formulas
from mips_verify.kernel.expr import Expr, size, substitute, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.state_assignment.by_expression import LABEL, label


@dataclass(frozen=True, slots=True)
class _Cascade:
    """Registers found so far: ``labels[i]`` numbers the states of the whole machine."""

    partition: Partition
    labels: tuple[Ints, ...] = ()
    starts: tuple[int, ...] = ()
    steps: tuple[Expr, ...] = ()

    @property
    def cost(self) -> int:
        """Nodes of all steps."""
        return sum(map(size, self.steps))


def run(study: Study, known: Known) -> list[Machine]:
    """Cascades for the closed machine, if it has closed partitions and short steps are found."""
    machine = known.closed
    if not 4 <= machine.states <= budgets.CASCADE_STATES:
        return []
    if len(machine.letters) > budgets.CASCADE_LETTERS:
        return []
    partitions = closed_partitions(machine)
    if not partitions:
        study.note("the machine has no closed partition")
        return []
    shown, searched = _shown(study, machine, partitions), _search(machine, partitions)
    complete = shown + sorted(searched, key=lambda c: c.cost)[: budgets.CASCADE_READ]
    found = [_program(study, machine, c) for c in complete]
    programs = [p for p in found if p is not None]
    study.note(
        f"{len(partitions)} closed partitions, {len(complete)} ways to number them, "
        f"{len(programs)} programs"
    )
    return programs


def _shown(study: Study, machine: Mealy, partitions: list[Partition]) -> list[_Cascade]:
    """Cascades of two digits of the number that a state outputs, if one digit runs alone."""
    shown = moore_numbers(machine)
    if shown is None:
        return []
    found = []
    for base in range(2, machine.states):
        digits = shown // base, shown % base
        if machine.states % base or not any(numbered(d.tolist()) in partitions for d in digits):
            continue
        q, a = machine.known
        columns = {placeholder(i): d[q] for i, d in enumerate(digits)}
        columns |= {n: machine.letters[a, i] for i, n in enumerate(machine.inputs)}
        after = [d[machine.next[q, a]] for d in digits]
        steps = formulas(study, columns, after, budget=budgets.CASCADE_OUTPUT)
        if steps is not None:
            starts = tuple(int(d[0]) for d in digits)
            found.append(_Cascade(numbered(shown.tolist()), digits, starts, steps))
    return found


def _search(machine: Mealy, partitions: list[Partition]) -> list[_Cascade]:
    """A bounded search for cascades that tell all states apart, coarse registers first."""
    finest = tuple(range(machine.states))
    queue = [_Cascade((0,) * machine.states)]
    complete: list[_Cascade] = []
    searches = 0
    seen: set[tuple[bytes, ...]] = set()
    while queue and searches < budgets.CASCADE_SEARCHES:
        now = queue.pop(0)
        if now.partition == finest:
            complete.append(now)
            continue
        if len(now.steps) == budgets.CASCADE_REGISTERS:
            continue
        for finer in _refinements(now, partitions, finest):
            if searches >= budgets.CASCADE_SEARCHES:
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
    """Partitions that one more register may give: the finest first, then those with few values."""
    options = {meet(now.partition, p): None for p in (*partitions, finest)}
    options.pop(now.partition, None)
    fit = [p for p in options if 2 <= _width(now.partition, p) <= budgets.CASCADE_WIDTH]
    if not now.steps:
        factors = _factors(partitions, finest)
        fit = [p for p in fit if p != finest]
        fit.sort(key=lambda p: (p not in factors, _width(now.partition, p), p))
        return fit[: budgets.CASCADE_FIRST]
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
    """The values of the registers so far, for each block of a finer partition."""
    first = np.unique(np.array(finer), return_index=True)[1]
    return {placeholder(i): labels[first] for i, labels in enumerate(now.labels)}


def _next_registers(machine: Mealy, now: _Cascade, finer: Partition) -> list[_Cascade]:
    """The cascades with one more register whose steps are shortest."""
    width = _width(now.partition, finer)
    found = label(
        quotient(machine, finer),
        domain=(0, width - 1),
        starts=(0, 1) if width > 1 else (0,),
        constants=sorted({0, 1, 2, width - 1, width}),
        budget=budgets.CASCADE_STEP,
        max_solutions=budgets.CASCADE_KEPT,
        context=_context(now, finer),
        folded=True,
    )
    blocks = np.array(finer)
    name = placeholder(len(now.steps))
    return [
        _Cascade(
            finer,
            (*now.labels, one.labels[blocks]),
            (*now.starts, one.start),
            (*now.steps, substitute(one.expr, {LABEL: var(name)})),
        )
        for one in found
    ]


def _program(study: Study, machine: Mealy, cascade: _Cascade) -> Machine | None:
    names = fresh_names(len(cascade.steps), "r", machine.inputs)
    by: dict[str, Expr] = {placeholder(i): var(name) for i, name in enumerate(names)}
    q, a = machine.known
    pairs = list(zip(names, cascade.labels, strict=True))
    columns = {name: labels[machine.next[q, a]] for name, labels in pairs}
    columns |= {n: machine.letters[a, i] for i, n in enumerate(machine.inputs)}
    columns |= {old(name): labels[q] for name, labels in pairs}
    outputs = formulas(study, columns, machine.output[q, a].T, budget=budgets.CASCADE_OUTPUT)
    if outputs is None:
        return None
    return Machine(
        machine.inputs,
        names,
        cascade.starts,
        tuple(substitute(step, by) for step in cascade.steps),
        outputs,
    )
