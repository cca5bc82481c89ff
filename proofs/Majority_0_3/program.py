"""Majority_0_3: the value seen most often so far; ties go to the smaller

Reads    x in 0..3 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from one-hot linear state h=3 f=linear g=24-24 network with 3 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time."""

    def __init__(self) -> None:
        self.n0 = 0
        self.n1 = 0
        self.n2 = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.n0 += (-1, 1, 0, 0)[x]
        self.n1 += (-1, 0, 1, 0)[x]
        self.n2 += (x - 1) // 2
        if self.n0 < self.n1 and self.n1 > 0 and self.n1 >= self.n2:
            return 2
        if max(self.n0, self.n2) < 1:
            return 0
        if self.n0 < self.n2:
            return 3
        return 1


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
