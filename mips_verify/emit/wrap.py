"""Generated text with its long lines broken."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Final

_WIDTH: Final = 100


def wrapping(comment: str) -> Callable[[Callable[[], str]], str]:
    """A filter of templates that breaks long lines, except those that begin with ``comment``."""

    def wrapped(caller: Callable[[], str]) -> str:
        return "".join(f"{row}\n" for line in caller().splitlines() for row in rows(line))

    def rows(line: str) -> list[str]:
        if len(line) <= _WIDTH or line.startswith(comment):
            return [line]
        indent = " " * (len(line) - len(line.lstrip()))
        return textwrap.wrap(
            line.lstrip(),
            _WIDTH,
            initial_indent=indent,
            subsequent_indent=f"{indent}    ",
            break_long_words=False,
            break_on_hyphens=False,
        )

    return wrapped
