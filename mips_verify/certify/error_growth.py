"""How much an error in a hidden state hurts in later steps, on average over random words.

With J_k the derivative of the state k letters later, an error e now makes errors of mean square
``sum_k |J_k e|^2 = e' G e`` in all (an observability Gramian that reads every hidden value). States
that are near to one another in this metric stay so.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.certify import enclosures
from mips_verify.certify.certify_budgets import LIGHT_CELL, fewer_boxes
from mips_verify.certify.certifying import Certifying, Model
from mips_verify.certify.enclosures import Sets

WORDS: Final = 200  # fewer for wide networks
STEPS: Final = 40  # letters after which an error has died away, or never does
TINY: Final = 1e-7  # radius of the sets whose images give derivatives
MOST: Final = 50.0  # an error that grew beyond this counts as much: it may have to start anew


def metric(problem: Certifying) -> Floats:
    """A square root R of the Gramian, ``(hidden, hidden)``: the distance is ``|R e|``."""
    rng = np.random.default_rng(problem.seed)
    model, n = problem.model, problem.model.hidden
    count = fewer_boxes(WORDS, n, LIGHT_CELL)
    words = problem.domain.sample(count, 2 * STEPS, rng)
    h = model.start(count)
    ages = rng.integers(0, STEPS, count)
    for t in range(STEPS):
        h = np.where((t < ages)[:, None], model.step(h, words[:, t]), h)
    error = np.tile(np.eye(n), (count, 1, 1))
    gramian = np.eye(n)
    for t in range(STEPS, 2 * STEPS):
        h, jacobian = derivatives(model, h, words[:, t])
        error = jacobian @ error
        size = np.linalg.norm(error, axis=(1, 2), keepdims=True)
        error *= np.minimum(1.0, MOST / np.maximum(size, 1e-300))
        gramian += np.einsum("mij,mik->jk", error, error) / count
    values, vectors = np.linalg.eigh(gramian)
    root: Floats = (vectors * np.sqrt(np.maximum(values, 1.0))).T
    return root


def spread(problem: Certifying, root: Floats) -> float:
    """How far states on random words are from their mean, in the metric."""
    rng = np.random.default_rng(problem.seed)
    states, _ = problem.model.run(problem.domain.sample(64, 2 * problem.length, rng))
    away = (states[:, 1:] - states[:, 1:].mean(axis=(0, 1))) @ root.T
    return float(np.sqrt((away**2).sum(axis=2).mean()))


def derivatives(model: Model, h: Floats, letters: Ints) -> tuple[Floats, Floats]:
    """The next states ``(m, n)`` and their derivatives by the states, ``(m, n, n)``."""
    m, n = h.shape
    around = Sets(h, np.tile(TINY * np.eye(n), (m, 1, 1)), np.zeros((m, n)))
    after = enclosures.step(model, around, letters)
    jacobian: Floats = after.axes[:, :, :n] / TINY
    return after.centre, jacobian
