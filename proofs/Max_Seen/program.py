"""Max_Seen: largest input so far

Reads    x in 0..99 (ranges are not checked)
Returns  one integer after each input
Made by  mips-verify from LM h=1 f=6 g=linear, snapped network with 1 hidden, seed 0; generated, do not edit
"""

from collections.abc import Iterable


class Stream:
    """The program one step at a time.

    y  the largest x so far; 0 at the start
    """

    def __init__(self) -> None:
        self.y = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        self.y = max(self.y, x)
        return self.y


def program(xs: Iterable[int]) -> list[int]:
    """Return the outputs for a whole sequence, one after each input."""
    stream = Stream()
    return [stream.step(x) for x in xs]
