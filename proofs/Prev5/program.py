"""Prev5: the input 5 steps ago, 0 before the start

Reads    x in 0..99 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from subspace network with 6 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    x1  x one step before; 0 at the start
    x2  x two steps before; 0 at the start
    x3  x three steps before; 0 at the start
    x4  x four steps before; 0 at the start
    x5  x five steps before; 0 at the start
    """

    def __init__(self) -> None:
        self.x1 = 0
        self.x2 = 0
        self.x3 = 0
        self.x4 = 0
        self.x5 = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        y = self.x5
        self.x5 = self.x4
        self.x4 = self.x3
        self.x3 = self.x2
        self.x2 = self.x1
        self.x1 = x
        return y


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
