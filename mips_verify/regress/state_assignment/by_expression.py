"""Assigning numbers to the states of a finite machine so that its step is a short expression.

Enumerate next-label expressions ``F(e, x)``. For each, propagate labels from the start state
through all known edges, and keep it if no state gets two labels. Then fit the outputs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.linear_form import number
from mips_verify.algebra.mealy import Mealy
from mips_verify.algebra.readability import rank, weight
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import Expr, apply, children, const, names, size, substitute, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.fit import fit
from mips_verify.regress.regression_budgets import (
    ALTERNATIVES,
    DEFAULT,
    PATIENCE,
    PATIENT_BANK,
    Budget,
)
from mips_verify.regress.search.bank import Bank, Leaf
from mips_verify.regress.shapes.symmetric import shared_sums

SIGN_COST: Final = 2  # the layer that contains bits as signs
SUM_COST: Final = 2  # the layer that contains sums of interchangeable inputs
Fold = Literal["wrap", "clamp"]
LABEL: Final = "e"  # the variable for the old label in a next-label expression


@dataclass(frozen=True, slots=True, eq=False)
class Labelling:
    """A number for every state of a Mealy machine, and the expression for the next number.

    Attributes:
        expr: the next label, over :data:`LABEL` and the input names.
        labels: the label of each state, shape ``(states,)``; unreachable states have the
            label of the start state.
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
    context: Mapping[str, Ints] | None = None,
    folded: bool = False,
) -> list[Labelling]:
    """The shortest next-label expressions, at most one per assignment of labels.

    A labelling is kept if each state gets one label, all labels lie in ``domain``, and states
    whose known outputs differ get different labels. With a ``context``, whose numbers the
    expression may use, labels must instead differ for all states with the same numbers; with
    an empty context, for all states.

    Args:
        machine: a complete or partial machine.
        domain: least and greatest label.
        starts: labels to try for the start state.
        constants: leaves of the expressions; those above 1 are also divisors.
        budget: limits of the enumeration.
        max_solutions: most labellings returned, shortest first.
        context: from name to the number of each state, shape ``(states,)``.
        folded: whether to try every expression also modulo the number of labels and cut off
            at the ends of ``domain``, if labels start at 0.
    """
    grid = _Grid(
        machine, *domain, context or {}, folded and domain[0] == 0, apart_all=context is not None
    )
    bank = Bank(
        grid.leaves(constants),
        divisors=constants,
        max_expressions=budget.max_expressions,
    )
    inside = [s for s in starts if domain[0] <= s <= domain[1]]
    found = _enumerated(grid, bank, inside, 2 * budget.max_leaves - 1)
    return sorted(found, key=_order)[:max_solutions]


def _enumerated(
    grid: _Grid, bank: Bank, starts: Sequence[int], max_cost: int
) -> Collection[Labelling]:
    """The best labelling per assignment of labels; the bank grows as long as this may help."""
    found: dict[bytes, Labelling] = {}
    patience = PATIENCE
    while True:
        for start in starts:
            for candidate in _consistent(grid, bank, start):
                _keep(found, candidate)
        if found and (patience == 0 or _settled(found, bank)):
            break
        patience -= bool(found)
        if bank.exhausted or bank.cost >= max_cost:
            break
        bank.grow()
    return found.values()


def _settled(found: dict[bytes, Labelling], bank: Bank) -> bool:
    """Whether another layer cannot contain anything better or would cost too much."""
    return min(weight(s.expr) for s in found.values()) <= bank.cost or len(bank) > PATIENT_BANK


