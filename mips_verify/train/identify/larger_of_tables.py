"""The larger or the smaller of two tables: what is read, or what a decay leaves of the last peak.

If ``y = max(F(u), G(v))``, then ``F(u) <= y`` wherever ``u`` occurs. The largest such ``F`` is the
least ``y`` seen with each ``u``, and likewise for ``G``; if the maximum is right for any tables, it
is for these. So two sums are refuted or solved in one pass over the data.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.grouping import least_with
from mips_verify.kernel.domain import Domain
from mips_verify.network.layers import joined, mapped, relu_where
from mips_verify.network.network import Layers
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.sum_rule import SumRule


@dataclass(frozen=True, slots=True, eq=False)
class ExtremeRule:
    """The next output is the larger of two tables, or the smaller.

    Attributes:
        first, second: the tables.
        sign: 1 for the larger, -1 for the smaller.
    """

    first: SumRule
    second: SumRule
    sign: int

    def layers(self, domain: Domain) -> Layers | None:
        """Layers that read ``[last outputs, inputs]``: ``F + relu(G - F)``, or ``F - relu(F - G)``.

        ``None`` if the tables bend too often.
        """
        f, g = self.first.layers(domain), self.second.layers(domain)
        if f is None or g is None:
            return None
        s = float(self.sign)
        both = mapped(joined([f, g]), np.array([[1.0, 0.0], [-s, s]]))
        return relu_where(both, np.array([False, True]), np.array([[1.0, s]]), np.zeros(1))


def find_extreme(z: Ints, after: Ints, sums: Sequence[Ints]) -> ExtremeRule | None:
    """Two tables of which the larger, or else the smaller, is the output in all steps, or None.

    Args:
        z: last outputs and inputs, ``(n, terms)``.
        after: one of the next outputs, ``(n,)``.
        sums: weights of the sums that are tried.
    """
    few = slice(budgets.EXTREME_STEPS)
    for sign in (1, -1):
        least = [least_with(z[few] @ w, sign * after[few]) for w in sums]
        for i, j in itertools.combinations(range(len(sums)), 2):
            if (np.maximum(least[i][2], least[j][2]) != sign * after[few]).any():
                continue
            tables = [least_with(z @ sums[k], sign * after) for k in (i, j)]
            right = (np.maximum(tables[0][2], tables[1][2]) == sign * after).all()
            if right and sum(len(t[0]) for t in tables) * budgets.RULE_EVIDENCE < len(after):
                f, g = (SumRule(sums[k], t[0], sign * t[1])
                        for k, t in zip((i, j), tables, strict=True))  # fmt: skip
                return ExtremeRule(f, g, sign)
    return None
