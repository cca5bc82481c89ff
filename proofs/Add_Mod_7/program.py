"""Add_Mod_7: sum so far modulo 7

Reads    x in 0..6 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    n  the sum of x so far, modulo 7
    """

    def __init__(self) -> None:
        self.n = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.n = (self.n + x) % 7
        return self.n


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
