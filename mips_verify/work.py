"""Work, counted in steps: how much a search has done, and how much more it may do.

A bound in steps gives the same result on every machine, which a bound in seconds does not. A step
is one expression formed, one value of an expression, or one letter read by a network; searches say
how many they make. Bounded work runs in a block of :func:`at_most`, which ends where the bound is
reached; what was found before that is kept.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator


class WorkIsUpError(Exception):
    """Raised by :func:`spend` within :func:`at_most` only, and caught there."""


class _Meter:
    """Steps made so far by this process, and where the innermost block ends."""

    spent = 0.0
    bound = math.inf


def spend(steps: float) -> None:
    """Count steps.

    Raises:
        WorkIsUpError: the bound of the block around is reached.
    """
    _Meter.spent += steps
    if _Meter.spent >= _Meter.bound:
        raise WorkIsUpError


def spent() -> float:
    """Steps made so far."""
    return _Meter.spent


@contextlib.contextmanager
def at_most(steps: float) -> Iterator[None]:
    """A block that may end early, without an error, after so many steps."""
    before = _Meter.bound
    bound = min(before, _Meter.spent + steps)
    _Meter.bound = bound
    try:
        yield
    except WorkIsUpError:
        if before <= bound:  # it is the block around that ends
            raise
    finally:
        _Meter.bound = before
