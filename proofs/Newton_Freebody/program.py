"""Newton_Freebody: position of a free body pushed by x

Reads    x in -10..10 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from subspace network with 2 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    z0  the sum of every z1 so far
    z1  the sum of x so far
    """

    def __init__(self) -> None:
        self.z0 = 0
        self.z1 = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.z1 += x
        self.z0 += self.z1
        return self.z0


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
