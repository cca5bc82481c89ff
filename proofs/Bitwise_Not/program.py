"""Bitwise_Not: the other bit

Reads    x in 0..1 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from subspace network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time."""

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        return 1 - x


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
