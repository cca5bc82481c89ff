"""How much a command says while it works: --verbose and --quiet."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, TypeVar

import click

from mips_verify.errors import one_line

Command = TypeVar("Command", bound=Callable[..., None])
_KEY: Final = "mips_verify.volume"


class Volume(Enum):
    """How much of the progress is said."""

    QUIET = "--quiet"
    NORMAL = ""
    VERBOSE = "--verbose"


def volume() -> Volume:
    """The volume of the running command."""
    context = click.get_current_context(silent=True)
    said: Volume = context.meta.get(_KEY, Volume.NORMAL) if context else Volume.NORMAL
    return said


def note(text: str) -> None:
    """Say on stderr what else was done, such as which file was written, unless that is unwanted."""
    if volume() is not Volume.QUIET:
        for line in text.splitlines():
            click.echo(one_line(line), err=True)


def _setting(wanted: Volume) -> Callable[[click.Context, click.Parameter, Any], None]:
    def set_volume(context: click.Context, _: click.Parameter, given: bool) -> None:
        if given and context.meta.setdefault(_KEY, wanted) is not wanted:
            raise click.UsageError("--verbose and --quiet exclude each other")

    return set_volume


def volume_options(command: Command) -> Command:
    """Give a command --verbose and --quiet; :func:`volume` says which was given."""
    for volume, letters, says in (
        (Volume.QUIET, (), "Print the result and errors only."),
        (Volume.VERBOSE, ("-v",), "Print every step of the search, on stderr."),
    ):
        command = click.option(
            *letters, volume.value, is_flag=True, expose_value=False, callback=_setting(volume),
            help=says,
        )(command)  # fmt: skip
    return command
