"""Base_4_Addition: the digit of x + w in base 4, least significant first

Reads    x in 0..3, w in 0..3 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from teacher-forced LM h=1 g=6, snapped network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    s  the carry of adding the digits x + w in base 4, the lowest first
    """

    def __init__(self) -> None:
        self.s = 0

    def step(self, x: int, w: int) -> int:
        """Read the next input and return the next output."""
        total = self.s + x + w
        self.s = total // 4
        return total % 4


def program(xs: Iterable[tuple[int, int]]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x, w) for x, w in xs]
