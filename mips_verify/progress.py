"""What long work says of itself while it runs."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], None]  # what it is doing
Progress = Callable[[str, str], None]  # the stage, and what it is doing


def quiet(stage: str, message: str) -> None:
    """Say nothing."""
