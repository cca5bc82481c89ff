"""Counters that stop: machines whose letters commute once a sink is removed.

A sink is an absorbing state, which no letter leaves. The counters of the other states run until
they reach a value that represents the sink, and then keep it. Few machines need it, such as
balanced parentheses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.equal_rows import distinct
from mips_verify.extract.method import Known
from mips_verify.extract.methods.counters import (
    commutes,
    counter_coordinates,
    letter_counts,
    readable,
)
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study, formula, formulas
from mips_verify.kernel.expr import apply, convert, var
from mips_verify.kernel.machine import Machine, old


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One row per known step: the counters before and after it, the letter and the outputs.

    ``live`` is 1 while the counters run and 0 in the sink.
    """

    before: Ints
    after: Ints
    letter: Ints
    output: Ints
    live: Ints


def run(study: Study, known: Known) -> list[Machine]:
    """Counters that stop, for a machine, closed or not, whose letters commute without a sink."""
    machine = known.machine
    for sink in sinks(machine):
        live = without(machine, sink)
        if len(machine.letters) > budgets.COUNTED_LETTERS or not commutes(live):
            continue
        program = _stopping_counters(study, machine, live, sink)
        if program is not None:
            study.note("counters that run until they reach the sink")
            return [program]
    return []


def sinks(machine: Mealy) -> list[int]:
    """States other than the start that no letter leaves."""
    own = np.arange(machine.states)[:, None]
    return [int(q) for q in np.nonzero((machine.next == own).all(axis=1))[0] if q]


def without(machine: Mealy, sink: int) -> Mealy:
    """The machine with every step into ``sink`` unknown."""
    nxt = np.where(machine.next == sink, -1, machine.next)
    return replace(machine, next=nxt)


def _stopping_counters(study: Study, machine: Mealy, live: Mealy, sink: int) -> Machine | None:
    counts = letter_counts(live)
    coordinates = counter_coordinates(live, counts)
    names = fresh_names(len(coordinates), "n", machine.inputs)
    chosen = [readable(study, live, n, c) for n, c in zip(names, coordinates, strict=True)]
    found = [c for c in chosen if c is not None]
    if not found or len(found) < len(chosen):
        return None
    weights = np.stack([w for _, (w, _) in found], axis=1)
    moduli = np.array([m for _, (_, m) in found], dtype=np.int64)
    rows = _rows(machine, sink, counts, weights, moduli)
    if rows is None:
        return None
    guard = formula(study, _named(names, rows.before), rows.live)
    columns = _named(names, rows.after) | _named(machine.inputs, rows.letter)
    columns |= _named(tuple(map(old, names)), rows.before)
    outputs = formulas(study, columns, rows.output.T)
    if guard is None or outputs is None:
        return None
    steps = tuple(
        apply("if", convert(guard, "bool"), step, var(name))
        for name, (step, _) in zip(names, found, strict=True)
    )
    init = (0,) * len(names)
    return Machine(machine.inputs, names, init, steps, outputs)


def _rows(machine: Mealy, sink: int, counts: Ints, weights: Ints, moduli: Ints) -> Rows | None:
    """All known steps as counters; ``None`` if a value occurs both in the sink and outside it."""
    q, a = machine.known
    q, a = q[q != sink], a[q != sink]

    def reduced(values: Ints) -> Ints:
        return np.where(moduli > 0, values % np.maximum(moduli, 1), values)

    before = reduced(counts[q] @ weights)
    after = reduced(counts[q] @ weights + weights[a])
    into = machine.next[q, a] == sink
    ends = after[into][distinct(after[into])[0]]
    alive = set(map(tuple, np.concatenate([before, after[~into]]).tolist()))
    if not len(ends) or not alive.isdisjoint(map(tuple, ends.tolist())):
        return None
    letters = np.arange(len(machine.letters))
    still = np.repeat(ends, len(letters), axis=0)
    every = np.tile(letters, len(ends))
    return Rows(
        before=np.concatenate([before, still]),
        after=np.concatenate([after, still]),
        letter=machine.letters[np.concatenate([a, every])],
        output=np.concatenate([machine.output[q, a], machine.output[sink, every]]),
        live=np.concatenate([np.ones(len(q)), np.zeros(len(still))]).astype(np.int64),
    )


def _named(names: tuple[str, ...], values: Ints) -> dict[str, Ints]:
    return {n: values[:, i] for i, n in enumerate(names)}
