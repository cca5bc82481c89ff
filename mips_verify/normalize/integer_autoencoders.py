"""The paper's integer autoencoders: affine maps under which hidden states become integers.

There are two finders. Both reduce vectors that generate the lattice of the states to a basis: the
linear finder uses the responses ``A^k B`` of a linear fit of the step, the GCD finder differences
of states. They are here for comparison with the paper; extraction itself uses
:mod:`mips_verify.extract.affine_system.integer_realisation`, which reads outputs without tolerance.
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

NEAR = 1e-2  # a coordinate this near to an integer counts as that integer
_NOISE = 1e-6  # a generator shorter than this share of the longest counts as zero
_TOLERANCE = 1e-3  # vectors shorter than this share of the shortest generator count as zero
_STATES = 400  # number of states whose differences are taken
_DIFFERENCES = 4_000  # number of differences used, most of them short
_REFINEMENTS = 64  # refinements of the lattice; each at least halves the volume of its cell
_ROWS = 20  # vectors off the lattice that are compared; the simplest of them refines it
_STEPS = 1_000  # largest number of subtractions that shorten a basis


@dataclass(frozen=True, slots=True, eq=False)
class IntegerLattice:
    """A lattice ``origin + z @ basis`` with integer rows ``z``, near which the states lie.

    Attributes:
        method: the name of the finder.
        origin: a state, ``(h,)``.
        basis: ``(r, h)``, r <= h.
        share: share of the given states whose coordinates are all near integers.
    """

    method: str
    origin: Floats
    basis: Floats
    share: float

    def coordinates(self, states: Floats) -> Floats:
        """Coordinates ``z`` of states ``(n, h)``, not rounded, ``(n, r)``."""
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
    """The lattice that differences of states ``(n, h)`` generate, short differences first.

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
    del seed  # no random choice
    before, after = (s.reshape(-1, s.shape[2]) for s in (states[:, :-1], states[:, 1:]))
    return linear_lattice(before, letters.reshape(-1, letters.shape[2]).astype(np.float64), after)


def _lattice_of_differences(states: Floats, letters: Ints, seed: int) -> IntegerLattice:
    del letters  # only states are compared
    return gcd_lattice(states.reshape(-1, states.shape[2]), seed)


# from a finder's name on the command line to a function of states (n, steps + 1, h), letters, seed
LATTICE_FINDERS: dict[str, Callable[[Floats, Ints, int], IntegerLattice]] = {
    "linear": _lattice_of_steps,
    "gcd": _lattice_of_differences,
}


def generated(generators: Floats) -> tuple[Floats, float]:
    """A basis ``(r, h)`` of the lattice that vectors ``(n, h)`` generate, and its tolerance.

    The first basis consists of independent vectors, short ones first. A vector with fractions as
    coordinates refines the lattice; Euclid's algorithm on coordinates and denominators (continued
    fractions, then Hermite normal form) is exact, so rounding errors do not grow. Vectors with a
    coordinate near no simple fraction are left out; vectors shorter than the tolerance count as 0.
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
    """The vectors that are linearly independent of those before them."""
    frame: Floats = np.zeros((0, vectors.shape[1]))
    for vector in vectors:
        if len(frame) == vectors.shape[1]:
            break
        rest = vector - _coordinates(vector[None], frame)[0] @ frame
        if np.linalg.norm(rest) > tolerance:
            frame = np.vstack([frame, vector])
    return frame


def _refined(cell: Exact, places: Floats) -> Exact | None:
    """The lattice generated by ``cell`` and by the row of ``places`` with the simplest fractions.

    Returns:
        a lattice of at most half the volume, or None if no row is off it by simple fractions.
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
    """Subtract integer multiples of basis vectors from others as long as that shortens a vector."""
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
