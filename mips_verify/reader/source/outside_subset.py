"""The error for a program that Python can run but that cannot be read as a machine."""

from __future__ import annotations

import ast

from mips_verify.errors import MipsVerifyError


class OutsideSubset(MipsVerifyError):  # noqa: N818 - it says more than an Error would
    """The reader does not know a construct to be safe; it never guesses.

    Attributes:
        line: the line of the construct, from 1.
        reason: why it cannot be read, in one sentence.
    """

    def __init__(self, reason: str, where: ast.AST | int) -> None:
        self.reason = reason
        self.place(where)

    def place(self, where: ast.AST | int) -> None:
        """Set the line of the construct."""
        self.line = where if isinstance(where, int) else int(getattr(where, "lineno", 1))
        self.args = (f"line {self.line}: {self.reason}",)


class Retry(OutsideSubset):
    """A construct that another reading with more steps or registers may be able to decide.

    Attributes:
        steps: how many first steps that reading executes one by one.
    """

    def __init__(self, reason: str, where: ast.AST | int, steps: int = 0) -> None:
        super().__init__(reason, where)
        self.steps = steps
