"""The paper's integer autoencoders: affine maps under which hidden states become integers.

Both take vectors that generate the lattice of the states and reduce them to a basis: the linear
finder takes the responses ``A^k B`` of a linear fit of the step, the GCD finder takes differences
of states. :mod:`mips_verify.extract.affine_system.integer_realisation` reads outputs
instead of states and needs no tolerance; these two are here for comparison with the paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.algebra.integer_lattice import lattice_basis
from mips_verify.normalize.exact import Exact
from mips_verify.normalize.rationals import CLOSE, common_denominator

NEAR = 1e-2  # a coordinate this near to an integer counts as one
_NOISE = 1e-6  # share of the longest generator below which one counts as zero
_TOLERANCE = 1e-3  # share of the shortest generator above the noise that counts as zero
_STATES = 400  # states; all of their differences are taken
_DIFFERENCES = 4_000  # how many of these are used, most of them short
_REFINEMENTS = 64  # each at least halves the volume of the cell
_ROWS = 20  # vectors off the lattice that are compared; the simplest of them refines it
_STEPS = 1_000  # at most so many subtractions shorten a basis


@dataclass(frozen=True, slots=True, eq=False)
class IntegerLattice:
    """States are near ``origin + z @ basis`` with integer rows ``z``.

    Attributes:
        method: the finder.
        origin: a state, ``(h,)``.
        basis: ``(r, h)``, r <= h.
        share: the share of the given states whose coordinates all lie near integers.
    """

    method: str
    origin: Floats
    basis: Floats
    share: float

    def coordinates(self, states: Floats) -> Floats:
        """Coordinates ``z`` of states ``(n, h)``, before rounding, ``(n, r)``."""
        return _coordinates(states - self.origin, self.basis)


def linear_lattice(before: Floats, inputs: Floats, after: Floats) -> IntegerLattice:
    """The lattice that the inputs generate through a linear step.

    Args:
        before: states ``(n, h)``.
        inputs: the inputs read in these states, ``(n, channels)``.
        after: the next states, ``(n, h)``.
    """
    rows = np.hstack([before, inputs, np.ones((len(before), 1))])
    fit = np.linalg.lstsq(rows, after, rcond=None)[0].astype(np.float64)
    h = before.shape[1]
    A, block, bias = fit[:h], fit[h:-1], fit[-1]
    block = np.vstack(
        [block, before[0] @ A + bias - before[0]]
    )  # a step moves the state even without input
    generators = []
    for _ in range(h):
        generators.append(block)
        block = block @ A
    return _lattice("linear_lattice", np.vstack(generators), after)


def gcd_lattice(states: Floats, seed: int = 0) -> IntegerLattice:
    """The lattice that the differences of states ``(n, h)`` generate, short ones first.

    Short differences have small coordinates, in which rounding errors matter least.
    """
    few = np.random.default_rng(seed).permutation(states)[:_STATES]
    i, j = np.triu_indices(len(few), 1)
    differences = few[i] - few[j]
    sizes = np.linalg.norm(differences, axis=1)
    order = np.argsort(sizes, kind="stable")
    order = order[sizes[order] > _NOISE * sizes.max(initial=0.0)]
    spread = np.unique(np.geomspace(1, max(1, len(order)), _DIFFERENCES).astype(np.int64)) - 1
    return _lattice("gcd_lattice", differences[order[spread[: len(order)]]], states)


def _lattice_of_steps(states: Floats, letters: Ints, seed: int) -> IntegerLattice:
    del seed  # nothing is drawn
    before, after = (s.reshape(-1, s.shape[2]) for s in (states[:, :-1], states[:, 1:]))
    return linear_lattice(before, letters.reshape(-1, letters.shape[2]).astype(np.float64), after)


def _lattice_of_differences(states: Floats, letters: Ints, seed: int) -> IntegerLattice:
    del letters  # states alone are compared
    return gcd_lattice(states.reshape(-1, states.shape[2]), seed)


# by the name that a user gives; of states (n, steps + 1, h), the letters between, and a seed
LATTICE_FINDERS: dict[str, Callable[[Floats, Ints, int], IntegerLattice]] = {
    "linear": _lattice_of_steps,
    "gcd": _lattice_of_differences,
}


def generated(generators: Floats) -> tuple[Floats, float]:
    """A basis ``(r, h)`` of the lattice that vectors ``(n, h)`` generate, and its tolerance.

    The basis starts with independent vectors, short ones first. A vector whose coordinates are
    fractions makes the lattice finer; Euclid's algorithm on coordinates and denominators
    (continued fractions, then Hermite's form) is exact, so that rounding errors do not grow from
    one refinement to the next. Vectors with coordinates near no simple fraction are left out, and
    vectors shorter than the tolerance count as 0.
    """
    sizes = np.linalg.norm(generators, axis=1)
    order = np.argsort(sizes, kind="stable")
    order = order[sizes[order] > _NOISE * sizes.max(initial=0.0)]
    tolerance = _TOLERANCE * float(sizes[order[0]]) if len(order) else 0.0
    vectors = generators[order]
    frame = independent(vectors, tolerance)
    places = _coordinates(vectors, frame)
    cell = np.eye(len(frame), dtype=object)  # the lattice in coordinates of the frame, exact
    for _ in range(_REFINEMENTS):
        finer = _refined(cell, places)
        if finer is None:
            break
        cell = finer
    return size_reduced(cell.astype(np.float64) @ frame), tolerance


def independent(vectors: Floats, tolerance: float) -> Floats:
    """The vectors that are independent of those before them."""
    frame: Floats = np.zeros((0, vectors.shape[1]))
    for vector in vectors:
        if len(frame) == vectors.shape[1]:
            break
        rest = vector - _coordinates(vector[None], frame)[0] @ frame
        if np.linalg.norm(rest) > tolerance:
            frame = np.vstack([frame, vector])
    return frame


def _refined(cell: Exact, places: Floats) -> Exact | None:
    """The lattice of ``cell`` and of the row of ``places`` with the simplest fractions.

    Returns:
        a lattice of at most half the volume, or None when no row is off it by simple fractions.
    """
    z = places @ np.linalg.inv(cell.astype(np.float64))
    off = np.abs(z - np.rint(z)).max(axis=1, initial=0.0) > CLOSE
    exact = [(q, row) for row in z[off][:_ROWS] if (q := common_denominator(row))]
    if not exact:
        return None
    q, row = min(exact, key=lambda pair: pair[0])
    fractions = np.array([Fraction(int(v), q) for v in np.rint(q * row)], dtype=object)
    rows = np.vstack([cell, fractions @ cell])
    whole = math.lcm(*(Fraction(v).denominator for v in rows.ravel()))
    basis = lattice_basis([[int(v * whole) for v in row] for row in rows])
    return np.array([[Fraction(v, whole) for v in row] for row in basis], dtype=object)


def _lattice(method: str, generators: Floats, states: Floats) -> IntegerLattice:
    basis, tolerance = generated(generators)
    moved = states - states[0]
    z = _coordinates(moved, basis)
    whole = np.rint(z)
    near = (np.abs(z - whole) <= NEAR).all(axis=1)
    outside = np.abs(moved - z @ basis).max(axis=1) > tolerance
    return IntegerLattice(method, states[0], basis, float((near & ~outside).mean()))


def _coordinates(vectors: Floats, basis: Floats) -> Floats:
    return vectors @ np.linalg.pinv(basis) if len(basis) else np.zeros((len(vectors), 0))


def size_reduced(basis: Floats) -> Floats:
    """Subtract whole multiples of shorter vectors from longer ones while that shortens any."""
    basis = basis.copy()
    for _ in range(_STEPS):
        sizes = (basis**2).sum(axis=1)
        with np.errstate(divide="ignore"):
            multiples = np.rint(basis @ basis.T / sizes)
        np.fill_diagonal(multiples, 0.0)
        gain = np.abs(multiples) * sizes
        i, j = np.unravel_index(int(np.argmax(gain)), gain.shape) if gain.size else (0, 0)
        if not gain.size or gain[i, j] == 0:
            break
        basis[i] -= multiples[i, j] * basis[j]
    return basis
