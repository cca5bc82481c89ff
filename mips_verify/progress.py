"""Types of the callbacks that report the progress of long work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

EARLIER: Final = "found before"  # the message of a stage that is not run, its result being kept


class Found(str):
    """A message with which a stage ends: what it found, in plain words."""

    __slots__ = ()


Say = Callable[[str], None]  # called with the current activity
Progress = Callable[[str, str], None]  # called with the stage and its activity, or what it found


def quiet(stage: str, message: str) -> None:
    """Say nothing."""
