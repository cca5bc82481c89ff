"""Input domains: one inclusive range of integers for each input channel."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mips_verify.errors import TaskError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Domain:
    """The letters a machine reads: ``lows[i] <= names[i] <= highs[i]``, ends included.

    Raises:
        TaskError: no channel, lengths that differ, a repeated name, an empty range, or a bound
            that is not an integer.
    """

    names: tuple[str, ...]
    lows: tuple[int, ...]
    highs: tuple[int, ...]

    def __post_init__(self) -> None:
        # numpy integers and lists would hash and print differently
        object.__setattr__(self, "names", tuple(self.names))
        object.__setattr__(self, "lows", _whole(self.lows))
        object.__setattr__(self, "highs", _whole(self.highs))
        if not self.names or not len(self.names) == len(self.lows) == len(self.highs):
            raise TaskError("a domain needs at least one input, each with a low and a high end")
        if len(set(self.names)) != len(self.names):
            raise TaskError(f"input names repeat: {', '.join(self.names)}")
        for name, low, high in zip(self.names, self.lows, self.highs, strict=True):
            if low > high:
                which = f"the range {low}..{high} of input '{name}'"
                raise TaskError(f"{which} is empty; write the smaller end first")

    @property
    def channels(self) -> int:
        """Number of inputs read at each step."""
        return len(self.names)

    @property
    def size(self) -> int:
        """Number of letters: the product of the widths of the channels."""
        return math.prod(hi - lo + 1 for lo, hi in zip(self.lows, self.highs, strict=True))

    def letters(self) -> Iterator[tuple[int, ...]]:
        """All letters; the last channel varies fastest."""
        ranges = [range(lo, hi + 1) for lo, hi in zip(self.lows, self.highs, strict=True)]
        return itertools.product(*ranges)

    def sample(self, count: int, length: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Uniform random sequences, shape ``(count, length, channels)``.

        Raises:
            TaskError: a range beyond 64 bits.
        """
        self._demand_64_bits()
        size = (count, length, self.channels)
        return rng.integers(self.lows, self.highs, size=size, endpoint=True)

    def all_sequences(self, length: int) -> NDArray[np.int64]:
        """Every sequence of ``length`` letters, shape ``(size ** length, length, channels)``.

        Raises:
            TaskError: a range beyond 64 bits.
        """
        import numpy as np

        self._demand_64_bits()
        letters = np.array(list(self.letters()))
        places = self.size ** np.arange(length - 1, -1, -1)
        index = np.arange(self.size**length)[:, None] // places % self.size
        return letters[index]

    def _demand_64_bits(self) -> None:
        for name, low, high in zip(self.names, self.lows, self.highs, strict=True):
            if low < -(2**63) or high >= 2**63:
                raise TaskError(f"the range of input '{name}' goes beyond 64 bits; narrow it")


def _whole(ends: Iterable[int]) -> tuple[int, ...]:
    try:
        return tuple(map(operator.index, ends))
    except TypeError:
        raise TaskError("the ends of ranges are whole numbers, one for each input") from None
