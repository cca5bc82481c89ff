"""Options that several commands share, and what exit codes mean."""

from __future__ import annotations

import contextlib
import importlib.util
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

MOST = 2**32 - 1  # the largest seed that every library takes
EXIT_CODES = """
\b
Exit codes:
  0  proved (for bench: every task; for check: every bundle holds)
  1  refuted (for check: a bundle does not hold)
  2  bad input or usage
  3  undecided
  4  no program found
  5  checkers disagree, or an internal error
"""


@contextlib.contextmanager
def until_nobody_reads() -> Iterator[None]:
    """Leave off printing, without an error, when the reader of a pipe has gone."""
    try:
        yield
    except BrokenPipeError:
        silence_stdout()


def silence_stdout() -> None:
    """Let nothing more be written where writing failed: Python would try again at its end."""
    with contextlib.suppress(OSError, ValueError):  # no file behind it, as in a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Seconds(click.FloatRange):
    """A finite number of seconds above 0."""

    def __init__(self) -> None:
        super().__init__(min=0, max=86_400, min_open=True)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number that a text is."""
        found = float(super().convert(value, param, ctx))
        if math.isnan(found):  # which no bound excludes
            self.fail(f"{value} is not a number of seconds", param, ctx)
        return found


SECONDS = _Seconds()
seed_option = click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(0, MOST),
    help="Decides every random choice.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
engine_option = click.option(
    "--engine",
    type=click.Choice(["ladder", "adam"]),
    default="ladder",
    show_default=True,
    help="How networks are trained: cheapest method first, or plain Adam as in the MIPS paper.",
)
runs_option = click.option(
    "--runs",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where finished stages are kept; a killed run resumes from here.",
)
accept_option = click.option(
    "--accept",
    type=click.Choice(["proof", "data"]),
    default="proof",
    show_default=True,
    help="What ends a run: a proof, or a program that is right on all labelled data; then the "
    "specification has no say in it and is compared with the program afterwards.",
)
limit_option = click.option(
    "--limit",
    type=SECONDS,
    metavar="SECONDS",
    help="Stop a task after so long; the others go on.",
)
FILE = click.Path(dir_okay=False, path_type=Path)
fresh_option = click.option("--fresh", is_flag=True, help="Use and keep no finished stages.")


def demand_training() -> None:
    """Demand what networks are trained with, before worker processes find it missing one by one.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    for name in ("torch", "safetensors"):
        if importlib.util.find_spec(name) is None:
            raise ModuleNotFoundError(f"no {name}", name=name)
