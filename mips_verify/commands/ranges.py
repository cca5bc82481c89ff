"""Input ranges on the command line."""

from __future__ import annotations

import re

import click

from mips_verify.algebra.magnitude import FLOAT_EXACT

_RANGE = re.compile(r"([A-Za-z_]\w*)=(-?\d{1,20})\.\.(-?\d{1,20})")
range_option = click.option(
    "--input",
    "ranges",
    multiple=True,
    metavar="NAME=LOW..HIGH",
    help="The range of an input, such as x=0..9; once for each input, in order.",
)


def ranges_of(texts: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """The ranges by name.

    Raises:
        click.BadParameter: a text that is no range.
    """
    found = {}
    for text in texts:
        if (m := _RANGE.fullmatch(text)) is None:
            raise click.BadParameter(f"'{text[:60]}' is not NAME=LOW..HIGH, such as x=0..9")
        found[m[1]] = (int(m[2]), int(m[3]))
        if max(map(abs, found[m[1]])) > FLOAT_EXACT:
            raise click.BadParameter(
                f"'{text}' goes beyond {FLOAT_EXACT}, the largest exact float64"
            )
    return found
