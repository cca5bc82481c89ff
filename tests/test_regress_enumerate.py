"""The enumerator keeps one expression for each vector of values, and misses none."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import evaluate_batch
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import Expr, const, size, var
from mips_verify.regress.search.bank import Bank, Leaf
from mips_verify.regress.search.bitsets import pack, unpack
from tests.quick import examples

POINTS = 9
GRID = {
    "x": np.array([0, 1, 2, 3, 0, 1, 2, 3, 5]),
    "b": np.array([0, 0, 0, 0, 1, 1, 1, 1, 1]),
}


def bank_of(cost: int, budget: int = 50_000, **columns: np.ndarray) -> Bank:
    columns = columns or GRID
    points = len(next(iter(columns.values())))
    leaves = [Leaf(var(a), v) for a, v in columns.items()]
    leaves += [Leaf(const(c), np.full(points, c)) for c in (0, 1, 2)]
    bank = Bank(leaves, divisors=(2, 3), max_expressions=budget)
    while bank.cost < cost and not bank.exhausted:
        bank.grow()
    return bank


def brute_force(limit: int) -> list[Expr]:
    """All expressions of at most ``limit`` nodes over the same leaves, by plain recursion."""
    ints: dict[int, list[Expr]] = {1: [var("x"), var("b"), const(0), const(1), const(2)]}
    bools: dict[int, list[Expr]] = {1: []}
    for n in range(2, limit + 1):
        bools[n] = [
            Expr(op, (p, q))
            for op in ("eq", "ne", "lt", "le", "gt", "ge")
            for i in range(1, n - 1)
            for p, q in itertools.product(ints[i], ints[n - 1 - i])
        ]
        ints[n] = [Expr("int", (c,)) for c in bools[n - 1]]
        ints[n] += [Expr(op, (e,)) for op in ("abs", "neg") for e in ints[n - 1]]
        ints[n] += [
            Expr(op, (p, q))
            for op in ("add", "sub", "mul", "min", "max")
            for i in range(1, n - 1)
            for p, q in itertools.product(ints[i], ints[n - 1 - i])
        ]
        if n >= 3:
            ints[n] += [
                Expr(op, (p, const(d)))
                for op in ("mod", "floordiv") for d in (2, 3) for p in ints[n - 2]
            ]  # fmt: skip
        ints[n] += [
            Expr("if", (c, p, q))
            for i in range(1, n - 2)
            for c in bools[i]
            for j in range(1, n - 1 - i)
            for p, q in itertools.product(ints[j], ints[n - 1 - i - j])
        ]
    return [e for n in ints for e in ints[n]]


def test_every_small_expression_has_its_values_stored_at_no_higher_cost() -> None:
    bank = bank_of(5)
    costs = bank.ints.costs()
    stored = {v.tobytes(): int(c) for v, c in zip(bank.ints.values, costs, strict=True)}
    for e in brute_force(5):
        values = evaluate_batch(e, GRID).astype(bank.dtype)
        assert stored[values.tobytes()] <= size(e), str(e)


def test_expressions_have_the_values_and_costs_stored_for_them() -> None:
    bank = bank_of(6)
    costs = bank.ints.costs()
    for i in range(0, len(bank.ints), 7):
        e = bank.int_expr(i)
        assert np.array_equal(evaluate_batch(e, GRID), bank.ints.values[i])
        assert size(e) == costs[i]
    for i in range(0, len(bank.bools), 3):
        e = bank.bool_expr(i)
        truth = evaluate_batch(e, GRID).astype(np.bool_)
        assert np.array_equal(truth, unpack(bank.bools.values[i][None], POINTS)[0])
        assert size(e) == bank.bools.costs()[i]


def test_no_two_stored_expressions_agree_everywhere() -> None:
    bank = bank_of(6)
    assert len(np.unique(bank.ints.values, axis=0)) == len(bank.ints)
    assert len(np.unique(bank.bools.values, axis=0)) == len(bank.bools)
    assert bank.bools.values.any(1).all()


def test_bit_operators_are_used_on_bits_only() -> None:
    bits = {"p": np.array([0, 0, 1, 1, 0, 1]), "q": np.array([0, 1, 0, 1, 1, 1])}
    bank = bank_of(5, **bits)
    found = {str(bank.int_expr(i)) for i in range(len(bank.ints))}
    assert any("^" in text for text in found)
    mixed = bank_of(5, x=np.arange(6) + 2)
    found = {str(mixed.int_expr(i)) for i in range(len(mixed.ints))}
    assert not any(f"x {op}" in text for text in found for op in "&|^")


@pytest.mark.parametrize("budget", [10, 100, 1_000])
def test_the_budget_bounds_what_is_kept_and_what_is_tried(budget: int) -> None:
    bank = bank_of(9, budget=budget)
    assert bank.exhausted
    assert len(bank) <= budget + 5  # the leaves are always there
    longest_block = 1 << 19
    assert bank.work <= 16 * budget + 2 * longest_block


def test_the_same_leaves_give_the_same_bank() -> None:
    first, second = bank_of(6), bank_of(6)
    assert np.array_equal(first.ints.values, second.ints.values)
    assert [str(first.int_expr(i)) for i in range(200)] == [
        str(second.int_expr(i)) for i in range(200)
    ]


def test_values_beyond_the_bound_are_dropped() -> None:
    bank = bank_of(7, x=np.arange(POINTS) * 100)
    assert np.abs(bank.ints.values).max() <= bank.bound


def test_a_shared_term_enters_at_the_cost_it_is_offered_for() -> None:
    term = Expr("sub", (const(1), Expr("mul", (const(2), var("b")))))
    leaves = [Leaf(var("x"), GRID["x"]), Leaf(term, 1 - 2 * GRID["b"], cost=2)]
    bank = Bank(leaves)
    while bank.cost < 4:
        bank.grow()
    found = {str(simplify(bank.int_expr(i))) for i in range(len(bank.ints))}
    assert "x + 1 - 2 * b" in found


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(1, 150), st.integers(0, 2**32 - 1))
def test_masks_hold_one_bit_a_point(points: int, seed: int) -> None:
    truth = np.random.default_rng(seed).random((5, points)) < 0.5
    masks = pack(truth)
    assert masks.shape == (5, (points + 63) // 64)
    assert np.array_equal(unpack(masks, points), truth)


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(60, 140), st.integers(0, 2**32 - 1))
def test_masks_of_many_words_are_told_apart(points: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = {"x": rng.integers(0, 9, points), "y": rng.integers(0, 9, points)}
    bank = bank_of(5, **columns)
    for i in range(0, len(bank.bools), 17):
        truth = evaluate_batch(bank.bool_expr(i), columns).astype(np.bool_)
        assert np.array_equal(truth, unpack(bank.bools.values[i][None], points)[0])
