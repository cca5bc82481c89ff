"""Newton_Gravity: position of a body pushed by x under unit gravity

Reads    x in -10..10 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from subspace network with 2 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    z0  the sum of every z1 before this one
    z1  the sum of (x - 1) so far
    """

    def __init__(self) -> None:
        self.z0 = 0
        self.z1 = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.z0 += self.z1
        self.z1 += x - 1
        return self.z0 + self.z1


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
