"""Bounds on integers."""

from __future__ import annotations

Interval = tuple[int | None, int | None]


def hull(a: Interval, b: Interval) -> Interval:
    """Bounds on a number that is one of two numbers with bounds ``a`` and ``b``."""
    low = None if a[0] is None or b[0] is None else min(a[0], b[0])
    high = None if a[1] is None or b[1] is None else max(a[1], b[1])
    return low, high


def of_both(op: str, a: Interval, b: Interval) -> Interval:
    """Bounds on a sum, a difference, a minimum or a maximum."""
    if op == "sub":
        b = (None if b[1] is None else -b[1], None if b[0] is None else -b[0])
    if op in ("add", "sub"):
        low = None if a[0] is None or b[0] is None else a[0] + b[0]
        high = None if a[1] is None or b[1] is None else a[1] + b[1]
        return low, high
    lows = [x for x in (a[0], b[0]) if x is not None]
    highs = [x for x in (a[1], b[1]) if x is not None]
    if op == "min":
        return (min(lows) if len(lows) == 2 else None), (min(highs) if highs else None)
    return (max(lows) if lows else None), (max(highs) if len(highs) == 2 else None)
