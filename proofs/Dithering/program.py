"""Dithering: growth of S // 15 at this step, S the sum so far

Reads    x in 0..15 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    n  the sum of x so far, modulo 15
    """

    def __init__(self) -> None:
        self.n = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        total = self.n + x
        self.n = total % 15
        return total // 15


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