@dataclass(frozen=True, eq=False)
class _Grid:
    """The points at which expressions are compared: all labels, contexts and letters.

    The label varies slowest and the letter fastest.
    """

    machine: Mealy
    low: int
    high: int
    context: Mapping[str, Ints]
    folded: bool = False
    apart_all: bool = False

    @cached_property
    def contexts(self) -> tuple[Ints, Ints]:
        """The distinct contexts ``(c, names)``, and the index of each state's context."""
        if not self.context:
            return np.zeros((1, 0), dtype=np.int64), np.zeros(self.machine.states, dtype=np.int64)
        rows = np.stack(list(self.context.values()), axis=1)
        different, of_state = np.unique(rows, axis=0, return_inverse=True)
        return different, of_state.ravel()

    def position(self, labels: Ints, state: int, letter: int) -> Ints:
        """The grid index at which a state, given its labels, reads a letter."""
        different, of_state = self.contexts
        m = len(self.machine.letters)
        at: Ints = ((labels - self.low) * len(different) + of_state[state]) * m + letter
        return at

    @cached_property
    def apart(self) -> NDArray[np.bool_]:
        """Which pairs of states need different labels, ``(n, n)``."""
        if not self.apart_all:
            return must_differ(self.machine)
        _, of_state = self.contexts
        return np.asarray((of_state[:, None] == of_state) & ~np.eye(len(of_state), dtype=np.bool_))

    def leaves(self, constants: Sequence[int]) -> list[Leaf]:
        """The leaves: label, context, inputs and constants.

        A bit x is also offered as the sign ``1 - 2*x``, because bits often mean a step up or
        down, and, with a context, as ``1 - x``. Interchangeable inputs are also offered as
        their sum.
        """
        m, width = len(self.machine.letters), self.high - self.low + 1
        different, _ = self.contexts
        numbers = np.arange(self.low, self.high + 1)
        leaves = [Leaf(var(LABEL), np.repeat(numbers, len(different) * m))]
        columns = {
            name: np.tile(np.repeat(different[:, i], m), width)
            for i, name in enumerate(self.context)
        }
        columns |= {
            name: np.tile(self.machine.letters[:, i], width * len(different))
            for i, name in enumerate(self.machine.inputs)
        }
        turned = []
        for name, values in columns.items():
            leaves.append(Leaf(var(name), values))
            if set(np.unique(values)) == {0, 1}:
                sign = Expr("sub", (const(1), Expr("mul", (const(2), var(name)))))
                turned.append(Leaf(sign, 1 - 2 * values, SIGN_COST))
                if self.context:
                    other = Expr("sub", (const(1), var(name)))
                    turned.append(Leaf(other, 1 - values, SIGN_COST))
        for total, values in shared_sums(self.machine):
            leaves.append(Leaf(total, np.tile(values, width * len(different)), SUM_COST))
        size = len(leaves[0].values)
        leaves += [Leaf(const(c), np.full(size, c)) for c in sorted(set(constants))]
        return leaves + turned


def _consistent(grid: _Grid, bank: Bank, start: int) -> Iterator[Labelling]:
    """Labellings by expressions of the last layer; only the first few per assignment of labels."""
    layer = bank.ints.layer(bank.cost)
    values = bank.ints.values[layer]
    yield from _labellings(grid, bank, start, np.arange(layer.start, layer.stop), values, None)
    if not grid.folded:
        return
    outside = np.flatnonzero(((values < grid.low) | (values > grid.high)).any(1))
    values, at = values[outside], outside + layer.start
    if len(at):
        folds: tuple[Fold, ...] = ("wrap", "clamp")
        wrapped = values % (grid.high + 1), np.clip(values, grid.low, grid.high)
        for fold, inside in zip(folds, wrapped, strict=True):
            yield from _labellings(grid, bank, start, at, inside, fold)


def _labellings(
    grid: _Grid,
    bank: Bank,
    start: int,
    at: NDArray[np.intp],
    values: NDArray[Any],
    fold: Fold | None,
) -> Iterator[Labelling]:
    """Labellings by the consistent ones of the expressions at ``at``, which have these values."""
    rows, labels = _push(grid, values, start)
    if not len(rows):
        return
    _, group = np.unique(labels, axis=0, return_inverse=True)
    seen: dict[int, int] = {}
    for row, assigned, g in zip(rows, labels, group.tolist(), strict=True):
        seen[g] = seen.get(g, 0) + 1
        if seen[g] <= ALTERNATIVES:
            e = simplify(_folded(bank.int_expr(int(at[row])), fold, grid.high))
            yield Labelling(e, assigned, start, size(e))


def _folded(e: Expr, fold: Fold | None, high: int) -> Expr:
    """``e`` wrapped around or cut off to ``0 .. high``; unchanged without a fold."""
    if fold == "wrap":
        return apply("mod", e, const(high + 1))
    if fold == "clamp":
        return apply("min", apply("max", e, const(0)), const(high))
    return e


