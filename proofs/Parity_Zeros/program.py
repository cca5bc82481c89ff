"""Parity_Zeros: parity of the number of zeros so far

Reads    x in 0..1 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    s  how many times x was 0 so far, modulo 2
    """

    def __init__(self) -> None:
        self.s = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.s = int(self.s == x)
        return self.s


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
