"""A share as a percentage that is never too good, and never nothing when it is something."""

from __future__ import annotations

import math
from typing import Final

_NOISE: Final = 1e-12  # 0.29 * 100 is a little below 29 in float64


def percent(share: float, digits: int = 2) -> str:
    """A share as text, rounded down: only all of it is 100%, and only nothing is 0%.

    A share that is not 0 is at least the smallest percentage with so many digits.

    Args:
        share: from 0 to 1.
        digits: after the point.
    """
    whole = 100 * 10**digits
    units = math.floor((share + _NOISE) * whole)
    if 0 < share < 1 - _NOISE:
        units = min(max(units, 1), whole - 1)
    return f"{units / 10**digits:.{digits}f}%"
