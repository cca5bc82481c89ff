"""Evens_Detector: 1 if x is even

Reads    x in 0..9 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from one-hot subspace network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time."""

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        return 1 - x % 2


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
