"""Affine fits are exact over the integers, sparse when columns depend on each other."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import evaluate_batch
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import size
from mips_verify.regress.fit import fit
from mips_verify.regress.regression_budgets import Budget
from mips_verify.regress.shapes.affine import affine_expr, fit_affine
from mips_verify.regress.shapes.modular import exclusive_or, fit_modular
from mips_verify.regress.shapes.quotient import fit_quotient
from tests.quick import examples

COEFFICIENTS = st.lists(st.integers(-9, 9), min_size=2, max_size=6)
SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=examples(80), deadline=None)
@given(COEFFICIENTS, SEEDS)
def test_planted_coefficients_come_back(planted: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = rng.integers(-100, 100, size=(200, len(planted) - 1))
    target = columns @ np.array(planted[:-1]) + planted[-1]
    found = fit_affine(columns, target)
    assert found is not None
    assert found.tolist() == planted


@settings(max_examples=examples(60), deadline=None)
@given(COEFFICIENTS, SEEDS)
def test_dependent_columns_still_give_an_exact_fit_that_is_no_longer(
    planted: list[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    base = rng.integers(-20, 20, size=(150, len(planted) - 1))
    columns = np.concatenate([base, base[:, :1] + base[:, -1:], 2 * base[:, :1] + 1], axis=1)
    target = base @ np.array(planted[:-1]) + planted[-1]
    found = fit_affine(columns, target)
    assert found is not None
    assert np.array_equal(columns @ found[:-1] + found[-1], target)
    assert np.count_nonzero(found) <= np.count_nonzero(planted)


def test_a_sum_that_is_a_column_is_that_column() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 50, size=(2, 300))
    found = fit_affine(np.stack([a, b, a + b], axis=1), a + b + 3)
    assert found is not None
    assert found.tolist() == [0, 0, 1, 3]


def test_integers_are_found_where_real_least_squares_has_halves() -> None:
    u = np.arange(-30, 30)
    found = fit_affine(np.stack([6 * u, 10 * u, 15 * u], axis=1), u)
    assert found is not None
    assert found @ [6, 10, 15, 0] == 1


def test_what_is_not_affine_is_refused() -> None:
    x = np.arange(-50, 50)
    assert fit_affine(x[:, None], np.abs(x)) is None
    assert fit_affine(2 * x[:, None], x + 1 - 1) is None  # a half is no integer
    almost = 3 * x + 1
    almost[77] += 1
    assert fit_affine(x[:, None], almost) is None


def test_ordered_rows_that_agree_at_first_do_not_mislead() -> None:
    x = np.concatenate([np.zeros(5000, dtype=np.int64), np.arange(5)])
    found = fit_affine(x[:, None], 4 * x + 2)
    assert found is not None
    assert found.tolist() == [4, 2]


@settings(max_examples=examples(60), deadline=None)
@example(planted=[0, 0, 0, 0, 1, 0], m=30, seed=0)  # beyond 64 bits before it is reduced
@given(COEFFICIENTS, st.integers(2, 30), SEEDS)
def test_planted_remainders_come_back(planted: list[int], m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = rng.integers(-40, 40, size=(400, len(planted) - 1))
    target = (columns @ np.array(planted[:-1]) + planted[-1]) % m
    found = fit_modular(columns, target, m)
    assert found is not None
    assert np.array_equal((columns @ found[:-1] + found[-1]) % m, target)
    assert np.abs(found).max() * 2 <= m


def test_what_is_not_affine_modulo_m_is_refused() -> None:
    x, w = np.divmod(np.arange(49), 7)
    assert fit_modular(np.stack([x, w], axis=1), x * w % 7, 7) is None


@settings(max_examples=examples(80), deadline=None)
@given(COEFFICIENTS, SEEDS)
def test_the_text_of_a_fit_means_the_fit(planted: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = [f"x{i}" for i in range(len(planted) - 1)]
    env = {a: rng.integers(-9, 9, size=20) for a in names}
    e = affine_expr(names, np.array(planted))
    expected = sum(c * env[a] for a, c in zip(names, planted, strict=False)) + planted[-1]
    assert np.array_equal(evaluate_batch(e, env), expected)
    assert simplify(e) == e


def test_exclusive_or_flips() -> None:
    env = {"a": np.array([0, 0, 1, 1]), "b": np.array([0, 1, 0, 1])}
    assert evaluate_batch(exclusive_or(["a", "b"], 1), env).tolist() == [1, 0, 0, 1]
    assert evaluate_batch(exclusive_or(["a"], 0), env).tolist() == [0, 0, 1, 1]


@settings(max_examples=examples(40), deadline=None)
@given(COEFFICIENTS.filter(lambda c: any(c[:-1])), st.integers(2, 20), SEEDS)
def test_a_rounded_share_of_an_affine_function_is_found(
    planted: list[int], divisor: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    columns = rng.integers(-100, 100, size=(400, len(planted) - 1))
    target = (columns @ np.array(planted[:-1]) + planted[-1]) // divisor
    found = fit_quotient(columns, target)
    assert found is not None
    coefficients, m = found
    assert m <= divisor
    assert ((columns @ coefficients[:-1] + coefficients[-1]) // m == target).all()


def test_a_filter_with_a_shift_between_two_bounds_is_found() -> None:
    rows = np.random.default_rng(0).integers(-8, 8, size=(1500, 4))
    columns = {name: rows[:, i] for i, name in enumerate("abcd")}
    target = np.clip(rows @ np.array([1, 2, 2, 1]) // 8, -3, 2)
    found = fit(columns, target)
    assert found is not None
    assert (evaluate_batch(found.expr, columns) == target).all()
    assert found.method == "quotient"


def test_a_sum_between_two_bounds_is_written_without_a_division() -> None:
    rows = np.random.default_rng(0).integers(-8, 8, size=(1500, 3))
    columns = {name: rows[:, i] for i, name in enumerate("abc")}
    found = fit(columns, np.clip(rows @ np.array([1, 2, -1]), -9, 12))
    assert found is not None
    assert "//" not in str(found.expr)


@settings(max_examples=examples(5), deadline=None)
@given(st.integers(2, 16), st.integers(0, 9), st.sampled_from(["max", "min"]), SEEDS)
def test_the_larger_of_two_functions_is_found_though_values_are_rare(
    share: int, shift: int, op: str, seed: int
) -> None:
    rows = np.random.default_rng(seed).integers(0, 100, size=(3000, 2))
    columns = {"p": rows[:, 0], "x": rows[:, 1]}
    pick = np.maximum if op == "max" else np.minimum
    target = pick(rows[:, 0] - rows[:, 0] // share, rows[:, 1] + shift)
    found = fit(columns, target, budget=Budget(3, 2_000))
    assert found is not None
    assert (evaluate_batch(found.expr, columns) == target).all()
    assert size(found.expr) <= 11


def test_a_condition_is_no_quotient() -> None:
    h, t = (v.reshape(-1) for v in np.meshgrid([0, 1], np.arange(41)))
    found = fit({"h": h, "t": t}, ((t < 18) | (h == 1) & (t < 23)).astype(np.int64))
    assert found is not None
    assert "//" not in str(found.expr)
