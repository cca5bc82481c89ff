"""Labels chosen before the expression: all orders of few states, otherwise the given order.

Use this for small machines without a one-line step, such as a counter with a trap state, whose
next label is a decision list. The last resort is a table.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import factorial

import numpy as np

from mips_verify.algebra.mealy import Mealy
from mips_verify.algebra.readability import rank
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import const, size, var
from mips_verify.regress.fit import fit
from mips_verify.regress.regression_budgets import DEFAULT, ORDER_BANK, ORDERS, Budget
from mips_verify.regress.search.bank import Bank, Leaf
from mips_verify.regress.search.decision_list import decisions
from mips_verify.regress.search.last_operator import solutions
from mips_verify.regress.state_assignment.by_expression import LABEL, Labelling


def numbered(
    machine: Mealy,
    *,
    constants: Sequence[int] = (),
    budget: Budget = DEFAULT,
    max_solutions: int = 4,
    seed: int = 0,
) -> list[Labelling]:
    """Labellings ``0..n-1`` with start label 0, the shortest next-label expression first.

    All orders of the other states are tried if there are at most 24 orders and the machine is
    complete; otherwise, or if nothing is found, only the order of the table. If there are few
    states, a labelling is always found: the expression may be a table.
    """
    n = machine.states
    found: list[Labelling] = []
    if machine.complete and n > 1 and factorial(n - 1) <= ORDERS:
        found = list(_every_order(machine, constants))
    if not found:
        found = list(_given_order(machine, constants, budget, seed))
    return sorted(found, key=lambda s: rank(s.expr))[:max_solutions]


def _every_order(machine: Mealy, constants: Sequence[int]) -> Iterator[Labelling]:
    """Try all orders of the states; they have the same leaves, so one enumeration suffices."""
    n, m = machine.next.shape
    leaves = [Leaf(var(LABEL), np.repeat(np.arange(n), m))]
    for i, name in enumerate(machine.inputs):
        leaves.append(Leaf(var(name), np.tile(machine.letters[:, i], n)))
    numbers = sorted({0, 1, 2, n - 1, *constants})
    leaves += [Leaf(const(c), np.full(n * m, c)) for c in numbers]
    divisors = tuple(sorted({2, n, *(c for c in constants if c > 1)}))
    bank = Bank(leaves, divisors=divisors, max_expressions=ORDER_BANK)
    while not bank.exhausted:
        bank.grow()
    orders = [np.array((0, *r), dtype=np.int64) for r in itertools.permutations(range(1, n))]
    targets = [labels[machine.next[np.argsort(labels)]].ravel() for labels in orders]
    found = [solutions(bank, target, divisors)[:8] for target in targets]
    if not any(found):
        found = [decisions(bank, target)[:4] for target in targets]
    for labels, candidates in zip(orders, found, strict=True):
        if candidates:
            e = min((simplify(e) for _, e in candidates), key=rank)
            yield Labelling(e, labels, 0, size(e))


def _given_order(
    machine: Mealy, constants: Sequence[int], budget: Budget, seed: int
) -> Iterator[Labelling]:
    labels = np.arange(machine.states, dtype=np.int64)
    q, a = machine.known
    columns = {LABEL: labels[q]}
    columns |= {x: machine.letters[a, i] for i, x in enumerate(machine.inputs)}
    step = fit(columns, labels[machine.next[q, a]], budget=budget, constants=constants, seed=seed)
    if step is not None:
        yield Labelling(step.expr, labels, 0, step.size)
