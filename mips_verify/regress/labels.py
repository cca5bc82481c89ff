"""Numbers for the states of a finite machine under which its step is a short expression.

Enumerate ``F(e, x)``, push labels from the start state through every known edge, keep the
expressions whose labels are single-valued; then fit the outputs over the labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.expr import Expr, const, names, size, substitute, var
from mips_verify.machine import Machine, old
from mips_verify.mealy import Mealy
from mips_verify.regress.enumerate import Bank, Leaf
from mips_verify.regress.fit import DEFAULT, Budget, fit

Ints = NDArray[np.int64]

LABEL: Final = "e"  # the name of the label in the expression of a labelling


@dataclass(frozen=True, slots=True, eq=False)
class Labelling:
    """A number for every state of a Mealy machine, and the expression of the next one.

    Attributes:
        expr: the next label, over :data:`LABEL` and the input names.
        labels: the label of each state, shape ``(states,)``; unreachable states have the
            label of the start.
        start: the label of state 0.
        size: syntax-tree nodes of ``expr``.
    """

    expr: Expr
    labels: Ints
    start: int
    size: int


def label(
    machine: Mealy,
    *,
    domain: tuple[int, int],
    starts: Sequence[int] = (0,),
    constants: Sequence[int] = (),
    budget: Budget = DEFAULT,
    max_solutions: int = 8,
) -> list[Labelling]:
    """The shortest next-label expressions, at most one for each assignment of labels.

    A labelling is kept when it is single-valued on all known edges, stays inside ``domain``
    and separates states whose known outputs differ.

    Args:
        machine: complete or partial.
        domain: least and greatest label.
        starts: labels to try for the start state.
        constants: leaves of the expressions; those above 1 also divide.
        budget: bounds of the enumeration.
        max_solutions: labellings returned, shortest first.
    """
    low, high = domain
    m = len(machine.letters)
    numbers = np.repeat(np.arange(low, high + 1), m)
    leaves = [Leaf(var(LABEL), numbers)]
    leaves += [
        Leaf(var(name), np.tile(machine.letters[:, i], high - low + 1))
        for i, name in enumerate(machine.inputs)
    ]
    leaves += [Leaf(const(c), np.full(len(numbers), c)) for c in sorted(set(constants))]
    bank = Bank(leaves, divisors=constants, max_expressions=budget.max_expressions)
    found: dict[bytes, Labelling] = {}
    while True:
        layer = bank.ints.layer(bank.cost)
        for start in starts:
            if not low <= start <= high:
                continue
            rows, labels = _push(machine, bank.ints.values[layer], start, low, high)
            for row, assigned in zip(rows, labels, strict=True):
                e = bank.int_expr(layer.start + int(row))
                found.setdefault(assigned.tobytes(), Labelling(e, assigned, start, size(e)))
        if found or bank.exhausted or bank.cost >= 2 * budget.max_leaves:
            break
        bank.grow()
    ranked = sorted(found.values(), key=lambda s: s.size)
    return ranked[:max_solutions]


def _push(
    machine: Mealy, values: NDArray[Any], start: int, low: int, high: int
) -> tuple[NDArray[np.intp], Ints]:
    """Candidates whose labels are consistent, and those labels ``(k, states)``.

    ``values`` holds one row a candidate: the next label for each label and letter.
    """
    n, m = machine.next.shape
    alive = np.arange(len(values))
    labels = np.full((len(values), n), start, dtype=np.int64)
    known = np.zeros(n, dtype=np.bool_)
    known[0] = True
    queue = [0]
    for q in queue:
        for a in np.flatnonzero(machine.next[q] >= 0):
            successor = int(machine.next[q, a])
            reached = values[alive, (labels[:, q] - low) * m + a]
            if known[successor]:
                fits = reached == labels[:, successor]
            else:
                fits = (reached >= low) & (reached <= high)
                labels[:, successor] = reached
                known[successor] = True
                queue.append(successor)
            if not fits.all():
                alive, labels = alive[fits], labels[fits]
            if not len(alive):
                return alive, labels
    separate = [_separates(machine, row) for row in labels]
    return alive[separate], labels[separate]


def _separates(machine: Mealy, labels: Ints) -> bool:
    """Whether the outputs are a function of label and letter."""
    for value in np.unique(labels):
        states = np.flatnonzero(labels == value)
        known = machine.next[states] >= 0
        output = machine.output[states]
        least = np.where(known[..., None], output, np.iinfo(np.int64).max).min(0)
        most = np.where(known[..., None], output, np.iinfo(np.int64).min).max(0)
        if (least < most).any():
            return False
    return True


def program_of(
    machine: Mealy,
    labelling: Labelling,
    *,
    name: str = "s",
    constants: Sequence[int] = (),
    budget: Budget = DEFAULT,
    seed: int = 0,
) -> Machine | None:
    """The machine with the label as its one state variable, or ``None``.

    ``None`` when an output has no short enough expression over the old and the new label
    and the inputs.
    """
    q, a = machine.known
    labels = labelling.labels
    columns = {name: labels[machine.next[q, a]]}
    columns |= {x: machine.letters[a, i] for i, x in enumerate(machine.inputs)}
    columns[old(name)] = labels[q]
    outputs = []
    for i in range(machine.output.shape[2]):
        found = fit(columns, machine.output[q, a, i], budget=budget, constants=constants, seed=seed)
        if found is None:
            return None
        outputs.append(found.expr)
    if not any({name, old(name)} & names(e) for e in outputs):
        return Machine(machine.inputs, (), (), (), tuple(outputs))
    step = substitute(labelling.expr, {LABEL: var(name)})
    return Machine(machine.inputs, (name,), (labelling.start,), (step,), tuple(outputs))
