"""Bit_Palindrome: 1 if the bits so far read the same in both directions

Reads    x in 0..1 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from Adam h=4 f=40 g=40 network with 4 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    fwd  the number with the digits x in base 2, the highest first
    rev  the number with the digits x in base 2, the lowest first
    pow  2 ** the number of inputs so far
    """

    def __init__(self) -> None:
        self.fwd = 0
        self.rev = 0
        self.pow = 1

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.fwd = 2 * self.fwd + x
        self.rev += self.pow * x
        self.pow = 2 * self.pow
        return int(self.fwd == self.rev)


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
