"""Rules by which the next outputs follow from the last ones and the letter read.

Where the outputs show the state, no state is hidden and no training is needed: each output is a
table of one small integer combination of last outputs and inputs, a list of such combinations under
conditions, the larger of two tables, or a table of one last output for each letter. As a table is
known on the data only, a function through its points is taken.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Layers
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.affine_cases import CasesRule, find_cases
from mips_verify.train.identify.index_table import completed, table_of
from mips_verify.train.identify.labelled_words import letter_index, letter_number
from mips_verify.train.identify.larger_of_tables import ExtremeRule, find_extreme
from mips_verify.train.identify.sum_rule import SumRule, stable

_FEW = 1024  # transitions on which most combinations are refuted


@dataclass(frozen=True, slots=True, eq=False)
class LetterRule:
    """The next output is a table of one last output for each letter.

    Attributes:
        source: which of the last outputs.
        outputs: their number.
        points: its values, rising.
        labels: the next output, ``(points, letters)``; where no data show it, that at the nearest
            point.
    """

    source: int
    outputs: int
    points: Ints
    labels: Floats

    def layers(self, domain: Domain) -> Layers | None:
        """Layers that read ``[last outputs, inputs]``; None if the tables bend too often.

        The first layer bends, the second adds the change from each letter's table to the next
        one's where the letter read is as high, as in ``switched_layers``.
        """
        curve = stable(self.points, self.labels)
        kinks, letters = len(curve.kinks), self.labels.shape[1]
        if kinks * letters > budgets.RULE_KINKS:
            return None
        strides, shift = letter_number(domain)
        bend = np.zeros((kinks + 1, self.outputs + domain.channels))
        bend[:kinks, self.source] = 1.0
        bend[kinks, self.outputs :] = strides
        change, offset = np.diff(curve.steps, axis=1).T, np.diff(curve.start)
        room = 1.0 + math.ceil(max(np.ptp(self.labels), np.abs(self.labels).max()))
        high = 2 * room * np.ones((letters - 1, 1))
        gate = room - 2 * room * np.arange(1, letters)
        first = np.append(curve.steps[:, 0], 0.0)[None]
        rows = np.vstack([first, np.hstack([change, high]), np.hstack([0 * change, high])])
        bias = np.concatenate([[curve.start[0] + room], offset + gate, gate])
        top = np.concatenate([np.ones(letters), -np.ones(letters - 1)])[None]
        return (
            (bend, np.append(-curve.kinks, shift)),
            (rows, bias),
            (top, np.array([-room])),
        )


Rule = SumRule | CasesRule | ExtremeRule | LetterRule


def find_rule(last: Ints, x: Ints, own: int, after: Ints, domain: Domain) -> Rule | None:
    """A rule that holds in all steps given, or None.

    Args:
        last: the last outputs, ``(n, outputs)``.
        x: the inputs, ``(n, channels)``.
        own: which of the outputs is wanted.
        after: its next values, ``(n,)``.
        domain: the letters.
    """
    z = np.hstack([last, x])
    for weights in _combinations(z.shape[1]):
        if table_of(z[:_FEW] @ weights, after[:_FEW]) is None:
            continue
        table = table_of(z @ weights, after)
        if table is not None and _supported(len(table[0]), len(z)):
            return SumRule(weights, *_closed(weights, table, last, own, domain))
    if (cases := find_cases(z, after, domain)) is not None:
        return cases
    few = [*itertools.islice(_combinations(z.shape[1]), budgets.EXTREME_SUMS)]
    if (extreme := find_extreme(z, after, few)) is not None:
        return extreme
    if domain.size > budgets.RULE_LETTERS:
        return None
    rules = (_letter_rule(last, i, x, after, domain) for i in range(last.shape[1]))
    return next((rule for rule in rules if rule is not None), None)


def _closed(
    weights: Ints, table: tuple[Ints, Ints], last: Ints, own: int, domain: Domain
) -> tuple[Ints, Ints]:
    """The table with what its stairs say of sums that were not seen, as far as outputs can go."""
    low = np.array([*last.min(axis=0), *domain.lows])
    high = np.array([*last.max(axis=0), *domain.highs])
    for _ in range(budgets.RULE_WIDENINGS):
        ends = weights * np.array([low, high])
        points, labels = completed(*table, int(ends.min(axis=0).sum()), int(ends.max(axis=0).sum()))
        if low[own] <= labels.min() and labels.max() <= high[own]:
            return points, labels
        low[own], high[own] = min(low[own], labels.min()), max(high[own], labels.max())
    return table


def _supported(points: int, steps: int) -> bool:
    """Whether a table has few points for the data, as any table with enough points fits."""
    return points * budgets.RULE_EVIDENCE < steps


def _combinations(terms: int) -> Iterator[Ints]:
    """Small integer weights up to a common factor, those with the smallest sum first."""
    largest = max((m for m in (1, 2, 3) if (2 * m + 1) ** terms <= budgets.RULE_WEIGHTS), default=0)
    vectors = itertools.product(range(-largest, largest + 1), repeat=terms)
    for v in sorted(vectors, key=lambda v: (sum(map(abs, v)), [-w for w in v])):
        if math.gcd(*v) == 1 and next(w for w in v if w) > 0:
            yield np.array(v, dtype=np.int64)


def _letter_rule(
    last: Ints, source: int, x: Ints, after: Ints, domain: Domain
) -> LetterRule | None:
    points, at = np.unique(last[:, source], return_inverse=True)
    table = table_of(at * domain.size + letter_index(x, domain), after)
    if table is None or not _supported(len(table[0]), len(after)):
        return None
    labels = np.full((len(points), domain.size), np.nan)
    labels[divmod(table[0], domain.size)] = table[1]
    for column in labels.T:
        known = ~np.isnan(column)
        if not known.any():
            return None
        nearest = np.abs(points[~known, None] - points[known]).argmin(axis=1)
        column[~known] = column[known][nearest]
    return LetterRule(source, last.shape[1], points, labels)
