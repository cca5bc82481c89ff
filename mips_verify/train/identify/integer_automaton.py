"""A weighted automaton with integer weights, for labels that are integers.

What an automaton will answer to words is linear in its state. Where the answers are integers, the
answers of the states that words lead to span a lattice, which every letter maps into itself. In a
basis of this lattice all weights are integers (Fliess, J. Math. Pures Appl. 53, 1974: the integers
are a Fatou ring).
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.algebra.integer_lattice import insert
from mips_verify.train.identify.weighted_automaton import WeightedAutomaton

_NEAR = 1e-6  # how far from an integer an answer may be, as coefficients are rounded
_LARGEST = 2**40  # larger answers might lose digits


def in_integers(automaton: WeightedAutomaton) -> WeightedAutomaton:
    """The same automaton with integer weights; itself if it has them or none are found."""
    if _whole(automaton.start, automaton.A, automaton.C):
        return automaton
    answers = _answers(automaton)
    if answers is None:
        return automaton
    inverse = np.linalg.inv(answers)
    steps = answers @ automaton.A @ inverse
    basis = _spanned(answers @ automaton.start, steps)
    if basis is None or len(basis) < automaton.rank:
        return automaton
    to = np.linalg.inv(basis.T)  # from answers to coordinates
    parts = (to @ answers @ automaton.start, to @ steps @ basis.T, automaton.C @ inverse @ basis.T)
    if max(float(np.abs(part - np.rint(part)).max(initial=0.0)) for part in parts) > _NEAR:
        return automaton
    start, A, C = (np.rint(part) + 0.0 for part in parts)
    return WeightedAutomaton(start, A, C, automaton.certain)


def _whole(*parts: Floats) -> bool:
    return all(bool((part == np.rint(part)).all()) for part in parts)


def _answers(automaton: WeightedAutomaton) -> Floats | None:
    """Independent answers to words, short words first, as rows ``(n, n)``; None if too few are."""
    rows: Floats = np.zeros((0, automaton.rank))
    block = automaton.C
    while len(block) and len(rows) < automaton.rank:
        before = len(rows)
        for row in block:
            more = np.vstack([rows, row])
            if np.linalg.matrix_rank(more) == len(more):
                rows = more
        block = np.concatenate([rows[before:] @ a for a in automaton.A])
    return rows if len(rows) == automaton.rank else None


def _spanned(start: Floats, steps: Floats) -> Floats | None:
    """A basis, as rows, of the lattice of all states that the steps lead to from ``start``.

    Returns:
        None if some state is not an integer vector.
    """
    basis: tuple[tuple[int, ...], ...] = ()
    open_states = [start]
    while open_states:
        state = open_states.pop()
        whole: Ints = np.rint(state).astype(np.int64)
        if np.abs(state - whole).max() > _NEAR or np.abs(state).max() > _LARGEST:
            return None
        larger = insert(basis, whole.tolist())
        if larger is not basis:
            basis = larger
            open_states += list(steps @ whole.astype(np.float64))
    return np.array(basis, dtype=np.float64)
