"""Every error that a user can cause, under one base class.

Each message says what was wrong, where, and what to do about it. The command line prints it as
one sentence and exits with :attr:`MipsVerifyError.exit_code`.
"""

from __future__ import annotations


def one_line(text: str) -> str:
    """Foreign text, such as a file name or a CSV cell, with control characters escaped."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class MipsVerifyError(Exception):
    """Bad input or an impossible request, never a bug; the base class of the other errors."""

    exit_code = 2


class ExpressionError(MipsVerifyError):
    """An expression outside the language, with the column of the first offence."""

    def __init__(self, message: str, *, text: str = "", column: int | None = None) -> None:
        self.message = message
        self.text = text
        self.column = column
        where = f" at column {column}" if column is not None else ""
        shown = f" in {text!r}" if text else ""
        super().__init__(f"{message}{where}{shown}")


class MachineError(MipsVerifyError):
    """A transition system that is not well formed."""


class TaskError(MipsVerifyError):
    """A task file or a task name that cannot be used."""