def _order(labelling: Labelling) -> tuple[int, tuple[int, int, int, int, str]]:
    """The sorting key: shortest first; a start label other than 0 counts as one node."""
    odd = labelling.start != 0
    return weight(labelling.expr) + odd, rank(labelling.expr)


def _keep(found: dict[bytes, Labelling], candidate: Labelling) -> None:
    """Store a candidate if it is the best so far for its assignment of labels."""
    key = candidate.labels.tobytes()
    if key not in found or rank(candidate.expr) < rank(found[key].expr):
        found[key] = candidate


def _push(grid: _Grid, values: NDArray[Any], start: int) -> tuple[NDArray[np.intp], Ints]:
    """The candidates with consistent labels, and these labels ``(k, states)``.

    ``values`` has one row per candidate: the next label at each point of the grid.
    """
    machine, apart = grid.machine, grid.apart
    n = machine.states
    alive = np.arange(len(values))
    labels = np.full((len(values), n), start, dtype=np.int64)
    known = np.zeros(n, dtype=np.bool_)
    known[0] = True
    queue = [0]
    for q in queue:
        for a in np.flatnonzero(machine.next[q] >= 0):
            successor = int(machine.next[q, a])
            reached = values[alive, grid.position(labels[:, q], q, int(a))]
            if known[successor]:
                fits = reached == labels[:, successor]
            else:
                fits = (reached >= grid.low) & (reached <= grid.high)
                others = np.flatnonzero(known & apart[successor])
                fits &= (labels[:, others] != reached[:, None]).all(1)
                labels[:, successor] = reached
                known[successor] = True
                queue.append(successor)
            if not fits.all():
                alive, labels = alive[fits], labels[fits]
            if not len(alive):
                return alive, labels
    return alive, labels


def must_differ(machine: Mealy) -> NDArray[np.bool_]:
    """Which pairs of states have different known outputs on some letter, ``(n, n)``."""
    known = machine.next >= 0
    both = known[:, None, :] & known[None, :, :]
    differ = (machine.output[:, None] != machine.output[None]).any(-1)
    return np.asarray((both & differ).any(-1))


def program_of(
    machine: Mealy,
    labelling: Labelling,
    *,
    name: str = "s",
    constants: Sequence[int] = (),
    budget: Budget = DEFAULT,
    seed: int = 0,
) -> Machine | None:
    """The machine with the label as its only state variable, or ``None``.

    ``None`` if no expression was found for an output, over the inputs and the old and new
    labels.
    """
    q, a = machine.known
    labels = labelling.labels
    columns = {name: labels[machine.next[q, a]]}
    columns |= {x: machine.letters[a, i] for i, x in enumerate(machine.inputs)}
    columns[old(name)] = labels[q]
    step = substitute(labelling.expr, {LABEL: var(name)})
    terms = shared_terms(substitute(labelling.expr, {LABEL: var(old(name))}))
    constants = sorted({*constants, *_divisors(step)})
    outputs = []
    for i in range(machine.output.shape[2]):
        target = machine.output[q, a, i]
        found = fit(columns, target, budget=budget, constants=constants, terms=terms, seed=seed)
        if found is None:
            return None
        outputs.append(found.expr)
    if not any({name, old(name)} & names(e) for e in outputs):
        return Machine(machine.inputs, (), (), (), tuple(outputs))
    return Machine(machine.inputs, (name,), (labelling.start,), (step,), tuple(outputs))


def shared_terms(step: Expr) -> list[Expr]:
    """Sums in a next-state expression that the outputs are likely to need as well.

    For example, the state is often a remainder and the output the quotient, or the output is
    the overflow of a counter that wraps around.
    """
    inner = [
        node.args[0]
        for node in children(step)
        if node.op in ("mod", "floordiv", "eq", "ne", "lt", "le", "gt", "ge", "in")
    ]
    return list(dict.fromkeys(e for e in inner if e.op in ("add", "sub", "mul")))


def _divisors(step: Expr) -> set[int]:
    return {number(n.args[1]) for n in children(step) if n.op in ("mod", "floordiv")}
