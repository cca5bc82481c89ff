"""The parser: what the language has, what each refusal says and where, nothing evaluated."""

from __future__ import annotations

import ast

import pytest

from mips_verify.errors import ExpressionError
from mips_verify.kernel.expr import FALSE, TRUE, Expr, const, var
from mips_verify.kernel.parse import MAX_TEXT, Reader, parse

LANGUAGE = (
    "integers, names, + - *, // and % by a constant, comparisons, and or not, "
    "a if c else b, abs min max int, ^ & | on bits, x in (0, 1, 4), (3, 1, 2)[x]"
)
X, W = var("x"), var("w")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("  x + 1\n", "x + 1"),
        ("+x", "x"),
        ("+(x == 1)", "int(x == 1)"),
        ("-(x == 1)", "-int(x == 1)"),
        ("-3 + x", "-3 + x"),
        ("- 3", "-3"),
        ("--x", "--x"),
        ("not x", "not x != 0"),
        ("not not x", "x != 0"),
        ("x not in (1, 2)", "not x in (1, 2)"),
        ("x in [1, 2]", "x in (1, 2)"),
        ("x in {2, 1}", "x in (2, 1)"),
        ("x in (-1,)", "x in (-1,)"),
        ("[5, 6][x]", "(5, 6)[x]"),
        ("(5, 6)[x == 1]", "(5, 6)[int(x == 1)]"),
        ("(x == 1) in (0,)", "int(x == 1) in (0,)"),
        ("0 < x < w", "0 < x and x < w"),
        ("0 <= x == w > 1", "0 <= x and x == w and w > 1"),
        ("0 < x in (1, 2)", "0 < x and x in (1, 2)"),
        ("x > 0 and w > 0 and x < w", "x > 0 and w > 0 and x < w"),
        ("x > 0 or w > 0 or x < w", "x > 0 or w > 0 or x < w"),
        ("max(x, w, 3)", "max(max(x, w), 3)"),
        ("min(x, w, 3, 4)", "min(min(min(x, w), 3), 4)"),
        ("int(x)", "x"),
        ("int(x == 1)", "int(x == 1)"),
        ("abs(x == 1)", "abs(int(x == 1))"),
        ("x % 2 if x else 3", "x % 2 if x != 0 else 3"),
        ("(x == 1) + 1", "int(x == 1) + 1"),
        ("(x == 1) == (w == 1)", "int(x == 1) == int(w == 1)"),
        ("True", "True"),
        ("0x10", "16"),
    ],
)
def test_what_texts_mean(text: str, same: str) -> None:
    assert str(parse(text)) == same


def test_constants_are_trees_of_one_node() -> None:
    assert parse("-3") == const(-3)
    assert parse("True") == TRUE
    assert parse("False") == FALSE
    assert parse("7") == const(7)


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("y", 1, "unknown name 'y'; did you mean w or x?"),
        ("coumt + x", 1, "unknown name 'coumt'; did you mean count?"),
        ("x // 0", 6, "division by zero: the divisor is 0"),
        ("x % 0", 5, "division by zero: the divisor is 0"),
        ("x % w", 5, "the divisor of // and % must be a constant"),
        ("x // (1 + 1)", 7, "the divisor of // and % must be a constant"),
        ("1 + x / 2", 5, f"operator Div is not in the language ({LANGUAGE})"),
        ("x ** 2", 1, f"operator Pow is not in the language ({LANGUAGE})"),
        ("~x", 1, "'~' is not in the language; write 1 - x for a bit x"),
        ("x and w", 1, "'and' takes conditions; compare integers, as in x != 0"),
        ("x == 1 or w", 1, "'or' takes conditions; compare integers, as in x != 0"),
        ("1.5 + x", 1, "1.5 is not an integer"),
        ("x + 'a'", 5, "'a' is not an integer"),
        ("None", 1, "None is not an integer"),
        ("x in 3", 6, "a non-empty tuple of integers is needed here, as in (0, 1, 4)"),
        ("x in ()", 6, "a non-empty tuple of integers is needed here, as in (0, 1, 4)"),
        ("x in (0, w)", 6, "the entries of a table or a set must be integers"),
        ("(0, w)[x]", 1, "the entries of a table or a set must be integers"),
        ("x[1]", 1, "a non-empty tuple of integers is needed here, as in (0, 1, 4)"),
        ("x is w", 1, "'is' is not in the language; write =="),
        ("1 + sqrt(x)", 5, "unknown function 'sqrt'; there are abs, min, max, int, twice"),
        ("x.real()", 1, "unknown function 'x.real'; there are abs, min, max, int, twice"),
        ("abs(x, w)", 1, "abs() takes 1 argument(s), not 2"),
        ("abs()", 1, "abs() takes 1 argument(s), not 0"),
        ("int()", 1, "int() takes 1 argument(s), not 0"),
        ("int(x, 2)", 1, "int() takes 1 argument(s), not 2"),
        ("min(x)", 1, "min() takes at least 2 argument(s), not 1"),
        ("max()", 1, "max() takes at least 2 argument(s), not 0"),
        (f"min({'x, ' * 100})", 1, "min() takes at least 2 argument(s), not 100"),
        (f"max({'x, ' * 100})", 1, "max() takes at least 2 argument(s), not 100"),
        ("abs(x=1)", 1, "abs() takes plain arguments only"),
        ("max(*(1, 2))", 1, "max() takes plain arguments only"),
        ("twice(x, w)", 1, "one at a time"),
        ("x.y", 1, f"Attribute is not in the language, which has {LANGUAGE};"),
        ("[x for x in w]", 1, f"ListComp is not in the language, which has {LANGUAGE};"),
        ("(x := 1)", 2, f"NamedExpr is not in the language, which has {LANGUAGE};"),
        (
            "__import__('os')",
            1,
            "unknown function '__import__'; there are abs, min, max, int, twice",
        ),
    ],
)
def test_refusals_say_what_and_where(text: str, column: int, says: str) -> None:
    def twice(args):
        if len(args) != 1:
            raise ValueError("one at a time")
        return Expr("mul", (const(2), parse(args[0].id)))

    assert parse("twice(x)", {"x"}, {"twice": twice}) == parse("2 * x")
    with pytest.raises(ExpressionError) as caught:
        parse(text, ["w", "x", "count"] if "coumt" in text else ["w", "x"], {"twice": twice})
    assert (caught.value.message, caught.value.column, caught.value.text) == (says, column, text)


