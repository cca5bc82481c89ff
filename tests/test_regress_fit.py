"""Fits are exact on every row and as short as what was planted."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import evaluate_batch
from mips_verify.algebra.mealy import Mealy
from mips_verify.kernel.expr import names, size
from mips_verify.kernel.parse import parse
from mips_verify.regress.fit import fit
from mips_verify.regress.regression_budgets import Budget
from mips_verify.regress.shapes.symmetric import shared_sums
from tests.quick import examples

SMALL = Budget(max_leaves=5, max_expressions=30_000)


def table(rows: int, seed: int = 0, **widths: int | tuple[int, int]) -> dict[str, Ints]:
    """Random columns: ``x=7`` draws from 0..6, ``x=(-5, 5)`` from -5..4."""
    rng = np.random.default_rng(seed)
    ends = {a: w if isinstance(w, tuple) else (0, w) for a, w in widths.items()}
    return {a: rng.integers(low, high, rows) for a, (low, high) in ends.items()}


def assert_fits(columns: dict[str, Ints], target: Ints, most: int, **options: object) -> None:
    found = fit(columns, target, **options)  # type: ignore[arg-type]
    assert found is not None
    assert found.size == size(found.expr)
    assert names(found.expr) <= set(columns)
    assert np.array_equal(evaluate_batch(found.expr, columns), target)
    assert found.size <= most, str(found.expr)


PLANTED = [
    ("(2 * r + x) % 7", {"r": 7, "x": 2}),
    ("(2 * r + x) // 7", {"r": 7, "x": 2}),
    ("(x + w + c) // 5", {"x": 5, "w": 5, "c": 2}),
    ("(x + w + c) % 5", {"x": 5, "w": 5, "c": 2}),
    ("(r + x) // 15", {"r": 15, "x": 16}),
    ("max(z, x)", {"z": 100, "x": 100}),
    ("abs(x - x1)", {"x": (-100, 100), "x1": (-100, 100)}),
    ("abs(x) - abs(x1)", {"x": (-100, 100), "x1": (-100, 100)}),
    ("int(x == x1)", {"x": 8, "x1": 8}),
    ("x ^ x1 ^ x2 ^ x3", {"x": 2, "x1": 2, "x2": 2, "x3": 2}),
    ("int(x != x1 and x1 != x2)", {"x": 2, "x1": 2, "x2": 2}),
    ("int(fwd == rev)", {"fwd": 1000, "rev": 1000}),
    ("rev + pow * x", {"rev": 1000, "pow": 1000, "x": 2}),
    ("int(x in (0, 1, 4, 9, 16))", {"x": 20}),
    ("int(not x in (0, 1, 4, 9, 16))", {"x": 20}),
    ("s + int(x in (0, 4, 8, 14, 20))", {"s": 30, "x": 26}),
    ("s + 1 - x % 2", {"s": 20, "x": 10}),
    ("(s + (3, 1, 4, 1, 5, 9, 2, 6)[x]) % 11", {"s": 11, "x": 8}),
    ("d if d < 0 else d + 1 - 2 * x", {"d": (-6, 6), "x": 2}),
    ("x * w if a > b else x - w + 1", {"a": 10, "b": 10, "x": 10, "w": 10}),
    ("min(a, b) if x < w else x - w", {"a": 9, "b": 9, "x": 9, "w": 9}),
    ("(x * w + s) % 13", {"x": 13, "w": 13, "s": 13}),
    ("0 if a >= b else 1", {"a": 11, "b": 11}),
    ("0 if a >= b and a >= c else 1 if b >= c else 2", {"a": 11, "b": 11, "c": 11}),
    (
        "0 if a >= b and a >= c and a >= d else 1 if b >= c and b >= d else 2 if c >= d else 3",
        {"a": 11, "b": 11, "c": 11, "d": 11},
    ),
    ("3 if x in (1, 4) else 7 if x in (2, 9) else 0", {"x": 12}),
    ("(5, 3, 8, 1, 9, 2, 7)[x]", {"x": 7}),
    ("x // 10 + x % 10", {"x": 100}),
    ("(12, 1, 2, 3, 4, 1, 6, 1, 4, 3, 2, 1)[x % 12]", {"x": (1, 37)}),
    ("s + int(x % 7 in (2, 3, 6))", {"s": 30, "x": 26}),
    ("int(x >= 1) + int(x >= 4) + int(x >= 9) + int(x >= 16) + int(x >= 25)", {"x": 36}),
    ("17", {"x": 5}),
    ("3 * x - 2 * w + 40", {"x": (-50, 50), "w": (-50, 50)}),
    ("x + x1 + x2 + x3 + x4 + x5 + x6", {"x": 99} | {f"x{i}": 99 for i in range(1, 7)}),
]


@pytest.mark.parametrize(("text", "widths"), PLANTED)
def test_planted_formulas_come_back_no_longer(text: str, widths: dict[str, int]) -> None:
    columns = table(2000, **widths)
    planted = parse(text)
    assert_fits(columns, evaluate_batch(planted, columns), size(planted))


def test_the_text_is_what_a_reader_would_write() -> None:
    def text(planted: str, **widths: int | tuple[int, int]) -> str:
        columns = table(1500, **widths)
        found = fit(columns, evaluate_batch(parse(planted), columns))
        assert found is not None
        return str(found.expr)

    assert text("(r + r + x) % 7", r=7, x=2) == "(2 * r + x) % 7"
    assert text("1 - int(a >= b)", a=9, b=9) == "int(a < b)"
    assert text("x & w", x=2, w=2) == "x & w"
    assert text("x + (1 - w)", x=50, w=50) == "x + 1 - w"
    assert text("int(x in (3, 4, 5, 6, 7))", x=20) == "int(x >= 3 and x <= 7)"


SHAPES = st.sampled_from(
    [
        "{a} + {b} * {c}", "({a} - {b}) % {m}", "max({a}, {b} - {c})", "({a} + {b}) // {m}",
        "{a} if {b} < {c} else {b}", "abs({a} - {b}) + {c}", "int({a} == {b}) * {c}",
        "min({a} + {b}, {m})", "({a} * {b} + {c}) % {m}", "int({a} < {b} and {b} < {c})",
        "{m} - max({a}, {b})", "{a} - {b} // {m}", "int({a} % {m} == {b})",
    ]
)  # fmt: skip


@settings(max_examples=examples(12), deadline=None)
@given(SHAPES, st.permutations(["p", "q", "r"]), st.integers(2, 9), st.integers(0, 2**16))
def test_random_shapes_come_back_no_longer(shape: str, order: list[str], m: int, seed: int) -> None:
    columns = table(600, seed, p=10, q=10, r=10)
    planted = parse(shape.format(a=order[0], b=order[1], c=order[2], m=m))
    target = evaluate_batch(planted, columns)
    assert_fits(columns, target, size(planted), constants=(m,), budget=SMALL, seed=seed)


@settings(max_examples=examples(12), deadline=None)
@given(st.integers(2, 12), st.integers(1, 40), st.integers(0, 2**16))
def test_any_function_of_one_small_column_is_fitted(width: int, images: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, images, width)
    x = np.arange(width)
    # the table, or a sum that is one node longer and says more
    assert_fits({"x": x}, values[x], width + 3, budget=SMALL)


@settings(max_examples=examples(12), deadline=None)
@given(st.integers(2, 9), st.integers(-20, 20), st.integers(0, 2**16))
def test_a_function_of_quotient_and_remainder_is_no_longer_than_two_tables(
    base: int, low: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    x = np.arange(low, low + 6 * base)
    u, v = rng.integers(0, 50, 8), rng.integers(0, 50, base)
    target = u[x // base - low // base] + v[x % base]
    # both tables, what they are indexed by, and the shift of the first
    assert_fits({"x": x}, target, 8 + base + 11, budget=SMALL)


def test_a_majority_is_said_of_the_sum() -> None:
    bits = np.array(list(itertools.product((0, 1), repeat=6)))
    columns = {name: bits[:, i] for i, name in enumerate("abcdef")}
    majority = (bits[:, :5].sum(axis=1) >= 3).astype(np.int64)
    assert_fits(columns, majority ^ bits[:, 5], 15, budget=SMALL)
    weighed = columns | {"e": 2 * bits[:, 4]}  # the letter that counts double stays apart
    assert_fits(weighed, (bits[:, :4].sum(axis=1) + weighed["e"]) // 4, 12, budget=SMALL)


def test_inputs_that_may_be_exchanged_are_added_up() -> None:
    letters = np.array(list(itertools.product((0, 1), repeat=3)))
    total = np.arange(3)[:, None] + letters.sum(axis=1)
    machine = Mealy(("x", "w", "v"), letters, total // 2, (total % 2)[:, :, None])
    ((sum_, values),) = shared_sums(machine)
    assert str(sum_) == "x + w + v"
    assert np.array_equal(values, letters.sum(axis=1))
    biased = replace(machine, next=np.where(letters[:, 2] > 0, 1, machine.next))
    assert not list(shared_sums(biased))


def test_any_small_table_of_two_columns_is_fitted() -> None:
    rng = np.random.default_rng(1)
    e, x = (v.ravel() for v in np.indices((6, 3)))
    assert_fits({"e": e, "x": x}, rng.integers(0, 6, 18), 18 + 6, budget=SMALL)


def test_rows_that_contradict_each_other_have_no_fit() -> None:
    assert fit({"x": np.array([1, 2, 1])}, np.array([5, 6, 7])) is None


def test_what_is_too_long_for_the_budget_is_not_fitted() -> None:
    columns = table(3000, x=1000, w=1000)
    noise = np.random.default_rng(5).integers(0, 1000, 10**6)
    target = noise[1000 * columns["x"] + columns["w"]]
    assert fit(columns, target, budget=SMALL) is None


def test_a_tiny_budget_still_ends() -> None:
    columns = table(500, a=9, b=9, c=9)
    target = evaluate_batch(parse("(a * b + c * c) % 11 + max(a, c)"), columns)
    assert fit(columns, target, budget=Budget(2, 50)) is None


def test_one_row_and_no_column_are_constants() -> None:
    found = fit({}, np.array([4, 4]))
    assert found is not None
    assert str(found.expr) == "4"
    found = fit({"x": np.array([3])}, np.array([8]))
    assert found is not None
    assert found.method == "constant"


def test_the_same_seed_gives_the_same_fit() -> None:
    columns = table(1500, a=11, b=11, c=11)
    target = np.argmax([columns["a"], columns["b"], columns["c"]], axis=0)
    assert fit(columns, target, seed=3) == fit(columns, target, seed=3)


def test_the_order_of_rows_does_not_decide_whether_a_fit_is_right() -> None:
    columns = table(4000, x=50, w=50)
    order = np.lexsort((columns["w"], columns["x"]))  # long runs of equal targets
    columns = {a: v[order] for a, v in columns.items()}
    assert_fits(columns, evaluate_batch(parse("x // 7 + w % 3"), columns), 7, constants=(3, 7))


def test_an_offered_term_is_used() -> None:
    columns = table(1200, x=9, w=9, c=9, d=9)
    term = parse("(x * w + c) % 5")
    target = evaluate_batch(parse("max((x * w + c) % 5, d) * 3 + w"), columns)
    found = fit(columns, target, terms=(term,), constants=(3, 5), budget=SMALL)
    assert found is not None
    assert "(x * w + c) % 5" in str(found.expr) or "(c + x * w) % 5" in str(found.expr)


@pytest.mark.parametrize("count", [5])
def test_the_largest_of_many_counters_is_a_decision_list(count: int) -> None:
    columns = table(3000, **{f"c{i}": 11 for i in range(count)})
    target = np.argmax(list(columns.values()), axis=0)
    # one comparison for each pair of counters, one branch for each counter
    assert_fits(columns, target, 4 * count * (count - 1) // 2 + count + 3)
