"""The simplest integer scores that give the labels, from real ones that do.

A class wins if its score ``s_v . counts + k_v / classes`` is the largest. Learned weights only fit
the counts seen, which are bounded. Weights that are small integers, with constants that are 0 or
break ties, do not depend on how large the counts are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.train import training_budgets as budgets


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores that are compared in pairs; all are integers if they are exact.

    Attributes:
        weights: one row per class, ``(classes, letters)``.
        thresholds: class a beats a later class b if ``(weights[a] - weights[b]) . counts`` is at
            least ``thresholds[a, b]``; if it is below that by 1 or more, b beats a.
    """

    weights: Floats
    thresholds: Floats


def integer_scores(weights: Floats, counts: Ints, labels: Ints) -> Scores | None:
    """Small integer scores near multiples of ``weights`` that give all labels, or None.

    Args:
        weights: real weights, ``(classes, letters)``.
        counts: ``(n, letters)``.
        labels: the class with the largest score, ``(n,)``.
    """
    change = weights - weights[0]  # only differences matter
    largest = np.abs(change).max()
    if not largest > 0:
        return None
    for size in range(1, budgets.COUNTS_LARGEST + 1):
        rounded = np.rint(change * (size / largest)).astype(np.int64)
        constants = _constants(_margins(rounded, counts, labels))
        if constants is not None:
            gaps = constants[None, :] - constants[:, None]
            return Scores(rounded.astype(np.float64), np.ceil(gaps / len(gaps)) + 0.0)
    return None


def _margins(weights: Ints, counts: Ints, labels: Ints) -> Ints:
    """By how much at least the score of class v is above that of u where the label is v.

    Returns:
        ``(classes, classes)``; a row holds the largest integer if no point has its label.
    """
    scores = counts @ weights.T
    out = np.full((len(weights), len(weights)), np.iinfo(np.int32).max, dtype=np.int64)
    for v in np.unique(labels):
        own = scores[labels == v]
        out[v] = (own[:, v : v + 1] - own).min(axis=0)
    return out


def _constants(margins: Ints) -> Ints | None:
    """The largest ``k <= 0`` with ``k_u - k_v < classes * margins[v, u]`` for all u and v, or None.

    These are shortest paths (Bellman and Ford); there are none if a cycle is negative. As margins
    are integers, the unit 1 / classes is fine enough for every order of ties.
    """
    classes = len(margins)
    lengths = classes * margins - 1
    np.fill_diagonal(lengths, 0)
    k = np.zeros(classes, dtype=np.int64)
    for _ in range(classes + 1):
        after = (k[:, None] + lengths).min(axis=0)
        if (after == k).all():
            return k
        k = after
    return None
