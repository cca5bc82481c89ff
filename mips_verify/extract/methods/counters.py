"""Programs that count: machines in which the order of the letters does not matter.

The state after a word then depends on how often each letter occurred. The words that lead back
generate the kernel of that dependence; the Smith form of the kernel gives the counters and the
moduli in which they run.
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.integer_lattice import lattice_basis, smith
from mips_verify.algebra.mealy import Mealy
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.extract.oracle import distinct
from mips_verify.kernel.expr import Expr, apply, const, size, var
from mips_verify.kernel.expr import names as names_in
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.regression_budgets import Budget

LETTERS = 32
COUNTED_LETTERS = 8
SMALL = Budget(4, 50_000)

Coordinate = tuple[Ints, int]  # weight of each letter, modulus or 0


def counter_programs(study: Study, machine: Mealy) -> list[Candidate]:
    """Counters with moduli, from the kernel lattice of a machine whose letters commute."""
    if len(machine.letters) > LETTERS or not commutes(machine):
        study.note("counters: the order of the letters matters")
        return []
    counts = letter_counts(machine)
    coordinates = counter_coordinates(machine, counts)
    names = fresh_names(len(coordinates), "n", machine.inputs)
    steps, labels = [], []
    for name, coordinate in zip(names, coordinates, strict=True):
        chosen = readable(study, machine, name, coordinate)
        if chosen is None:
            study.note("counters: no formula for the weights of the letters")
            return []
        step, (weights, modulus) = chosen
        steps.append(step)
        label = counts @ weights
        labels.append(label % modulus if modulus else label)
    outputs = _outputs(study, machine, names, labels)
    if outputs is None:
        study.note(f"counters: {len(names)} counters, no formula for the output")
        return []
    study.note(f"counters: {len(names)} with moduli {[m for _, m in coordinates]}")
    init = (0,) * len(names)
    return [Candidate("counters", Machine(machine.inputs, names, init, tuple(steps), outputs))]


def commutes(machine: Mealy) -> bool:
    """Whether swapping two letters never changes the state, where both ways are known."""
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
    """The counters: weights of the letters and a modulus each, 0 for a counter without end."""
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
    """Another basis of the same lattice of weights, with small and few entries."""
    rows = [r.copy() for r in rows]

    def length(r: Ints) -> float:
        return float(np.log2(1 + np.abs(r)).sum() + (r != 0).sum() + 0.3 * (r < 0).sum())

    for _ in range(200):
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

    A cyclic counter may be multiplied by any unit of its modulus, an endless one by -1.
    """
    weights, modulus = coordinate
    units = [u for u in range(1, modulus) if np.gcd(u, modulus) == 1] if modulus else [1, -1]
    columns = {n: machine.letters[:, i] for i, n in enumerate(machine.inputs)}
    best: tuple[Expr, Coordinate] | None = None
    for unit in units:
        scaled = unit * weights % modulus if modulus else unit * weights
        amount = formula(study, columns, scaled, budget=SMALL)
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
    outputs = [formula(study, columns, y) for y in machine.output[q, a].T]
    found = tuple(e for e in outputs if e is not None)
    return found if len(found) == len(outputs) else None


def letter_count_programs(study: Study) -> list[Candidate]:
    """One counter a letter, where the output depends on these counts alone."""
    observer = study.observer
    if not 2 <= observer.domain.size <= COUNTED_LETTERS:
        return []
    letters = observer.letters(study.rng())
    occurs = (study.evidence[:, :, None, :] == letters).all(axis=3)
    counts = np.cumsum(occurs, axis=1, dtype=np.int64).reshape(-1, len(letters))
    first, inverse = distinct(counts)
    answers = study.answers.reshape(len(counts), -1)
    if (answers != answers[first][inverse]).any():
        study.note("letter counts: the output depends on more than how often letters occurred")
        return []
    names = fresh_names(len(letters), "c", study.inputs)
    columns = {n: counts[first, i] for i, n in enumerate(names)}
    outputs = [formula(study, columns, y) for y in answers[first].T]
    if any(e is None for e in outputs):
        study.note("letter counts: they decide the output, but no formula was found")
        return []
    kept = tuple(e for e in outputs if e is not None)
    used = frozenset().union(*map(names_in, kept))
    by_letter = {n: letters[:, i] for i, n in enumerate(study.inputs)}
    state, steps = tuple(n for n in names if n in used), []
    for name in state:
        i = names.index(name)
        indicator = formula(study, by_letter, np.eye(len(letters), dtype=np.int64)[i])
        assert indicator is not None
        steps.append(apply("add", var(name), indicator))
    study.note("letter counts: they decide the output")
    machine = Machine(study.inputs, state, (0,) * len(state), tuple(steps), kept)
    return [Candidate("counters", machine)]
