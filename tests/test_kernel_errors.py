"""Errors of users: one base class, exit codes, and where an expression went wrong."""

from __future__ import annotations

import pytest

from mips_verify import errors


@pytest.mark.parametrize(
    ("kind", "code"),
    [("ExpressionError", 2), ("MachineError", 2), ("TaskError", 2)],
)
def test_every_error_is_one_of_ours_and_has_its_exit_code(kind: str, code: int) -> None:
    found = getattr(errors, kind)("what was wrong")
    assert isinstance(found, errors.MipsVerifyError)
    assert found.exit_code == code
    assert str(found) == "what was wrong"


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ({}, "no"),
        ({"text": "a b"}, "no in 'a b'"),
        ({"column": 0}, "no at column 0"),
        ({"text": "a b", "column": 3}, "no at column 3 in 'a b'"),
    ],
)
def test_an_expression_error_says_where(known: dict, says: str) -> None:
    found = errors.ExpressionError("no", **known)
    assert str(found) == says
    assert (found.message, found.text) == ("no", known.get("text", ""))
    assert found.column is known.get("column")


def test_a_foreign_text_is_printed_on_one_line() -> None:
    assert errors.one_line("a\nb\x1b[31m\u2028ü \\x") == "a\\nb\\x1b[31m\\u2028ü \\x"
