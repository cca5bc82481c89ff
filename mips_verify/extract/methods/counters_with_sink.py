"""Programs that count until something goes wrong: a commutative machine with a trap.

A trap is a state that no letter leaves. Without it the letters may commute although the whole
machine's do not; then the counters of the rest run until they reach a value from which there is
no return, and stay there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.extract.methods.counters import (
    commutes,
    counter_coordinates,
    letter_counts,
    readable,
)
from mips_verify.extract.oracle import distinct
from mips_verify.kernel.expr import apply, convert, var
from mips_verify.kernel.machine import Machine, old

LETTERS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One row a known step: the counters before and after it, the letter, the outputs.

    ``live`` says whether the counters moved.
    """

    before: Ints
    after: Ints
    letter: Ints
    output: Ints
    live: Ints


def trap_programs(study: Study, machine: Mealy) -> list[Candidate]:
    """Counters that freeze, where taking one trap away leaves letters that commute."""
    for trap in traps(machine):
        live = without(machine, trap)
        if len(machine.letters) > LETTERS or not commutes(live):
            continue
        program = _frozen_counters(study, machine, live, trap)
        if program is not None:
            study.note("trap: counters that run until they are trapped")
            return [Candidate("counters", program)]
    return []


def traps(machine: Mealy) -> list[int]:
    """States other than the start that every letter leads back to."""
    own = np.arange(machine.states)[:, None]
    return [int(q) for q in np.nonzero((machine.next == own).all(axis=1))[0] if q]


def without(machine: Mealy, trap: int) -> Mealy:
    """The machine with every step into ``trap`` forgotten."""
    nxt = np.where(machine.next == trap, -1, machine.next)
    return replace(machine, next=nxt)


def _frozen_counters(study: Study, machine: Mealy, live: Mealy, trap: int) -> Machine | None:
    counts = letter_counts(live)
    coordinates = counter_coordinates(live, counts)
    names = fresh_names(len(coordinates), "n", machine.inputs)
    chosen = [readable(study, live, n, c) for n, c in zip(names, coordinates, strict=True)]
    found = [c for c in chosen if c is not None]
    if not found or len(found) < len(chosen):
        return None
    weights = np.stack([w for _, (w, _) in found], axis=1)
    moduli = np.array([m for _, (_, m) in found], dtype=np.int64)
    rows = _rows(machine, trap, counts, weights, moduli)
    if rows is None:
        return None
    guard = formula(study, _named(names, rows.before), rows.live)
    columns = _named(names, rows.after) | _named(machine.inputs, rows.letter)
    columns |= _named(tuple(map(old, names)), rows.before)
    outputs = [formula(study, columns, y) for y in rows.output.T]
    if guard is None or any(e is None for e in outputs):
        return None
    steps = tuple(
        apply("if", convert(guard, "bool"), step, var(name))
        for name, (step, _) in zip(names, found, strict=True)
    )
    init = (0,) * len(names)
    return Machine(machine.inputs, names, init, steps, tuple(e for e in outputs if e is not None))


def _rows(machine: Mealy, trap: int, counts: Ints, weights: Ints, moduli: Ints) -> Rows | None:
    """All known steps in counters; None where a trapped value is a live one as well."""
    q, a = machine.known
    q, a = q[q != trap], a[q != trap]

    def reduced(values: Ints) -> Ints:
        return np.where(moduli > 0, values % np.maximum(moduli, 1), values)

    before = reduced(counts[q] @ weights)
    after = reduced(counts[q] @ weights + weights[a])
    into = machine.next[q, a] == trap
    trapped = after[into][distinct(after[into])[0]]
    alive = {row.tobytes() for row in np.concatenate([before, after[~into]])}
    if not len(trapped) or any(row.tobytes() in alive for row in trapped):
        return None
    letters = np.arange(len(machine.letters))
    still = np.repeat(trapped, len(letters), axis=0)
    every = np.tile(letters, len(trapped))
    return Rows(
        before=np.concatenate([before, still]),
        after=np.concatenate([after, still]),
        letter=machine.letters[np.concatenate([a, every])],
        output=np.concatenate([machine.output[q, a], machine.output[trap, every]]),
        live=np.concatenate([np.ones(len(q)), np.zeros(len(still))]).astype(np.int64),
    )


def _named(names: tuple[str, ...], values: Ints) -> dict[str, Ints]:
    return {n: values[:, i] for i, n in enumerate(names)}
