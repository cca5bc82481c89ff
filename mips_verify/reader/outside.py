"""The error for a program that runs, but that cannot be read as a machine."""

from __future__ import annotations

import ast

from mips_verify.errors import MipsVerifyError


class OutsideSubset(MipsVerifyError):  # noqa: N818 - it says more than an Error would
    """A construct that the reader does not know to be safe; it never guesses.

    Attributes:
        line: where it stands, from 1.
        reason: one sentence.
    """

    def __init__(self, reason: str, where: ast.AST | int) -> None:
        self.line = where if isinstance(where, int) else int(getattr(where, "lineno", 1))
        self.reason = reason
        super().__init__(f"line {self.line}: {reason}")
