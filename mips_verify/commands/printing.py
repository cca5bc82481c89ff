"""What is printed, and what it looks like on a terminal.

Where a stream is no terminal, or NO_COLOR is set, what is printed is plain: no colours, nothing
that moves, no control characters.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any, Final, TextIO

import click
from rich.console import Console
from rich.text import Text

from mips_verify.errors import one_line

SCHEMA: Final = 1  # of every JSON document that a command prints or writes; docs/terminal.md
DUMB: Final = ("dumb", "unknown")  # values of TERM: a terminal that cannot move its cursor
COLOURS: Final = {
    "green": ("PROVED",),
    "yellow": ("PROVED_UPTO", "UNKNOWN", "VACUOUS", "NO_PROGRAM", "STOPPED", "undecided"),
    "red": ("REFUTED", "WRONG", "ERROR", "FAILED"),
}


def is_live(stream: TextIO) -> bool:
    """Whether colours and moving parts may be written to a stream."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") in DUMB
    return stream.isatty() and not plain


def console_on(stream: TextIO, *, quiet: bool = False) -> Console:
    """A console that writes to a stream, plainly unless the stream is live; or nothing at all."""
    live = is_live(stream)
    return Console(file=stream, force_terminal=live, highlight=False, markup=False, quiet=quiet)


def coloured(text: str) -> Text:
    """``text`` with its verdicts in their colours, the same in every command."""
    found = Text(text)
    for colour, words in COLOURS.items():
        found.highlight_regex(rf"\b({'|'.join(words)})\b", colour)
    return found


def cut(text: str, width: int) -> str:
    """``text`` on one line of at most ``width`` characters; an ellipsis stands for the rest."""
    found = Text(one_line(text))
    found.truncate(width, overflow="ellipsis")
    return found.plain


def print_text(text: str) -> None:
    """Print a result; on a terminal long lines are broken between words."""
    _print(text, "fold")


def print_table(text: str) -> None:
    """Print the lines of a table; on a terminal they are cut to its width."""
    _print(text, "ellipsis")


def print_json(data: Mapping[str, Any]) -> None:
    """Print a JSON document."""
    click.echo(document(data))


def document(data: Mapping[str, Any]) -> str:
    """A JSON document, which begins with the version of its schema."""
    return json.dumps({"schema": SCHEMA, **data}, indent=1)


def _print(text: str, overflow: Any) -> None:
    if not sys.stdout.isatty():
        click.echo(text)
        return
    cut_off = overflow == "ellipsis"
    console_on(sys.stdout).print(coloured(text), no_wrap=cut_off, overflow=overflow)
