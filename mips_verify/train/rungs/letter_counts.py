"""Counts of letters and the largest of several scores, each linear in the counts.

A linear state counts the letters, multinomial logistic regression on the counts (a convex problem)
learns the scores, and ReLU comparisons of pairs find the largest score. If small integer scores
give the labels, too, they take their place: comparisons of integers are exact for all counts.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Layers, Network
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.integer_scores import Scores, integer_scores
from mips_verify.train.identify.labelled_words import letter_index
from mips_verify.train.identify.letter_layers import reading_letters, table_layers
from mips_verify.train.rung import Fit

_RIDGE = 1e-9


@dataclass(frozen=True, slots=True)
class LetterCounts:
    """A network that counts letters and outputs the value with the largest linear score."""

    name: str = "letter counts, largest score"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """A network, or a note if labels are no function of the counts."""
        del seed, progress  # a convex problem
        k = data.domain.size
        values, classes = np.unique(data.y[..., 0], return_inverse=True)
        most, many = budgets.COUNTS_LETTERS, budgets.COUNTS_VALUES
        if k > most or data.outputs > 1 or not 2 <= len(values) <= many:
            return Fit(None, 0, f"more than {most} letters, {many} values or one output")
        rows = slice(0, None, max(1, len(data) // budgets.COUNTS_SEQUENCES))
        index = letter_index(data.x[rows], data.domain)
        points, labels = _points(index, k, classes.reshape(data.y.shape[:2])[rows])
        if labels is None:
            return Fit(None, 0, "labels are no function of the counts of letters")
        scores, margin, steps = _scores(points, labels, len(values))
        if margin <= 0:
            return Fit(None, steps, "no linear scores of the counts give the labels")
        counts = points[:, :k].astype(np.int64)
        exact = integer_scores(scores[:, :k], counts, labels)
        network = _network(exact or _rescaled(scores / margin), values, data.domain)
        kind = "real" if exact is None else "integer"
        return Fit(network, steps, f"{kind} scores of counts at {len(points)} points")


def _points(
    index: Ints, letters: int, labels: NDArray[np.int64]
) -> tuple[Floats, NDArray[np.int64] | None]:
    """Distinct counts with a 1 appended, ``(n, letters + 1)``, and their labels if unique."""
    counts = (index[..., None] == np.arange(letters)).cumsum(axis=1)
    code = counts.reshape(-1, letters) @ (index.shape[1] + 1) ** np.arange(letters, dtype=object)
    _, first, inverse = np.unique(code.astype(str), return_index=True, return_inverse=True)
    flat = labels.reshape(-1)
    if (flat[first][inverse.reshape(-1)] != flat).any():
        return np.zeros((0, letters + 1)), None
    first = first[: budgets.COUNTS_POINTS]
    points = counts.reshape(-1, letters)[first].astype(np.float64)
    return np.hstack([points, np.ones((len(points), 1))]), flat[first]


def _scores(points: Floats, labels: NDArray[np.int64], classes: int) -> tuple[Floats, float, int]:
    """Weights ``(classes, columns)`` by Newton's method, their least margin, and the steps."""
    n, m = points.shape
    weights = np.zeros((classes, m))
    target = np.eye(classes)[labels]
    margin = -np.inf
    for step in range(budgets.COUNTS_NEWTON):
        logits = points @ weights.T
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        slope = ((share - target).T @ points / n).ravel() + _RIDGE * weights.ravel()
        curve = _RIDGE * np.eye(classes * m)
        for a, b in itertools.product(range(classes), repeat=2):
            part = share[:, a] * ((a == b) - share[:, b])
            curve[a * m : (a + 1) * m, b * m : (b + 1) * m] += (
                points.T @ (points * part[:, None]) / n
            )
        weights = weights - np.linalg.lstsq(curve, slope, rcond=1e-14)[0].reshape(classes, m)
        margin = _margin(points, labels, weights)
        if margin > 1.0:
            return weights, margin, step + 1
    return weights, margin, budgets.COUNTS_NEWTON


def _margin(points: Floats, labels: NDArray[np.int64], weights: Floats) -> float:
    """The least distance of the label's score above the other scores."""
    logits = points @ weights.T
    own = logits[np.arange(len(labels)), labels]
    logits[np.arange(len(labels)), labels] = -np.inf
    return float((own - logits.max(axis=1)).min())


def _rescaled(scores: Floats) -> Scores:
    """Scores with constants in the last column; pairs are compared in the middle of the margin."""
    constants = scores[:, -1]
    return Scores(scores[:, :-1], 0.5 - (constants[:, None] - constants[None, :]))


def _network(scores: Scores, values: NDArray[np.int64], domain: Domain) -> Network:
    """The network with counts as its state; margins of 1 make every comparison exactly 0 or 1."""
    k, v = domain.size, len(values)
    single = Domain(("x",), (0,), (k - 1,))
    first = np.eye(k)[0]
    table = np.eye(k)[:, 1:] - first[:, None]
    f = reading_letters(table_layers(np.eye(k), table, first, single), k, domain)
    rows, biases, wins, offset = [], [], [], np.full(v, -(v - 2.0))
    for a, b in itertools.combinations(range(v), 2):
        rows += [scores.weights[a] - scores.weights[b]] * 2
        biases += [1 - scores.thresholds[a, b], -scores.thresholds[a, b]]
        sign = np.eye(v)[a] - np.eye(v)[b]
        wins += [sign, -sign]
        offset[b] += 1
    g: Layers = (
        (np.array(rows), np.array(biases) + 0.0),
        (np.array(wins).T, offset),
        (values[None].astype(np.float64), np.zeros(1)),
    )
    return Network(f, g, np.zeros(k), domain.channels)
