"""Drawing until something acceptable comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import numpy as np

T = TypeVar("T")
LENGTH: Final = 10  # steps in a training sequence, as in most tasks of the benchmark
SUITE: Final = "random"
_TRIES: Final = 100_000


def first_accepted(draw: Callable[[np.random.Generator], T | None], rng: np.random.Generator) -> T:
    """The first thing drawn that is not ``None``; what is drawn is the same for the same seed."""
    for _ in range(_TRIES):
        if (found := draw(rng)) is not None:
            return found
    raise AssertionError(f"nothing acceptable in {_TRIES} draws: the conditions are too narrow")
