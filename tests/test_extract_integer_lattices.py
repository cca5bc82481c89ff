"""Hermite and Smith forms, and the shortest way to write a linear combination."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.integer_lattice import lattice_basis, smith, solve_integers
from mips_verify.algebra.linear_form import combination
from mips_verify.extract.affine_system.coordinates import elementary, row_cost
from mips_verify.kernel.expr import evaluate, size, var
from tests.quick import examples

SMALL = st.integers(-6, 6)


@st.composite
def matrices(draw):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    return [[draw(SMALL) for _ in range(columns)] for _ in range(rows)]


def in_lattice(row, basis):
    """Whether ``row`` is an integer combination of an echelon basis."""
    row = list(row)
    for vector in basis:
        pivot = next(i for i, v in enumerate(vector) if v)
        q, rest = divmod(row[pivot], vector[pivot])
        if rest:
            return False
        row = [a - q * b for a, b in zip(row, vector, strict=True)]
    return not any(row)


@given(matrices())
def test_the_hermite_basis_spans_every_row(rows):
    basis = lattice_basis(rows)
    assert all(in_lattice(row, basis) for row in rows)
    assert len(basis) == np.linalg.matrix_rank(np.array(rows))


@given(matrices(), st.integers(0, 10**6))
def test_the_hermite_basis_depends_on_the_lattice_only(rows, seed):
    mixed = np.array(rows)
    rng = np.random.default_rng(seed)
    for _ in range(5):
        if len(rows) > 1:
            i, j = rng.choice(len(rows), size=2, replace=False)
            mixed[i] += rng.integers(-3, 4) * mixed[j]
    assert lattice_basis(mixed.tolist()) == lattice_basis(rows)


@given(matrices())
def test_the_smith_form_diagonalises_the_relations(rows):
    width = len(rows[0])
    factors, v = smith(rows, width)
    assert abs(round(np.linalg.det(v))) == 1
    image = np.array(rows) @ v
    for j, factor in enumerate(factors):
        assert not (image[:, j] % factor if factor else image[:, j]).any()
    positive = [f for f in factors if f]
    assert all(b % a == 0 for a, b in itertools.pairwise(positive))
    # the quotient has as many elements as the lattice has index
    if len(positive) == width:
        basis = lattice_basis(rows)
        assert np.prod(positive) == np.prod([row[i] for i, row in enumerate(basis)])


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(1, 4), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_integer_systems_are_solved_when_they_can_be(rows: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    A = rng.integers(-6, 7, size=(rows, k))
    y = A @ rng.integers(-5, 6, size=k)
    solution = solve_integers(A, y)
    assert solution is not None
    assert np.array_equal(A @ solution, y)


def test_an_integer_system_without_a_solution_has_none() -> None:
    assert solve_integers(np.array([[2, 4]]), np.array([3])) is None
    assert solve_integers(np.array([[1, 1], [1, 1]]), np.array([1, 2])) is None


@given(st.lists(SMALL, min_size=3, max_size=3), SMALL, st.lists(SMALL, min_size=3, max_size=3))
def test_a_combination_has_its_value_and_its_cost(coefficients, constant, values):
    names = ["a", "b", "c"]
    e = combination(coefficients, [var(n) for n in names], constant)
    wanted = sum(c * v for c, v in zip(coefficients, values, strict=True)) + constant
    assert evaluate(e, dict(zip(names, values, strict=True))) == wanted
    nodes = row_cost(np.array([coefficients]), np.array([constant]), np.ones(3, dtype=np.int64))
    assert nodes[0] == size(e)


def test_elementary_steps_come_with_their_inverses():
    steps = list(elementary(3))
    assert len(steps) == 2 * 6 + 3
    assert all((a @ b == np.eye(3)).all() for a, b in steps)
