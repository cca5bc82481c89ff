"""Types of the callbacks that report the progress of long work."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], None]  # called with the current activity
Progress = Callable[[str, str], None]  # called with the stage and the current activity


def quiet(stage: str, message: str) -> None:
    """Say nothing."""
