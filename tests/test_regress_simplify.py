"""The simplifier keeps value and definedness, and finds the short forms it is there for."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import evaluate_batch
from mips_verify.algebra.simplify import complement, simplify
from mips_verify.kernel.expr import OPS, Expr, const, definedness, evaluate, size, var
from mips_verify.kernel.parse import parse
from mips_verify.kernel.z3 import to_z3
from mips_verify.regress.search.bank import Bank, Leaf
from tests.quick import examples

NAMES = ("x", "y", "z")
NUMBERS = st.integers(-3, 4)
DIVISORS = st.sampled_from([-3, -1, 1, 2, 3, 6])
LEAVES = st.one_of(st.sampled_from(NAMES).map(var), NUMBERS.map(const))
COMPARE = ("eq", "ne", "lt", "le", "gt", "ge")


def integers(depth: int, partial: bool = True) -> st.SearchStrategy[Expr]:
    if depth == 0:
        return LEAVES
    i, b = integers(depth - 1, partial), conditions(depth - 1, partial)
    operators = ["add", "sub", "mul", "min", "max"] + ["bitand", "bitor", "bitxor"] * partial
    choices = [
        LEAVES,
        st.builds(lambda op, p, q: Expr(op, (p, q)), st.sampled_from(operators), i, i),
        st.builds(
            lambda op, p, d: Expr(op, (p, const(d))),
            st.sampled_from(["mod", "floordiv"]), i, DIVISORS,
        ),
        st.builds(lambda op, p: Expr(op, (p,)), st.sampled_from(["neg", "abs"]), i),
        st.builds(lambda c: Expr("int", (c,)), b),
        st.builds(lambda c, p, q: Expr("if", (c, p, q)), b, i, i),
    ]  # fmt: skip
    if partial:
        entries = st.lists(NUMBERS, min_size=1, max_size=3).map(tuple)
        choices.append(st.builds(lambda p, v: Expr("table", (p,), v), i, entries))
    return st.one_of(choices)


def conditions(depth: int, partial: bool = True) -> st.SearchStrategy[Expr]:
    i = integers(max(0, depth - 1), partial)
    plain = st.builds(lambda op, p, q: Expr(op, (p, q)), st.sampled_from(COMPARE), i, i)
    entries = st.lists(NUMBERS, min_size=1, max_size=3).map(tuple)
    choices = [plain, st.builds(lambda p, v: Expr("in", (p,), v), i, entries)]
    if depth > 0:
        b = conditions(depth - 1, partial)
        choices.append(
            st.builds(lambda op, p, q: Expr(op, (p, q)), st.sampled_from(["and", "or"]), b, b)
        )
        choices.append(st.builds(lambda p: Expr("not", (p,)), b))
    return st.one_of(choices)


EXPRESSIONS = st.one_of(integers(4), conditions(3))
VALUES = st.lists(
    st.tuples(*(st.integers(-6, 6) for _ in NAMES)), min_size=8, max_size=8, unique=True
)


def outcome(e: Expr, env: dict[str, int]) -> int | None:
    """The value, or None where there is none."""
    try:
        return evaluate(e, env)
    except ValueError:
        return None


@settings(max_examples=examples(350), deadline=None)
@given(EXPRESSIONS, VALUES)
def test_value_and_definedness_are_kept(e: Expr, points: list[tuple[int, ...]]) -> None:
    short = simplify(e)
    assert short.sort == e.sort
    assert size(short) <= size(e)
    for point in points:
        env = dict(zip(NAMES, point, strict=True))
        assert outcome(short, env) == outcome(e, env)


def assert_equal_on_a_grid(e: Expr) -> None:
    short = simplify(e)
    for x, y in itertools.product(range(-3, 4), repeat=2):
        env = {"x": x, "y": y}
        assert evaluate(short, env) == evaluate(e, env), f"{e} -> {short} at {env}"


@pytest.mark.parametrize("op", COMPARE)
def test_comparisons_with_numbers_on_both_sides(op: str) -> None:
    symbol = OPS[op].symbol
    for i, j in itertools.product(range(-2, 3), repeat=2):
        for text in (
            f"x + {i} {symbol} y + {j}",
            f"{i} - x {symbol} {j} - y",
            f"x - y {symbol} {j}",
            f"x + {i} {symbol} {j}",
            f"{i} {symbol} 2 * x - y",
            f"int(x < {i}) {symbol} {j}",
        ):
            assert_equal_on_a_grid(parse(text))
            assert_equal_on_a_grid(parse(f"int(not {text})"))


@pytest.mark.parametrize("first", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("second", ["<", "<=", ">", ">="])
def test_comparisons_that_share_a_side(first: str, second: str) -> None:
    lefts = (f"x {first} y", f"y {first} x")
    rights = (f"z {second} y", f"y {second} z")
    for left, right, word in itertools.product(lefts, rights, ("and", "or")):
        e = parse(f"int({left} {word} {right})")
        short = simplify(e)
        for values in itertools.product(range(3), repeat=3):
            env = dict(zip("xyz", values, strict=True))
            assert evaluate(short, env) == evaluate(e, env), f"{e} -> {short} at {env}"


@pytest.mark.parametrize("m", [-4, -2, 2, 3, 4, 6])
def test_divisions_of_divisions(m: int) -> None:
    for p, k in itertools.product([-3, 2, 3, 4, 6, 12], [-5, -1, 1, 3]):
        for text in (
            f"(x % {p} + {k} * y) % {m}",
            f"({k} * x - 3 * (y % {p}) + 7) % {m}",
            f"x % {p} % {m}",
            f"x // {p} // {m}",
            f"(x // {p} * {k}) % {m}",
        ):
            assert_equal_on_a_grid(parse(text))


def test_conditionals_that_share_branches_or_fold() -> None:
    tests = ["x < y", "x >= 0", "x <= -1", "y == x", "x in (0, 2)"]
    leaves = ["x", "y", "-x", "0"]
    for c, d in itertools.product(tests, repeat=2):
        for p, q in itertools.permutations(leaves, 2):
            assert_equal_on_a_grid(parse(f"{p} if {c} else {q}"))
            for text in (
                f"({p} if {d} else {q}) if {c} else {q}",
                f"({p} if {d} else {q}) if {c} else {p}",
                f"{p} if {c} else ({p} if {d} else {q})",
                f"{p} if {c} else ({q} if {d} else {p})",
                f"y - ({p} if {c} else {q})",
            ):
                assert_equal_on_a_grid(parse(text))


def test_extremes_inside_sums() -> None:
    for f, g in itertools.product(("min", "max"), repeat=2):
        for text in (
            f"x - {f}(y, x)",
            f"{f}(x, y) - x",
            f"y + 1 - {f}(x, y)",
            f"-{f}(x, y) + y",
            f"{f}(x, {g}(x, y)) - x",
            f"abs({f}(-x, y)) - {g}(x, y)",
        ):
            assert_equal_on_a_grid(parse(text))


def test_what_the_enumerator_builds_keeps_its_values() -> None:
    rng = np.random.default_rng(0)
    columns = {a: rng.integers(-6, 7, 12) for a in "xy"}
    leaves = [Leaf(var(a), v) for a, v in columns.items()]
    leaves += [Leaf(const(c), np.full(12, c)) for c in (0, 1, 2, 3)]
    bank = Bank(leaves, divisors=(2, 3), max_expressions=60_000)
    while bank.cost < 7:
        bank.grow()
    far = {a: rng.integers(-50, 50, 300) for a in "xy"}
    for i in rng.choice(len(bank.ints), 2000, replace=False):
        e = bank.int_expr(int(i))
        assert np.array_equal(evaluate_batch(simplify(e), far), evaluate_batch(e, far)), str(e)


@settings(max_examples=examples(120), deadline=None)
@given(conditions(3), VALUES)
def test_the_complement_is_the_negation(e: Expr, points: list[tuple[int, ...]]) -> None:
    for point in points:
        env = dict(zip(NAMES, point, strict=True))
        value = outcome(e, env)
        assert outcome(complement(e), env) == (None if value is None else 1 - value)


@settings(max_examples=examples(120), deadline=None)
@given(EXPRESSIONS, st.tuples(*(st.integers(0, 1) for _ in NAMES)))
def test_known_bits_are_used_only_on_bits(e: Expr, point: tuple[int, ...]) -> None:
    env = dict(zip(NAMES, point, strict=True))
    assert outcome(simplify(e, bits=NAMES), env) == outcome(e, env)


@settings(max_examples=examples(80), deadline=None)
@given(EXPRESSIONS)
def test_simplifying_twice_changes_nothing(e: Expr) -> None:
    once = simplify(e)
    assert simplify(once) == once


@settings(max_examples=examples(25), deadline=None)
@given(integers(2, partial=False))
def test_z3_finds_no_integer_where_the_value_changes(e: Expr) -> None:
    """For all integers, not only for the sampled ones."""
    env = {name: z3.Int(name) for name in NAMES}
    solver = z3.Solver()
    solver.set("rlimit", 2_000_000)
    solver.add(to_z3(e, env) != to_z3(simplify(e), env))
    assert solver.check() != z3.sat


@settings(max_examples=examples(25), deadline=None)
@given(conditions(2))
def test_z3_finds_no_integer_where_definedness_changes(e: Expr) -> None:
    env = {name: z3.Int(name) for name in NAMES}
    solver = z3.Solver()
    solver.set("rlimit", 2_000_000)
    solver.add(to_z3(definedness(e), env) != to_z3(definedness(simplify(e)), env))
    assert solver.check() != z3.sat


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("e - (x % 2 - 1)", "e + 1 - x % 2"),
        ("e + e + x", "2 * e + x"),
        ("1 - int(a < b)", "int(a >= b)"),
        ("a if a >= b else b", "max(a, b)"),
        ("x if x >= 0 else -x", "abs(x)"),
        ("int(x == 1 or x == 4)", "int(x in (1, 4))"),
        ("int(not (a < b and c < d))", "int(a >= b or c >= d)"),
        ("(x + 8) % 7", "(x + 1) % 7"),
        ("int(a < b and c < b)", "int(max(a, c) < b)"),
        ("int(b >= a and b >= c and b >= x)", "int(b >= max(max(a, c), x))"),
        ("int(a < b or c < b)", "int(min(a, c) < b)"),
        ("int(a < b and a < c)", "int(a < min(b, c))"),
        ("int(a > 1 and c > 1)", "int(a > 1 and c > 1)"),
        ("max(a, max(b, c))", "max(max(a, b), c)"),
        ("int(a < b and (c < 4 and x > 5))", "int(a < b and c < 4 and x > 5)"),
        ("(a % 7 + b * 6) % 7", "(a - b) % 7"),
        ("int(x + 1 > y)", "int(x >= y)"),
        ("int(a - b == 0)", "int(a == b)"),
        ("int(int(a == b) == 0)", "int(a != b)"),
        ("(p if a < b else q) if c < d else q", "p if c < d and a < b else q"),
        ("p if a < b else p", "p"),
        ("3 if 1 < 2 else x", "3"),
        ("a + (-b)", "a - b"),
        ("-(-x)", "x"),
        ("x // 2 // 3", "x // 6"),
        ("0 * x + y", "y"),
        ("0 * (1, 2)[x]", "0 * (1, 2)[x]"),
        ("min(x, x)", "x"),
        ("int(x - 1 < y)", "int(x <= y)"),
        ("-x if x <= -1 else x", "abs(x)"),
        ("(1, 2)[x] if (1, 2)[x] == y else y", "(1, 2)[x] if (1, 2)[x] == y else y"),
        ("int((1, 2)[x] == 0 and 1 > 2)", "int((1, 2)[x] == 0 and False)"),
        ("s - min(a, s)", "max(s - a, 0)"),
        ("(0 if e < 0 else 1 - 2 * x) + e", "e if e < 0 else e + 1 - 2 * x"),
        ("max(a, s) - s", "max(a - s, 0)"),
        ("int(x in (4, 1, 4))", "int(x in (1, 4))"),
        ("int(x in (3, 3))", "int(x == 3)"),
    ],
)
def test_short_forms(before: str, after: str) -> None:
    assert str(simplify(parse(before))) == after


def test_a_bit_is_its_own_truth() -> None:
    assert str(simplify(parse("int(x == 1) + int(y != 1)"), bits={"x", "y"})) == "x + 1 - y"
