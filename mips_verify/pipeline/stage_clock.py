"""A clock that notes how many wall seconds each stage of a round took, and says what it found."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from mips_verify.pipeline.found import STAGES
from mips_verify.progress import Progress

P = ParamSpec("P")
T = TypeVar("T")


class StageClock:
    """Runs stages, notes their wall seconds in ``seconds``, and says what each does and finds."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.began = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def now(self) -> float:
        """Seconds since the clock was made."""
        return time.perf_counter() - self.began

    def run(self, name: str, stage: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``stage`` for these arguments."""
        began, (doing, found) = time.perf_counter(), STAGES[name]
        self.progress(name, doing)
        try:
            result = stage(*args, **kwargs)
        finally:
            self.seconds[name] = time.perf_counter() - began
        self.progress(name, found(result))
        return result
