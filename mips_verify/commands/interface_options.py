"""The options that say how a model is read whose file does not say it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
_NUMBERS: Final = re.compile(r"-?\d{1,18}(,-?\d{1,18})*")
HOW: Final = "of an ONNX model or of weights without a header"


def _values(
    _ctx: click.Context, _option: click.Parameter, text: str | None
) -> tuple[int, ...] | None:
    if text is None:
        return None
    if not _NUMBERS.fullmatch(text):
        raise click.BadParameter(f"'{text[:60]}' is not a list of integers, such as 0,1")
    return tuple(map(int, text.split(",")))


OPTIONS: Final = (
    click.option(
        "--reads",
        type=click.Choice(["one-hot", "numbers", "letters"]),
        help=f"Inputs {HOW}: a column for every value, the numbers, or tokens from 0.",
    ),
    click.option(
        "--gives",
        type=click.Choice(["argmax", "round"]),
        help=f"Outputs {HOW}: the value of the largest score, or each score rounded.",
    ),
    click.option(
        "--values",
        callback=_values,
        metavar="N,N,...",
        help="What the scores stand for with --gives argmax; 0, 1, 2, ... by default.",
    ),
    click.option(
        "--whole-words",
        "causal",
        is_flag=True,
        callback=lambda _ctx, _option, whole: not whole,
        help="The model answers whole words, not every letter.",
    ),
    click.option(
        "--first",
        type=click.IntRange(min=0),
        metavar="TOKEN",
        help="A token that comes before every word, such as a start token.",
    ),
    click.option(
        "--shift",
        type=click.IntRange(0, 1000),
        default=0,
        metavar="N",
        help="Letters that the answer to a letter comes late.",
    ),
    click.option(
        "--cell",
        type=click.Choice(["rnn_tanh", "rnn_relu", "gru", "lstm"]),
        help="The kind of recurrent cell, where the shapes of weights do not tell it.",
    ),
    click.option(
        "--readout",
        metavar="NAME",
        help="The linear layer that reads the states, where the shapes of weights do not tell it.",
    ),
)


def interface_options(command: Command) -> Command:
    """Give a command the options; it gets them by the names of ``Interface``'s attributes."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command
