"""Conditions, last operators and decision lists agree with the points they were made from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import evaluate_batch
from mips_verify.kernel.expr import Expr, const, size, var
from mips_verify.kernel.parse import parse
from mips_verify.regress.search.bank import Bank, Leaf
from mips_verify.regress.search.bitsets import mask_of, population, unpack
from mips_verify.regress.search.branches import Branches
from mips_verify.regress.search.conditions import Separator
from mips_verify.regress.search.decision_list import decisions
from mips_verify.regress.search.last_operator import solutions
from tests.quick import examples

SEEDS = st.integers(0, 2**32 - 1)


def columns_of(seed: int, points: int = 40, width: int = 8) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {a: rng.integers(0, width, points) for a in "abc"}


def bank_over(columns: dict[str, np.ndarray], cost: int) -> Bank:
    points = len(next(iter(columns.values())))
    leaves = [Leaf(var(a), v) for a, v in columns.items()]
    leaves += [Leaf(const(c), np.full(points, c)) for c in (0, 1, 2)]
    bank = Bank(leaves, divisors=(2, 5))
    while bank.cost < cost:
        bank.grow()
    return bank


def truth(e: Expr, columns: dict[str, np.ndarray]) -> np.ndarray:
    return evaluate_batch(e, columns).astype(np.bool_)


@settings(max_examples=examples(30), deadline=None)
@given(SEEDS, st.floats(0.05, 0.95), st.floats(0, 0.8))
def test_conditions_are_true_and_false_where_they_should_be(
    seed: int, share: float, free: float
) -> None:
    columns = columns_of(seed)
    bank = bank_over(columns, 4)
    rng = np.random.default_rng(seed)
    wanted, ignored = rng.random(40) < share, rng.random(40) < free
    true, false = wanted & ~ignored, ~wanted & ~ignored
    if not true.any() or not false.any():
        return
    for cost, e in Separator.of(bank).separate(mask_of(true), mask_of(false)):
        values = truth(e, columns)
        assert values[true].all()
        assert not values[false].any()
        assert size(e) == cost


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("a < b and b < c", 7),
        ("a < b or b == c", 7),
        ("a != 0 and a < b and b <= c and c > 1", 15),
        ("a + b < c + 3", 7),
        ("a % 5 in (0, 3)", 6),
        ("a * b == c * c", 7),
        ("a >= 6", 3),
        ("not a in (1, 3, 6)", 6),
    ],
)
def test_planted_conditions_are_found_no_longer(text: str, most: int) -> None:
    columns = columns_of(11, points=300)
    bank = bank_over(columns, 4)
    wanted = truth(parse(text), columns)
    found = Separator.of(bank).separate(mask_of(wanted), mask_of(~wanted))
    assert found
    assert found[0][0] <= most


def test_conditions_beyond_the_limit_are_not_offered() -> None:
    columns = columns_of(11, points=300)
    wanted = truth(parse("a < b and b < c"), columns)
    bank = bank_over(columns, 3)
    true, false = mask_of(wanted), mask_of(~wanted)
    assert Separator.of(bank).separate(true, false)
    assert not Separator.of(bank, limit=6).separate(true, false)
    for limit in (8, 9, 12):
        found = Separator.of(bank, limit=limit).separate(true, false)
        assert found
        assert max(cost for cost, _ in found) < limit


@pytest.mark.parametrize(
    "text",
    [
        "(a + b) * (c - 1)", "abs(a - b)", "max(a - b, c % 2)", "min(a * a, b + c)",
        "(a * b + c * c) % 5", "(a + b) // 5", "a * b if a < c else c + 2",
        "int(a * b == c + 1)", "7 * a - 23", "a * b + 3 * c", "31 - a * b", "a * (b - c)",
        "(a - b) * int(a < c)", "int(a < b and b < c)",
    ],
)  # fmt: skip
def test_the_last_operator_is_solved_for(text: str) -> None:
    """Expressions of up to nine nodes from a bank of three."""
    columns = columns_of(5, points=120)
    planted = parse(text)
    target = evaluate_batch(planted, columns)
    found = solutions(bank_over(columns, 3), target, (2, 5))
    assert found
    assert found[0][0] <= size(planted)


@settings(max_examples=examples(25), deadline=None)
@given(SEEDS, st.integers(2, 9))
def test_solutions_have_the_target_values(seed: int, levels: int) -> None:
    columns = columns_of(seed, points=10)
    bank = bank_over(columns, 4)
    target = np.random.default_rng(seed).integers(0, levels, 10)
    costs = []
    for cost, e in solutions(bank, target, (2, 5, levels)):
        assert np.array_equal(evaluate_batch(e, columns), target), str(e)
        assert size(e) == cost
        costs.append(cost)
    assert costs == sorted(costs)


def test_bit_operators_join_bits() -> None:
    rng = np.random.default_rng(2)
    columns = {a: rng.integers(0, 2, 60) for a in "abc"}
    bank = bank_over(columns, 3)
    for text in ("a ^ b ^ c", "a & b & c", "a | b | c", "(a & b) ^ c"):
        target = evaluate_batch(parse(text), columns)
        assert solutions(bank, target, (2,))[0][0] <= 5, text


@settings(max_examples=examples(15), deadline=None)
@given(SEEDS, st.integers(2, 5))
def test_decision_lists_have_the_target_values(seed: int, levels: int) -> None:
    columns = columns_of(seed, points=14)
    target = np.random.default_rng(seed + 1).integers(0, levels, 14)
    for cost, e in decisions(bank_over(columns, 3), target):
        assert np.array_equal(evaluate_batch(e, columns), target), str(e)
        assert size(e) == cost


@pytest.mark.parametrize("names", ["ab", "abc"])
def test_the_place_of_the_largest_is_a_decision_list(names: str) -> None:
    columns = columns_of(3, points=200)
    target = np.argmax([columns[a] for a in names], axis=0)
    found = decisions(bank_over(columns, 3), target)
    assert found
    most = {"ab": 6, "abc": 15}[names]  # 0 if a >= b and a >= c else 1 if b >= c else 2
    assert found[0][0] <= most


def test_branches_know_where_they_are_right() -> None:
    columns = columns_of(8)
    bank = bank_over(columns, 3)
    target = np.random.default_rng(0).integers(0, 30, 40) % 4 + 20
    branches = Branches.of(bank, target, stored=len(bank.ints), distinct=50)
    assert {"20", "21", "22", "23"} <= {str(branches.expr(k)) for k in range(4)}
    for k in range(len(branches.positions)):
        right = unpack(branches.right[k][None], 40)[0]
        values = evaluate_batch(branches.expr(k), columns)
        assert np.array_equal(values == target, right)


def test_population_counts_points() -> None:
    rows = np.random.default_rng(4).random((6, 90)) < 0.3
    masks = np.stack([mask_of(r) for r in rows])
    assert population(masks).tolist() == rows.sum(1).tolist()
