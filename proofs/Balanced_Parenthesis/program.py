"""Balanced_Parenthesis: 1 if the prefix is balanced; 0 opens, 1 closes; once below zero, 0 for ever

Reads    x in 0..1 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from merged states <=64 network with 2 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    n  how many times x was 1 less how many times x was 0 so far, counted only while n
       != 1
    """

    def __init__(self) -> None:
        self.n = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.n = self.n + 2 * x - 1 if self.n != 1 else self.n
        return int(self.n == 0)


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
