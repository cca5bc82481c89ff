"""Counters: machines whose letters commute, so that their order does not matter.

The state after a word then depends only on how often each letter occurs. The words that lead back
to the start generate a lattice of counts; its Smith form gives the counters and their moduli.
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.integer_lattice import lattice_basis, smith
from mips_verify.algebra.mealy import Mealy
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.equal_rows import distinct
from mips_verify.extract.method import Known
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study, formula, formulas
from mips_verify.kernel.expr import Expr, apply, const, size, var
from mips_verify.kernel.machine import Machine, old

Coordinate = tuple[Ints, int]  # weight of each letter, modulus or 0


def run(study: Study, known: Known) -> list[Machine]:
    """Counters with moduli for a machine, closed or not, whose letters commute."""
    machine = known.machine
    if len(machine.letters) > budgets.COUNTED_LETTERS or not commutes(machine):
        study.note("the order of the letters matters")
        return []
    counts = letter_counts(machine)
    coordinates = counter_coordinates(machine, counts)
    names = fresh_names(len(coordinates), "n", machine.inputs)
    steps, labels = [], []
    for name, coordinate in zip(names, coordinates, strict=True):
        chosen = readable(study, machine, name, coordinate)
        if chosen is None:
            study.note("no formula for the weights of the letters")
            return []
        step, (weights, modulus) = chosen
        steps.append(step)
        label = counts @ weights
        labels.append(label % modulus if modulus else label)
    outputs = _outputs(study, machine, names, labels)
    if outputs is None:
        study.note(f"{len(names)} counters, no formula for the output")
        return []
    study.note(f"{len(names)} counters with moduli {[m for _, m in coordinates]}")
    init = (0,) * len(names)
    return [Machine(machine.inputs, names, init, tuple(steps), outputs)]


def commutes(machine: Mealy) -> bool:
    """Whether swapping two letters never changes the state, as far as both steps are known."""
    padded = np.concatenate([machine.next, np.full((1, machine.next.shape[1]), -1)])
    two = padded[machine.next]  # (state, first letter, second letter); row -1 is unknown
    swapped = two.transpose(0, 2, 1)
    return bool(((two == swapped) | (two < 0) | (swapped < 0)).all())


def letter_counts(machine: Mealy) -> Ints:
    """How often each letter occurs in the first word that leads to each state, ``(n, m)``."""
    n, m = machine.next.shape
    counts = np.zeros((n, m), dtype=np.int64)
    seen = {0}
    queue = [0]
    for q in queue:
        for a, d in enumerate(machine.next[q].tolist()):
            if d >= 0 and d not in seen:
                seen.add(d)
                queue.append(d)
                counts[d] = counts[q]
                counts[d, a] += 1
    return counts


def counter_coordinates(machine: Mealy, counts: Ints) -> list[Coordinate]:
    """The counters: what each letter adds, and a modulus, 0 for an unbounded counter."""
    q, a = machine.known
    relations = counts[q] - counts[machine.next[q, a]]
    relations[np.arange(len(q)), a] += 1
    relations = relations[distinct(relations)[0]]
    factors, unimodular = smith(lattice_basis(relations.tolist()), counts.shape[1])
    v = np.array(unimodular, dtype=np.int64)
    cyclic = [(v[:, j] % d, d) for j, d in enumerate(factors) if d > 1]
    free = [v[:, j] for j, d in enumerate(factors) if d == 0]
    return cyclic + [(w, 0) for w in _small_weights(free)]


def _small_weights(rows: list[Ints]) -> list[Ints]:
    """A basis of the same lattice of weights with few and small entries."""
    rows = [r.copy() for r in rows]

    def length(r: Ints) -> float:
        return float(np.log2(1 + np.abs(r)).sum() + (r != 0).sum() + 0.3 * (r < 0).sum())

    for _ in range(budgets.WEIGHT_STEPS):
        changed = False
        for i in range(len(rows)):
            options = [-rows[i]]
            options += [rows[i] + s * rows[j] for j in range(len(rows)) if j != i for s in (1, -1)]
            best = min(options, key=length)
            if length(best) < length(rows[i]) - 1e-9:
                rows[i], changed = best, True
        if not changed:
            break
    return rows


def readable(
    study: Study, machine: Mealy, name: str, coordinate: Coordinate
) -> tuple[Expr, Coordinate] | None:
    """The step of one counter, and the coordinate rescaled so that the step is shortest.

    A cyclic counter may be multiplied by any unit of its modulus, an unbounded one by -1.
    """
    weights, modulus = coordinate
    units = [u for u in range(1, modulus) if np.gcd(u, modulus) == 1] if modulus else [1, -1]
    columns = {n: machine.letters[:, i] for i, n in enumerate(machine.inputs)}
    best: tuple[Expr, Coordinate] | None = None
    for unit in units:
        scaled = unit * weights % modulus if modulus else unit * weights
        amount = formula(study, columns, scaled, budget=budgets.COUNTER_STEP)
        if amount is None:
            continue
        step = apply("add", var(name), amount)
        if modulus:
            step = apply("mod", step, const(modulus))
        if best is None or size(step) < size(best[0]):
            best = step, (scaled, modulus)
        if size(amount) == 1:
            break
    return best


def _outputs(
    study: Study, machine: Mealy, names: tuple[str, ...], labels: list[Ints]
) -> tuple[Expr, ...] | None:
    q, a = machine.known
    columns = {n: label[machine.next[q, a]] for n, label in zip(names, labels, strict=True)}
    columns |= {n: machine.letters[a, i] for i, n in enumerate(machine.inputs)}
    columns |= {old(n): label[q] for n, label in zip(names, labels, strict=True)}
    return formulas(study, columns, machine.output[q, a].T)
