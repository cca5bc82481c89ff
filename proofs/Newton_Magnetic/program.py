"""Newton_Magnetic: position in the plane of a charge pushed by (x, w) in a unit magnetic field

Reads    x in -10..10, w in -10..10 (ranges are not checked)
Returns  2 integers after each input
Made by  mips-verify from subspace network with 4 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    z0  the sum of every z3 before this one
    z1  the sum of every z2 before this one
    """

    def __init__(self) -> None:
        self.z0 = 0
        self.z1 = 0
        self.z2 = 0
        self.z3 = 0

    def step(self, x: int, w: int) -> tuple[int, int]:
        """Read the next input and return the next output."""
        self.z0 += self.z3
        self.z1 += self.z2
        self.z2, self.z3 = self.z2 + self.z3 + w, self.z3 + x - self.z2
        return self.z0 + self.z3, self.z1 + self.z2


def program(xs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x, w) for x, w in xs]
