"""Networks that are affine in their state, as exact integer matrices.

The state is observed through the outputs: the network's answers after 1, 2, ... resting letters
are an affine function of the state, and the answers of all reachable states span an integer
lattice. Its Hermite basis gives integer coordinates ``z`` that start at 0. If the equations

    z' = A z + b(x),    y = C z + d(x)

do not hold exactly in them, there is no such system. ``b`` and ``d`` may be any functions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.algebra.integer_lattice import lattice_basis
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.equal_rows import distinct
from mips_verify.extract.oracle import Letter
from mips_verify.extract.study import Study

LARGEST = 2**40  # larger entries might overflow


@dataclass(frozen=True, slots=True, eq=False)
class AffineSystem:
    """``z' = A z + b(x)``, ``y = C z + d(x)``, started at ``z = 0``.

    Attributes:
        A: ``(r, r)``.
        C: ``(outputs, r)``.
        letters: the letters that were observed, ``(m, channels)``.
        b: ``(m, r)``, one row per letter.
        d: ``(m, outputs)``.
    """

    A: Ints
    C: Ints
    letters: Ints
    b: Ints
    d: Ints

    @property
    def rank(self) -> int:
        """Number of state variables."""
        return int(self.A.shape[0])


def affine_system(study: Study) -> AffineSystem | None:
    """The affine system that a network computes, or ``None`` if there is none."""
    oracle = study.oracle
    steps = oracle.dimension
    rays = [(oracle.resting_letter(),) * k for k in range(1, steps + 1)]
    # a step and the rays after it must stay within the horizon
    last = oracle.horizon - steps - 1
    if last < 1:
        study.note("the horizon is too short to observe a state")
        return None
    states = _reachable(study, last)
    answers = oracle.signatures(states, rays)
    start = oracle.signatures(oracle.network.start(1), rays)[0]
    if np.abs(answers).max() > LARGEST:
        study.note("outputs grow beyond 40 bits")
        return None
    basis = _spanning_basis(answers - start)
    if not len(basis):
        study.note("no letter leaves a trace in the state")
        return None
    return _system(study, states, rays, start, basis)


def _reachable(study: Study, last: int) -> Floats:
    """Random states that are reached by at most ``last`` letters."""
    rng = study.rng()
    few = rng.permutation(len(study.evidence))[: max(1, budgets.AFFINE_ROWS // last)]
    hidden, _ = study.oracle.network.run(study.evidence[few, :last])
    pool = hidden.reshape(-1, hidden.shape[2])
    return pool[rng.permutation(len(pool))[: budgets.AFFINE_ROWS]]


def _spanning_basis(rows: Ints) -> Ints:
    """Hermite basis of the lattice of ``rows``: add rows outside it until none is outside."""
    rows = rows[distinct(rows)[0]]
    kept = rows[:24].tolist()
    while True:
        basis = lattice_basis(kept)
        if not basis or (len(basis) == rows.shape[1] and max(map(max, basis)) <= 1):
            return np.array(basis, dtype=np.int64).reshape(len(basis), rows.shape[1])
        matrix = np.array(basis, dtype=object)
        if max(abs(int(v)) for v in matrix.ravel()) > LARGEST:
            return np.zeros((0, rows.shape[1]), dtype=np.int64)
        hermite = matrix.astype(np.int64)
        outside = np.nonzero(coordinates(rows, hermite)[1])[0]
        if not len(outside):
            return hermite
        kept = [*basis, *rows[outside[:24]].tolist()]


def coordinates(rows: Ints, basis: Ints) -> tuple[Ints, Ints]:
    """Integer coordinates ``z`` of ``rows`` in an echelon ``basis`` by exact elimination.

    Returns:
        ``z`` ``(n, r)`` and, for each row, the sum of the absolute residue: 0 if
        ``z @ basis`` is the row.
    """
    rest = rows.astype(np.int64).copy()
    z = np.zeros((len(rows), len(basis)), dtype=np.int64)
    for i, vector in enumerate(basis):
        pivot = int(np.nonzero(vector)[0][0])
        z[:, i] = rest[:, pivot] // vector[pivot]
        rest -= z[:, i : i + 1] * vector
    return z, np.abs(rest).sum(axis=1)


def _system(
    study: Study, states: Floats, rays: list[tuple[Letter, ...]], start: Ints, basis: Ints
) -> AffineSystem | None:
    """Read every chosen letter in every chosen state, and solve for the matrices."""
    oracle = study.oracle
    letters = oracle.letters(study.rng(), budgets.AFFINE_LETTERS)
    chosen = np.concatenate([oracle.network.start(1), states[: budgets.AFFINE_SOURCES - 1]])
    z, _ = coordinates(oracle.signatures(chosen, rays) - start, basis)
    before = np.repeat(chosen, len(letters), axis=0)
    letter = np.tile(letters, (len(chosen), 1))
    after = oracle.network.step(before, letter)
    z_after, residue = coordinates(oracle.signatures(after, rays) - start, basis)
    answers = oracle.network.read(after)
    if residue.any():
        study.note("a step leaves the lattice of the states")
        return None
    shape = (len(chosen), len(letters), -1)
    A, b = _solve(z, z_after.reshape(shape))
    C, d = _solve(z, answers.reshape(shape))
    if A is None or C is None or b is None or d is None:
        study.note(f"no integer matrix explains a step in {len(basis)} coordinates")
        return None
    return AffineSystem(A, C, letters, b, d)


def _solve(z: Ints, value: Ints) -> tuple[Ints, Ints] | tuple[None, None]:
    """``M`` and ``offset`` with ``value[i, j] == M z[i] + offset[j]`` for all i and j, exactly.

    The offsets cancel in the differences to the start state, whose ``z`` is 0.
    """
    moved = (value - value[:1])[1:, 0]
    solution = np.linalg.lstsq(z[1:].astype(np.float64), moved.astype(np.float64), rcond=None)[0]
    if not np.isfinite(solution).all() or np.abs(solution).max(initial=0.0) > LARGEST:
        return None, None
    M = np.rint(solution).astype(np.int64).T
    offset = value - (z @ M.T)[:, None, :]
    if (offset != offset[:1]).any():
        return None, None
    return M, offset[0]