@pytest.mark.parametrize("name", ["min", "max"])
def test_up_to_99_arguments_are_taken(name: str) -> None:
    e = parse(f"{name}({', '.join(['x'] * 99)})")
    assert str(e).count(name) == 98


def test_calls_that_are_offered_come_before_the_language() -> None:
    assert parse("abs(x)", None, {"abs": lambda args: const(len(args))}) == const(1)


def test_any_name_is_known_where_none_are_given() -> None:
    assert parse("q + x") == parse("q + x", {"q", "x"})


@pytest.mark.parametrize(("known", "hint"), [((), ""), (("q", "a"), "; did you mean a or q?")])
def test_unknown_names_come_with_those_that_are_known(known, hint) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("xx", known)
    assert str(caught.value) == f"unknown name 'xx'{hint} at column 1 in 'xx'"


def test_at_most_three_names_are_offered_and_only_near_ones() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("count", ["counts", "coun", "county", "amount", "z", "counter"])
    assert caught.value.message.count(" or ") == 2
    assert "z" not in caught.value.message
    with pytest.raises(ExpressionError) as caught:
        parse("abcd", ["abyz", "abcx", "qqqq"])  # half alike, and more
    assert caught.value.message == "unknown name 'abcd'; did you mean abcx or abyz?"


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("x; w", 2, "invalid syntax"),
        ("x + $", 5, "invalid syntax"),
        ("(x", 1, "'(' was never closed"),
    ],
)
def test_what_is_no_expression_of_python_is_refused(text, column, says) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.message == f"not an expression ({says})"
    assert caught.value.text == text
    assert caught.value.column == column


def test_long_texts_are_refused_before_they_are_read() -> None:
    fits = "x" + " " * (MAX_TEXT - 2) + "+"
    with pytest.raises(ExpressionError, match="invalid syntax"):
        parse(fits)
    assert MAX_TEXT == 100_000
    with pytest.raises(ExpressionError) as caught:
        parse(fits + " ")
    assert str(caught.value) == "an expression has at most 100000 characters"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-" * 90_000 + "x", "not an expression (nested too deeply)"),
        ("x" + " + x" * 500, "nested too deeply"),
    ],
)
def test_deep_texts_are_refused_with_their_start(text: str, says: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.message, caught.value.text) == (says, text[:60])
    assert caught.value.column is None


def test_a_node_that_cannot_be_built_is_refused_with_its_column() -> None:
    node = ast.parse("1 + x % w", mode="eval").body
    assert isinstance(node, ast.BinOp)
    with pytest.raises(ExpressionError) as caught:
        Reader("1 + x % w", None, {})._build(node.right, "mod", X, W)
    says = "'%' needs a constant divisor other than 0"
    assert (caught.value.message, caught.value.column) == (says, 5)
