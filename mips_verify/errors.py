"""Every error that a user can cause, under one base class.

A message says what was wrong, where, and what to do about it. The command line prints it as one
sentence and exits with :attr:`MipsVerifyError.exit_code`.
"""

from __future__ import annotations


def one_line(text: str) -> str:
    """A foreign text with its control characters escaped; file names and cells may hold some."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class MipsVerifyError(Exception):
    """The base class; bad input or an impossible request, not a bug."""

    exit_code = 2


class ExpressionError(MipsVerifyError):
    """An expression outside the language, with the column at which that shows."""

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
