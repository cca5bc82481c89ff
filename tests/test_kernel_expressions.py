"""Expressions: types, values, definedness and text, operator by operator."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.errors import ExpressionError
from mips_verify.kernel.expr import (
    FALSE,
    OPS,
    TRUE,
    Expr,
    apply,
    children,
    conjoin,
    const,
    convert,
    definedness,
    disjoin,
    evaluate,
    names,
    negate,
    size,
    substitute,
    to_text,
    var,
)
from mips_verify.kernel.parse import parse
from tests.kernel_tools import exprs
from tests.quick import examples
from tests.strategies import SMALL, expressions

X, W = var("x"), var("w")
P, Q = parse("x == 1"), parse("w == 2")
BINARY = {
    "add": "+", "sub": "-", "mul": "*", "bitand": "&", "bitxor": "^", "bitor": "|",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
# one node of every kind, and its text
NODES = [
    (const(7), "7"), (const(-7), "-7"), (TRUE, "True"), (FALSE, "False"), (X, "x"),
    (Expr("neg", (X,)), "-x"), (Expr("abs", (X,)), "abs(x)"), (Expr("min", (X, W)), "min(x, w)"),
    (Expr("max", (X, W)), "max(x, w)"), (Expr("floordiv", (X, const(3))), "x // 3"),
    (Expr("mod", (X, const(-3))), "x % -3"), (Expr("int", (P,)), "int(x == 1)"),
    (Expr("in", (X,), (3, -1)), "x in (3, -1)"), (Expr("in", (X,), (3,)), "x in (3,)"),
    (Expr("table", (X,), (3, 4)), "(3, 4)[x]"), (Expr("table", (X,), (3,)), "(3,)[x]"),
    (Expr("not", (P,)), "not x == 1"), (Expr("and", (P, Q)), "x == 1 and w == 2"),
    (Expr("or", (P, Q)), "x == 1 or w == 2"), (Expr("if", (P, X, W)), "x if x == 1 else w"),
    *((Expr(op, (X, W)), f"x {symbol} w") for op, symbol in BINARY.items()),
]  # fmt: skip


@pytest.mark.parametrize(("e", "text"), NODES, ids=lambda v: str(v))
def test_every_operator_has_its_text_and_is_read_back(e: Expr, text: str) -> None:
    assert str(e) == to_text(e) == text
    assert parse(text) == e


def test_operators_bind_and_are_written_as_in_python() -> None:
    """9 is left to shifts and 13 to powers, which the language does not have."""
    atoms = ("const", "true", "false", "var", "abs", "min", "max", "int", "table")
    levels = {
        1: ("if",), 2: ("or",), 3: ("and",), 4: ("not",), 6: ("bitor",), 7: ("bitxor",),
        5: ("eq", "ne", "lt", "le", "gt", "ge", "in"), 8: ("bitand",), 10: ("add", "sub"),
        11: ("mul", "floordiv", "mod"), 12: ("neg",), 14: atoms,
    }  # fmt: skip
    assert {op: o.precedence for op, o in OPS.items()} == {
        op: level for level, ops in levels.items() for op in ops
    }
    symbols = BINARY | {"floordiv": "//", "mod": "%", "neg": "-", "not": "not ", "table": "[]"}
    symbols |= {"true": "True", "false": "False", "const": "", "var": ""}
    assert {op: o.symbol for op, o in OPS.items()} == {op: symbols.get(op, op) for op in OPS}


def test_every_operator_is_among_the_examples() -> None:
    assert {e.op for e, _ in NODES} == set(OPS)


def test_sorts_of_operators() -> None:
    truths = {"true", "false", "eq", "ne", "lt", "le", "gt", "ge", "in", "not", "and", "or"}
    assert {e.op for e, _ in NODES if e.sort == "bool"} == truths
    assert {e.sort for e, _ in NODES} == {"bool", "int"}


@pytest.mark.parametrize("op", sorted(set(OPS) - {"const", "var", "in", "table"}))
def test_arguments_of_the_wrong_sort_or_number_are_refused(op: str) -> None:
    right = next(e for e, _ in NODES if e.op == op).args
    other = {"int": P, "bool": X}
    for i, a in enumerate(right):
        wrong = (*right[:i], other[a.sort], *right[i + 1 :])
        wants = ", ".join(v.sort for v in right)
        found = ", ".join(v.sort for v in wrong)
        with pytest.raises(TypeError, match=re.escape(f"'{op}' takes ({wants}), not ({found})")):
            Expr(op, wrong)
    for wrong in (right[:-1], (*right, X)):
        if wrong != right:
            with pytest.raises(TypeError):
                Expr(op, wrong)
    with pytest.raises(
        TypeError, match=rf"^'{op}' takes {len(right)} arguments, not {len(right) + 1}$"
    ):
        apply(op, *right, X)


@pytest.mark.parametrize(("op", "symbol"), [("floordiv", "//"), ("mod", "%")])
def test_divisors_are_constants_other_than_0(op: str, symbol: str) -> None:
    for wrong in (X, const(0), Expr("neg", (const(2),))):
        with pytest.raises(TypeError, match=f"^'{symbol}' needs a constant divisor other than 0$"):
            Expr(op, (X, wrong))
    Expr("mul", (X, const(0)))


@pytest.mark.parametrize("op", ["in", "table"])
def test_tables_and_sets_have_entries(op: str) -> None:
    for wrong in (None, (), 3, "3"):
        with pytest.raises(TypeError, match=f"^'{op}' needs a non-empty tuple of integers$"):
            Expr(op, (X,), wrong)
    assert apply(op, P, value=(5,)).args == (Expr("int", (P,)),)


def test_constants_are_plain_integers() -> None:
    assert type(const(True).value) is int
    assert const(True) == const(1)


def test_conversions() -> None:
    assert convert(X, "int") is X
    assert convert(P, "bool") is P
    assert convert(P, "int") == Expr("int", (P,))
    assert convert(X, "bool") == Expr("ne", (X, const(0)))
    assert convert(Expr("int", (P,)), "bool") == P
    assert apply("add", P, X) == Expr("add", (Expr("int", (P,)), X))
    assert apply("and", X, P) == Expr("and", (Expr("ne", (X, const(0))), P))


def test_conjunction_and_disjunction() -> None:
    assert conjoin([]) == conjoin([TRUE, TRUE]) == TRUE
    assert disjoin([]) == disjoin([FALSE, FALSE]) == FALSE
    assert conjoin([TRUE, P, TRUE]) == disjoin([FALSE, P]) == P
    assert conjoin([P, FALSE]) == Expr("and", (P, FALSE))
    assert disjoin([P, TRUE]) == Expr("or", (P, TRUE))
    assert conjoin(iter([P, Q, P])) == Expr("and", (Expr("and", (P, Q)), P))
    assert disjoin(iter([P, Q, P])) == Expr("or", (Expr("or", (P, Q)), P))


def test_negation_is_never_double() -> None:
    assert negate(P) == Expr("not", (P,))
    assert negate(negate(P)) is P


def test_parents_come_before_their_children() -> None:
    e = parse("min(x, 3) + w")
    assert [str(n) for n in children(e)] == ["min(x, 3) + w", "min(x, 3)", "x", "3", "w"]
    assert names(e) == {"x", "w"}
    assert names(parse("3 + 4")) == frozenset()


@pytest.mark.parametrize(
    ("text", "nodes"), [("x", 1), ("x + 1", 3), ("x in (0, 1, 4)", 5), ("abs((7, 8)[x])", 5)]
)
def test_size_counts_nodes_and_entries(text: str, nodes: int) -> None:
    assert size(parse(text)) == nodes


def test_substitution_is_simultaneous_and_keeps_the_rest() -> None:
    e = parse("(5, 6)[x] + w * x")
    assert substitute(e, {"x": W, "w": X}) == parse("(5, 6)[w] + x * w")
    assert substitute(e, {}) == e
    assert substitute(TRUE, {"x": W}) is TRUE
    assert substitute(const(3), {"x": W}) == const(3)


VALUES = [
    ("x + w", 5, 2, 7), ("x - w", 5, 2, 3), ("x * w", 5, 2, 10), ("x // 3", -7, 0, -3),
    ("x // -3", 7, 0, -3), ("x % 3", -7, 0, 2), ("x % -3", 7, 0, -2), ("min(x, w)", 5, 2, 2),
    ("min(x, w)", 2, 5, 2), ("max(x, w)", 5, 2, 5), ("max(x, w)", 2, 5, 5), ("-x", 5, 0, -5),
    ("abs(x)", -5, 0, 5), ("abs(x)", 5, 0, 5), ("x in (0, 4)", 4, 0, 1), ("x in (0, 4)", 3, 0, 0),
    ("(7, 8, 9)[x]", 0, 0, 7), ("(7, 8, 9)[x]", 2, 0, 9), ("int(x == w)", 2, 2, 1),
    ("x if w else 9", 3, 1, 3), ("x if w else 9", 3, 0, 9), ("not x == w", 1, 1, 0),
    ("not x == w", 1, 2, 1), ("True", 0, 0, 1), ("False", 0, 0, 0), ("3", 0, 0, 3),
    *((f"x {op} w", a, b, eval(f"int({a} {op} {b})"))
      for op in BINARY.values() for a in (0, 1) for b in (0, 1)),
    *((f"x {op} w", a, b, eval(f"int({a} {op} {b})"))
      for op in ("==", "!=", "<", "<=", ">", ">=") for a, b in ((2, 5), (5, 2), (5, 5))),
    *((f"x == 1 {op} w == 1", a, b, int(eval(f"{bool(a)} {op} {bool(b)}")))
      for op in ("and", "or") for a in (0, 1) for b in (0, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "w", "value"), VALUES)
def test_values(text: str, x: int, w: int, value: int) -> None:
    found = evaluate(parse(text), {"x": x, "w": w})
    assert (found, type(found)) == (value, int)


UNDEFINED = [
    ("(7, 8)[x]", "index {x} outside the table of (7, 8)[x]", lambda x, w: x in (0, 1)),
    ("(7,)[x]", "index {x} outside the table of (7,)[x]", lambda x, w: x == 0),
    ("x & w", "'&' takes bits, not {x} and {w}", lambda x, w: {x, w} <= {0, 1}),
    ("x ^ w", "'^' takes bits, not {x} and {w}", lambda x, w: {x, w} <= {0, 1}),
    ("x | w", "'|' takes bits, not {x} and {w}", lambda x, w: {x, w} <= {0, 1}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says", "defined"), UNDEFINED)
def test_what_has_no_value_says_why(text: str, says: str, defined) -> None:
    for x, w in itertools.product((-1, 0, 1, 2), repeat=2):
        env = {"x": x, "w": w}
        assert evaluate(definedness(parse(text)), env) == defined(x, w)
        if defined(x, w):
            evaluate(parse(text), env)
        else:
            with pytest.raises(ValueError, match=f"^{re.escape(says.format(**env))}$"):
                evaluate(parse(text), env)


GUARDED = [
    "(7, 8)[x] if w == 1 else 0", "0 if w == 1 else (7, 8)[x]", "1 if (7, 8)[x] == 7 else w",
    "w == 1 and (7, 8)[x] == 7", "w == 1 or (7, 8)[x] == 7", "(7, 8)[x] == 7 and w == 1",
    "(7, 8)[x] == 7 or w == 1", "not (7, 8)[x] == 7", "(7, 8)[(0, 1)[x]] + (x & w)",
    "int(x == 1) & w", "int(x == 1) ^ int(w == 1)", "(3, 4)[x] in (3, 5)",
]  # fmt: skip


@pytest.mark.parametrize("text", GUARDED)
def test_definedness_follows_what_is_evaluated(text: str) -> None:
    e = parse(text)
    for x, w in itertools.product((-1, 0, 1, 2), repeat=2):
        env = {"x": x, "w": w}
        try:
            evaluate(e, env)
            has_value = 1
        except ValueError:
            has_value = 0
        assert evaluate(definedness(e), env) == has_value


def test_what_always_has_a_value_needs_no_condition() -> None:
    for text in (
        "x + w // 3",
        "x if x == 1 or w == 2 else 3",
        "x in (1, 2)",
        "int(x == 1) & int(w == 1)",
    ):
        assert definedness(parse(text)) == TRUE
    assert str(definedness(parse("x & 1"))) == "x in (0, 1) and 1 in (0, 1)"
    assert str(definedness(parse("(5, 6, 7)[w]"))) == "0 <= w and w < 3"


def nested() -> list[Expr]:
    """Every operator below every other, at every place."""
    found = []
    for (outer, _), (inner, _) in itertools.product(NODES, NODES):
        for i, a in enumerate(outer.args):
            if inner.sort == a.sort and (outer.op, inner.op) != ("neg", "const"):
                if outer.op == "not" and inner.op == "not":
                    continue
                if outer.op in ("floordiv", "mod") and i == 1:
                    continue
                found.append(
                    Expr(outer.op, (*outer.args[:i], inner, *outer.args[i + 1 :]), outer.value)
                )
    return found


def test_nested_operators_are_read_back() -> None:
    for e in nested():
        assert parse(str(e)) == e, e


def test_parentheses_are_only_written_where_they_are_needed() -> None:
    for e in nested():
        text = str(e)
        for found in re.finditer(r"(?<![a-z])\(([^(),]*(\([^()]*\))?[^(),]*)\)(?!\[)", text):
            bare = text[: found.start()] + found.group(1) + text[found.end() :]
            try:
                again = parse(bare)
            except ExpressionError:
                continue
            assert again != e, f"{text} could be {bare}"


@settings(max_examples=examples(60))
@given(expressions(("x", "w")), st.fixed_dictionaries({"x": SMALL, "w": SMALL}))
def test_text_means_the_same_in_python(e: Expr, env: dict[str, int]) -> None:
    assert int(eval(str(e), {}, dict(env))) == evaluate(e, env)
    assert parse(str(e)) == e
    assert evaluate(definedness(e), env) == 1


def test_expressions_are_values() -> None:
    assert len({*exprs("x + 1", "x + 1", "x + 2")}) == 2
    with pytest.raises(AttributeError):
        X.op = "const"  # type: ignore[misc]
