"""How the error fell while a rung trained, for pictures; nothing is decided by it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

MOST: Final = 200  # points of a curve that are kept, evenly apart
_curve: ContextVar[list[float] | None] = ContextVar("curve", default=None)


@contextmanager
def recorded() -> Iterator[list[float]]:
    """A list into which all of :func:`note` goes until the block ends."""
    found: list[float] = []
    before = _curve.set(found)
    try:
        yield found
    finally:
        _curve.reset(before)


def note(error: float) -> None:
    """Say the worst error of the best network after a step, in units of the labels."""
    if (curve := _curve.get()) is not None and math.isfinite(error):
        curve.append(float(f"{error:.3g}"))


def thinned(curve: list[float]) -> tuple[float, ...]:
    """At most :data:`MOST` points of a curve, its last one among them."""
    apart = -(-len(curve) // MOST) or 1
    return tuple(curve[::-1][::apart][::-1])
