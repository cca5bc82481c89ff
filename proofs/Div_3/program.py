"""Div_3: the next quotient bit of the number read, divided by 3, most significant first

Reads    x in 0..1 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    s  the number with the digits x in base 2, the highest first, modulo 3
    """

    def __init__(self) -> None:
        self.s = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        total = 2 * self.s + x
        self.s = total % 3
        return total // 3


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
