"""Drawing at random until a draw is acceptable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import numpy as np

T = TypeVar("T")
LENGTH: Final = 10  # steps in a training sequence, as in most tasks of the benchmark
SUITE: Final = "random"
_TRIES: Final = 100_000


def first_accepted(draw: Callable[[np.random.Generator], T | None], rng: np.random.Generator) -> T:
    """The first draw that is not ``None``; equal seeds give equal draws."""
    for _ in range(_TRIES):
        if (found := draw(rng)) is not None:
            return found
    raise AssertionError(f"nothing acceptable in {_TRIES} draws: the conditions are too narrow")
