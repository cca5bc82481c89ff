"""An expression means the same as a tree, as text, in Python, in numpy and in Z3."""

import numpy as np
import pytest
import z3
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.algebra.batch import evaluate_batch
from mips_verify.errors import ExpressionError
from mips_verify.kernel.expr import (
    apply,
    const,
    convert,
    definedness,
    evaluate,
    names,
    size,
    substitute,
    var,
)
from mips_verify.kernel.parse import parse
from mips_verify.kernel.z3 import to_z3
from tests.strategies import SMALL, expressions

XW = st.fixed_dictionaries({"x": SMALL, "w": SMALL})


@given(expressions(("x", "w")))
def test_text_reads_back_as_the_same_tree(e):
    assert parse(str(e)) == e


def test_a_connective_on_the_right_keeps_its_parentheses():
    a, b, c = (parse(text) for text in ("x > 0", "w > 0", "x < w"))
    for op in ("and", "or"):
        left, right = apply(op, apply(op, a, b), c), apply(op, a, apply(op, b, c))
        assert parse(str(left)) == left
        assert parse(str(right)) == right


@given(expressions(("x", "w")), XW)
def test_text_means_the_same_in_python(e, env):
    assert int(eval(str(e), {}, dict(env))) == evaluate(e, env)


@given(expressions(("x", "w")), st.lists(XW, min_size=1, max_size=5))
def test_batches_agree_with_exact_evaluation(e, envs):
    columns = {n: np.array([env[n] for env in envs]) for n in ("x", "w")}
    assert evaluate_batch(e, columns).tolist() == [evaluate(e, env) for env in envs]


@given(expressions(("x", "w")), XW)
def test_z3_agrees_with_exact_evaluation(e, env):
    value = z3.simplify(to_z3(e, {n: z3.IntVal(v) for n, v in env.items()}))
    assert value.as_long() == evaluate(e, env)


@given(expressions(("x", "w")), XW, expressions(("x",), leaves=3))
def test_substitution_is_evaluation_with_another_value(e, env, by):
    replaced = substitute(e, {"w": by})
    assert "w" not in names(replaced)
    assert evaluate(replaced, env) == evaluate(e, env | {"w": evaluate(by, env)})


@given(st.lists(SMALL, min_size=1, max_size=4), SMALL, SMALL)
def test_definedness_says_exactly_when_evaluation_succeeds(entries, x, w):
    looked_up = apply("table", var("x"), value=tuple(entries))
    bits = apply("bitxor", var("x"), var("w"))
    guarded = apply("if", parse("x >= 0 and x < 2"), looked_up, const(7))
    shortcut = convert(apply("and", parse("w > 0"), apply("eq", looked_up, const(1))), "int")
    for e in (looked_up, bits, guarded, shortcut):
        env = {"x": x, "w": w}
        try:
            evaluate(e, env)
            succeeded = True
        except ValueError:
            succeeded = False
        assert bool(evaluate(definedness(e), env)) == succeeded


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("x + y", 5, "unknown name 'y'"),
        ("x // 0", 6, "division by zero"),
        ("x % w", 5, "constant"),
        ("x / 2", 1, "Div"),
        ("sqrt(x)", 1, "unknown function"),
        ("abs(x, w)", 1, "takes 1"),
        ("x and w", 1, "compare"),
        ("1.5 + x", 1, "not an integer"),
        ("x in 3", 6, "tuple"),
        ("__import__('os')", 1, "unknown function"),
        ("x.bit_length", 1, "not in the language"),
        ("(1, 2)[x](3)", 1, "unknown function"),
    ],
)
def test_text_outside_the_language_is_refused_with_its_column(text, column, says):
    with pytest.raises(ExpressionError, match=says) as caught:
        parse(text, {"x", "w"})
    assert caught.value.column == column


@pytest.mark.parametrize("text", ["(" * 500 + "x" + ")" * 500, "-" * 5000 + "x", "x" * 200_000])
def test_huge_or_deep_text_is_refused_not_fatal(text):
    with pytest.raises(ExpressionError):
        parse(text, {"x"})


def test_size_counts_nodes_and_entries():
    assert size(parse("x + 1")) == 3
    assert size(parse("int(x in (0, 1, 4))")) == 6


@pytest.mark.parametrize(
    ("text", "same"),
    [("x % 2 if x else 3", "x % 2 if x != 0 else 3"), ("(x == 1) + 1", "int(x == 1) + 1")],
)
def test_conversions_that_python_makes_silently_become_visible(text, same):
    assert str(parse(text)) == same
