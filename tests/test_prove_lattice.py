"""Affine hulls: the relations found hold at the points, and only on their lattice."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.algebra.affine_hull import AffineLattice, Relation, span
from mips_verify.kernel.expr import evaluate, var
from mips_verify.prove.invariants.relations import linear, relation

NAMES = ("a", "b", "c")
POINTS = st.lists(st.tuples(*[st.integers(-6, 6)] * 3), min_size=1, max_size=5)
HUGE = 10**9


def relations(lattice: AffineLattice) -> list[Relation]:
    return lattice.equalities(range(3)) + lattice.congruences(HUGE)


@given(POINTS)
def test_relations_hold_at_every_point(points) -> None:
    for r in relations(span(points)):
        assert all(r.holds(p) for p in points)


@given(POINTS)
def test_relations_describe_the_lattice_and_no_more(points) -> None:
    lattice = span(points)
    found = relations(lattice)
    for p in itertools.product(range(-7, 8, 2), repeat=3):
        inside = lattice.join(p) is lattice
        assert all(r.holds(p) for r in found) == inside


@given(POINTS, st.randoms())
def test_the_order_of_points_does_not_matter(points, rng) -> None:
    shuffled = list(points)
    rng.shuffle(shuffled)
    a, b = span(points), span(shuffled)
    assert all(b.join(p) is b for p in points)
    for p in itertools.product(range(-4, 5, 2), repeat=3):
        assert (a.join(p) is a) == (b.join(p) is b)


@given(POINTS, st.tuples(*[st.integers(-9, 9)] * 3))
def test_joining_only_weakens(points, new) -> None:
    before = span(points)
    after = before.join(new)
    assert all(after.join(p) is after for p in [*points, new])
    for r in relations(after):
        assert all(r.holds(p) for p in points)


@given(POINTS)
def test_relations_written_as_expressions_mean_the_same(points) -> None:
    terms = [var(n) for n in NAMES]
    for r in relations(span(points)):
        e = relation(r, terms)
        for p in itertools.product((-3, 0, 4), repeat=3):
            assert bool(evaluate(e, dict(zip(NAMES, p, strict=True)))) == r.holds(p)


@given(st.lists(st.integers(-3, 3), min_size=3, max_size=3), st.integers(-3, 3))
def test_linear_terms_have_their_value(coefficients, constant) -> None:
    e = linear(coefficients, [var(n) for n in NAMES], constant)
    env = {"a": 5, "b": -7, "c": 11}
    values = zip(coefficients, env.values(), strict=True)
    assert evaluate(e, env) == sum(c * v for c, v in values) + constant


def test_equalities_are_solved_for_the_first_columns() -> None:
    points = [(2 * i + 1, i, j) for i in range(3) for j in range(3)]
    (r,) = span(points).equalities(range(3))
    assert str(relation(r, [var(n) for n in NAMES])) == "a == 2 * b + 1"


def test_a_congruence_is_found() -> None:
    (r,) = span([(i, j, (i + j) % 5) for i in range(9) for j in range(9)]).congruences(100)
    assert r.modulus == 5
    assert r.holds((3, 4, 2))
    assert not r.holds((3, 4, 3))


@pytest.mark.parametrize("largest", [4, 5])
def test_larger_moduli_are_left_out(largest: int) -> None:
    lattice = span([(i, 0, i % 5) for i in range(12)])
    assert len(lattice.congruences(largest)) == (largest >= 5)


def test_congruences_that_share_no_column_stand_apart() -> None:
    lattice = span([(n % 31, n % 37, n) for n in range(1500)])
    written = {str(relation(r, [var(n) for n in NAMES])) for r in lattice.congruences(HUGE)}
    assert written == {"(a - c) % 31 == 0", "(b - c) % 37 == 0"}


def test_a_modulus_that_concerns_the_same_columns_stays_whole() -> None:
    (r,) = span([(n % 30, 0, n) for n in range(100)]).congruences(HUGE)
    assert r.modulus == 30
