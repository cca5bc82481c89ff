"""Bit_Dot_Prod_Mod2: parity of the number of steps with x = w = 1

Reads    x in 0..1, w in 0..1 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    s  how many times (x, w) was (1, 1) so far, modulo 2
    """

    def __init__(self) -> None:
        self.s = 0

    def step(self, x: int, w: int) -> int:
        """Read the next input and return the next output."""
        self.s = x & w ^ self.s
        return self.s


def program(xs: Iterable[tuple[int, int]]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x, w) for x, w in xs]
