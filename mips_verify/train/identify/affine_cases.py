"""Affine cases: the next output is a short list of integer sums, each under a condition on a sum.

A withdrawal that would overdraw is refused, a counter stops at its limit, a command selects what
is done: on each side of a threshold the step is another sum. The list is found from its front (a
decision list: Rivest, Machine Learning 2, 1987), as piecewise affine models are in system
identification (Roll, Bemporad and Ljung, Automatica 40, 2004). The case that holds on most of the
steps left, beyond the last step that contradicts it, comes next.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Ints
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
        reach: how large last outputs and inputs may be, ``(terms,)``; beyond, layers may err. Only
            the terms in which cases differ matter: often these are inputs.
    """

    cases: tuple[Case, ...]
    reach: Ints

    def values(self, z: Ints) -> Ints:
        """The next outputs, ``(n,)``, after rows of last outputs and inputs, ``(n, terms)``."""
        met = [z @ c.test >= c.least for c in self.cases]
        return np.select(met, [z @ c.weights + c.constant for c in self.cases])

    def layers(self, domain: Domain) -> Layers:
        """Layers that read ``[last outputs, inputs]``.

        The first layer decides the conditions and passes on both signs of the sums, the second
        adds the change from one sum to that of the case that applies, made positive by some room
        if it applies and negative otherwise, the third removes the room.
        """
        del domain  # the weights say how letters are read
        n, tests = len(self.cases), np.array([c.test for c in self.cases])
        least = np.array([c.least for c in self.cases])
        base, changes, room = self._changes()
        sums = np.vstack([changes, base])
        first = np.vstack([tests, tests, sums[:, :-1], -sums[:, :-1]]).astype(np.float64)
        bias = np.concatenate([1 - least, -least, sums[:, -1], -sums[:, -1]])
        active = np.eye(n) - np.tri(n, k=-1)  # 1 for the case that applies, else at most 0
        gate = 2.0 * room * np.hstack([active, -active])
        sign = np.hstack([np.eye(n + 1), -np.eye(n + 1)])
        passed = np.vstack([sign[:n], 0 * sign[:n], sign[n:], -sign[n:]])
        second = np.hstack([np.vstack([gate, gate, np.zeros((2, 2 * n))]), passed])
        rest = np.concatenate([np.full(2 * n, -float(room)), np.zeros(2)])
        top = np.concatenate([np.ones(n), -np.ones(n), [1.0, -1.0]])[None]
        return (first, bias.astype(np.float64)), (second, rest), (top, np.zeros(1))

    def _changes(self) -> tuple[Ints, Ints, int]:
        """A sum, the changes from it to those of all cases, and a bound on these, a power of two.

        Sum and changes have the constant last. The sum is that with the smallest changes.
        """
        sums = np.array([[*c.weights, c.constant] for c in self.cases])
        bounds = [int((np.abs(sums - s) @ np.append(self.reach, 1)).max()) for s in sums]
        base = sums[int(np.argmin(bounds))]
        return base, sums - base, 1 << max(min(bounds), 1).bit_length()


def find_cases(z: Ints, after: Ints, domain: Domain) -> CasesRule | None:
    """A short list of cases that holds in all steps, or None.

    A list for few steps is made to hold in those that contradict it, again and again.

    Args:
        z: last outputs and inputs, ``(n, terms)``.
        after: one of the next outputs, ``(n,)``.
        domain: the letters.
    """
    letters = np.maximum(np.abs(domain.lows), np.abs(domain.highs))
    shown = np.abs(z[:, : -domain.channels]).max(axis=0)
    reach = np.concatenate([budgets.CASES_MARGIN * shown, letters])
    rows = np.arange(min(len(z), budgets.CASES_STEPS))
    for _ in range(budgets.CASES_ROUNDS):
        cases = _listed(z[rows], after[rows])
        if cases is None:
            return None
        rule = CasesRule(cases, reach)
        wrong = np.flatnonzero(rule.values(z) != after)
        if not len(wrong):
            return rule
        rows = np.concatenate([rows, wrong[: budgets.CASES_STEPS // 4]])
    return None


def _listed(z: Ints, after: Ints) -> tuple[Case, ...] | None:
    """Cases that hold in all steps, each supported by several of them."""
    sums = np.array(_sums(z.shape[1]))
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


def _sums(terms: int) -> list[Ints]:
    """Weights -1, 0 and 1, 0 first, then those with the fewest terms."""
    found = [np.zeros(terms, dtype=np.int64)]
    for count in range(1, terms + 1):
        for at in itertools.combinations(range(terms), count):
            for signs in itertools.product((1, -1), repeat=count):
                if len(found) < budgets.CASES_SUMS:
                    found.append(np.zeros(terms, dtype=np.int64))
                    found[-1][list(at)] = signs
    return found
