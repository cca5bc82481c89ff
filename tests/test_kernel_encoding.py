"""Expressions in Z3: every operator means there what it means here."""

from __future__ import annotations

import itertools

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.kernel.expr import Expr, definedness, evaluate, var
from mips_verify.kernel.parse import parse
from mips_verify.kernel.z3 import Integers, to_z3
from tests.quick import examples
from tests.strategies import SMALL, expressions

TEXTS = [
    "3", "-3", "x", "-x", "x + w", "x - w", "x * w", "abs(x)", "min(x, w)", "max(x, w)",
    "x // 3", "x % 3", "x // -3", "x % -3", "x // 1", "x % 1", "x // -1", "x % -1",
    "x in (0, 4)", "x in (-2,)", "x == w", "x != w", "x < w", "x <= w", "x > w", "x >= w",
    "not x == w", "x == 1 and w == 1", "x == 1 or w == 1", "int(x == w)", "x if w == 1 else 7",
    "True", "False", "x & w", "x ^ w", "x | w", "(7, 8, 9)[x]", "(7, 7, 9, 9, 9)[x]", "(5,)[x]",
    "(5, 5, 5)[x]", "(4, 5, 6, 7, 8, 9)[x]", "(9, 9, 9, 4)[x]", "(1, 2)[x] + (3, 4)[x]",
]  # fmt: skip
VALUES = list(itertools.product(range(-7, 8), (-2, 0, 1, 3)))


@pytest.mark.parametrize("text", TEXTS)
def test_every_operator_means_the_same(text: str) -> None:
    e, ctx = parse(text), z3.Context()
    for x, w in VALUES:
        env = {"x": x, "w": w}
        if evaluate(definedness(e), env):
            inside = {name: z3.IntVal(value, ctx) for name, value in env.items()}
            found = z3.simplify(to_z3(e, inside, ctx))
            value = z3.is_true(found) if e.sort == "bool" else found.as_long()
            assert value == evaluate(e, env), env
            assert found.ctx is ctx


@pytest.mark.parametrize("text", TEXTS)
def test_open_formulas_mean_the_same(text: str) -> None:
    """The variables are free, as in a proof: no value contradicts the formula."""
    e, ctx = parse(text), z3.Context()
    env = Integers(ctx)
    formula = to_z3(e, env, ctx)
    solver = z3.Solver(ctx=ctx)
    for x, w in VALUES[::5]:
        if evaluate(definedness(e), {"x": x, "w": w}):
            value = evaluate(e, {"x": x, "w": w})
            said = formula == (bool(value) if e.sort == "bool" else value)
            solver.push()
            solver.add(env["x"] == x, env["w"] == w, z3.Not(said))
            assert solver.check() == z3.unsat
            solver.pop()


@settings(max_examples=examples(30))
@given(expressions(("x", "w")), st.fixed_dictionaries({"x": SMALL, "w": SMALL}))
def test_expressions_mean_the_same(e: Expr, env: dict[str, int]) -> None:
    ctx = z3.Context()
    inside = {name: z3.IntVal(value, ctx) for name, value in env.items()}
    assert z3.simplify(to_z3(e, inside, ctx)).as_long() == evaluate(e, env)


def test_without_a_context_the_main_one_is_used() -> None:
    found = z3.simplify(to_z3(parse("(2, 3)[x] + int(x == 1)"), {"x": z3.IntVal(1)}))
    assert (found.as_long(), found.ctx) == (4, z3.main_ctx())


def test_variables_are_made_once_in_their_context() -> None:
    ctx = z3.Context()
    env = Integers(ctx)
    assert env["x"] is env["x"]
    assert (str(env["x"]), env["x"].ctx, z3.is_int(env["x"])) == ("x", ctx, True)
    assert list(env) == ["x"]


def test_shared_nodes_are_translated_once() -> None:
    class Counted(dict):
        reads = 0

        def __getitem__(self, name):
            self.reads += 1
            return super().__getitem__(name)

    e, env = var("x"), Counted(x=z3.Int("x"))
    for _ in range(40):
        e = Expr("add", (e, e))
    to_z3(e, env)
    assert env.reads == 1


def test_constants_of_any_size_are_exact() -> None:
    big = 10**40
    assert to_z3(parse(str(-big)), {}).as_long() == -big


def test_long_tables_are_shallow() -> None:
    e = Expr("table", (var("x"),), tuple(range(1000)))
    formula, depth = to_z3(e, {"x": z3.Int("x")}), 0
    while z3.is_app(formula) and formula.num_args() == 3:
        formula, depth = formula.arg(1), depth + 1
    assert depth <= 10
