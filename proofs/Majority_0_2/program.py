"""Majority_0_2: the value seen most often so far; ties go to the smaller

Reads    x in 0..2 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from letter counts, largest score network with 3 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    c0  how many times x was 0 so far
    c1  how many times x was 1 so far
    c2  how many times x was 2 so far
    """

    def __init__(self) -> None:
        self.c0 = 0
        self.c1 = 0
        self.c2 = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.c0 += int(x == 0)
        self.c1 += int(x == 1)
        self.c2 += int(x == 2)
        return 2 if max(self.c0, self.c1) < self.c2 else int(self.c0 < self.c1)


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
