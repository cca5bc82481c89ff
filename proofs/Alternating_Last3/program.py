"""Alternating_Last3: 1 if the last three bits are 010 or 101

Reads    x in 0..1 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from teacher-forced LM h=1 g=6, snapped network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    x1  x one step before; 0 at the start
    x2  x two steps before; 0 at the start
    """

    def __init__(self) -> None:
        self.x1 = 0
        self.x2 = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        y = (x ^ self.x1) & (self.x1 ^ self.x2)
        self.x2 = self.x1
        self.x1 = x
        return y


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
