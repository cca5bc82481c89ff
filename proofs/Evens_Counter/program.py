"""Evens_Counter: how many even inputs so far

Reads    x in 0..9 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from one-hot subspace network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    s  how many times x was even so far
    """

    def __init__(self) -> None:
        self.s = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.s += 1 - x % 2
        return self.s


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
