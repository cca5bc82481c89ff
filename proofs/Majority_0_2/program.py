"""Majority_0_2: the value seen most often so far; ties go to the smaller

Reads    x in 0..2 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from one-hot linear state h=2 f=linear g=16 network with 2 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time."""

    def __init__(self) -> None:
        self.n0 = 0
        self.n1 = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.n0 += (-1, 1, 0)[x]
        self.n1 += x - 1
        return 2 if max(self.n0, 0) < self.n1 else int(self.n0 > 0)


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
