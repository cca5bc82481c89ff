"""Affine cases: the next output is a short list of integer sums, each under a condition on a sum.

A withdrawal that would overdraw is refused, a counter stops at its limit, a command selects what
is done: on each side of a threshold the step is another sum. The list is found from its front (a
decision list: Rivest, Machine Learning 2, 1987). The case that holds on most of the steps left,
beyond the last step that contradicts it, comes next.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Layers
from mips_verify.train import training_budgets as budgets


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """``weights . z + constant`` where ``test . z >= least``, for ``z`` of last outputs and inputs.

    Attributes:
        test: ``(terms,)``; zero with ``least`` 0 if the case has no condition.
        least: the smallest sum that meets the condition.
        weights: ``(terms,)``.
        constant: an integer.
    """

    test: Ints
    least: int
    weights: Ints
    constant: int


@dataclass(frozen=True, slots=True, eq=False)
class CasesRule:
    """The next output is that of the first case whose condition is met.

    Attributes:
        cases: at least one, the last without a condition.
        room: a bound on the sums of all cases, with a margin, and a power of two.
    """

    cases: tuple[Case, ...]
    room: int

    def values(self, z: Ints) -> Ints:
        """The next outputs, ``(n,)``, after rows of last outputs and inputs, ``(n, terms)``."""
        met = [z @ c.test >= c.least for c in self.cases]
        return np.select(met, [z @ c.weights + c.constant for c in self.cases])

    def layers(self, domain: Domain) -> Layers:
        """Layers that read ``[last outputs, inputs]``.

        The first layer decides the conditions and passes on both signs of the sums, the second
        keeps the sum of the case that applies, the third removes the room that made it positive.
        """
        del domain  # the weights say how letters are read
        tests, sums = self._rows("test"), self._rows("weights")
        least = np.array([c.least for c in self.cases], dtype=np.float64)
        constants = np.array([c.constant for c in self.cases], dtype=np.float64)
        first = np.vstack([tests, tests, sums, -sums])
        bias = np.concatenate([1 - least, -least, constants, -constants])
        n, room = len(self.cases), float(self.room)
        active = np.eye(n) - np.tri(n, k=-1)  # 1 for the case that applies, else at most 0
        gate = 2 * room * np.hstack([active, -active, np.zeros((n, 2 * n))])
        kept = np.hstack([np.zeros((n, 2 * n)), np.eye(n), -np.eye(n)])
        second = np.vstack([gate + kept, gate]), np.full(2 * n, -room)
        top = np.concatenate([np.ones(n), -np.ones(n)])[None]
        return (first, bias), second, (top, np.zeros(1))

    def _rows(self, name: str) -> Floats:
        return np.array([getattr(c, name) for c in self.cases], dtype=np.float64)


def find_cases(z: Ints, after: Ints) -> CasesRule | None:
    """A short list of cases that holds in all steps, or None.

    A list for few steps is made to hold in those that contradict it, again and again.

    Args:
        z: last outputs and inputs, ``(n, terms)``.
        after: one of the next outputs, ``(n,)``.
    """
    rows = np.arange(min(len(z), budgets.CASES_STEPS))
    for _ in range(budgets.CASES_ROUNDS):
        cases = _listed(z[rows], after[rows])
        if cases is None:
            return None
        rule = CasesRule(cases, _room(cases, z))
        wrong = np.flatnonzero(rule.values(z) != after)
        if not len(wrong):
            return rule
        rows = np.concatenate([rows, wrong[: budgets.CASES_STEPS // 4]])
    return None


def _room(cases: tuple[Case, ...], z: Ints) -> int:
    """A power of two beyond all sums, and beyond those of far longer sequences."""
    largest = max(int(np.abs(z @ c.weights + c.constant).max()) for c in cases)
    return int(2 ** int(largest * budgets.CASES_MARGIN).bit_length())


def _listed(z: Ints, after: Ints) -> tuple[Case, ...] | None:
    """Cases that hold in all steps, each supported by several of them."""
    sums = np.array([*_sums(z.shape[1])])
    tests = sums[1:]
    residual, sides = after[:, None] - z @ sums.T, z @ tests.T
    left = np.ones(len(z), dtype=np.bool_)
    found: list[Case] = []
    while left.any() and len(found) < budgets.CASES_MOST:
        case = _next_case(residual[left], sides[left], sums, tests)
        if case is None:
            return None
        found.append(case)
        left &= z @ case.test < case.least
    return None if left.any() else tuple(found)


def _next_case(residual: Ints, sides: Ints, sums: Ints, tests: Ints) -> Case | None:
    """The case that holds on most steps; that with smaller weights, if there are several."""
    best: tuple[int, Case] | None = None
    for weights, column in zip(sums, residual.T, strict=True):
        constant = _most_common(column)
        wrong = column != constant
        if not wrong.any():
            return Case(np.zeros_like(weights), 0, weights, constant)
        least = sides[wrong].max(axis=0) + 1
        held = (sides >= least).sum(axis=0)
        i = int(held.argmax())
        if held[i] >= budgets.CASES_EVIDENCE and (best is None or held[i] > best[0]):
            best = int(held[i]), Case(tests[i], int(least[i]), weights, constant)
    return None if best is None else best[1]


def _most_common(column: Ints) -> int:
    values, counts = np.unique(column, return_counts=True)
    return int(values[counts.argmax()])


def _sums(terms: int) -> Iterator[Ints]:
    """Integer weights with small sums, 0 first, then those with the fewest terms."""
    vectors = itertools.product((0, 1, -1), repeat=terms)
    few = [v for v in vectors if sum(map(abs, v)) <= budgets.CASES_TERMS]
    for v in sorted(few, key=lambda v: sum(map(abs, v))):
        yield np.array(v, dtype=np.int64)
