"""A limit on the time of a whole command, which then ends with the best that it has.

Work that may take minutes runs in a block of :func:`interruptible`. When the time is up, the block
ends where it is; what it had found so far is kept. Blocks that begin later get :data:`GRACE` at
most, so that a network that was trained in time is still read. Everything else runs to its end.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Final

REASON: Final = "the time is up"
GRACE: Final = 10.0  # seconds that a block or a proof gets although the time is up
_AGAIN: Final = 1.0  # seconds to the next try, if a library has caught the error


class TimeIsUpError(Exception):
    """Raised within :func:`interruptible` only, and caught there."""


class _Limit:
    """When the time is up, in seconds of the monotonic clock, and how many blocks are open."""

    ends: float | None = None
    blocks = 0
    raised = False  # whether a block is being ended


@contextlib.contextmanager
def deadline(seconds: float | None) -> Iterator[None]:
    """Limit the time of a block to so many seconds of wall-clock time; ``None`` for any time.

    Without POSIX's timer, and in a thread, blocks are not interrupted.
    """
    if seconds is None:
        yield
        return
    _Limit.ends = time.monotonic() + seconds
    rings = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGALRM, _ring) if rings else None
    if rings:
        signal.setitimer(signal.ITIMER_REAL, seconds, GRACE)
    try:
        yield
    finally:
        _Limit.ends = None
        if rings:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


def _ring(_number: int, _frame: FrameType | None) -> None:
    if _Limit.blocks:
        # callbacks of the garbage collector, and some libraries, catch what is raised in them
        signal.setitimer(signal.ITIMER_REAL, _AGAIN, _AGAIN)
        _Limit.raised = True
        raise TimeIsUpError


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """A block that may end early, without an error, because the time is up."""
    outside = _Limit.blocks
    _Limit.blocks += 1
    try:
        try:
            yield
        finally:
            _Limit.blocks = outside
    except TimeIsUpError:
        _Limit.blocks = outside
    if _Limit.raised:
        _Limit.raised = False
        signal.setitimer(signal.ITIMER_REAL, GRACE, GRACE)


def time_is_up() -> bool:
    """Whether there is a limit and it is over."""
    return _Limit.ends is not None and time.monotonic() >= _Limit.ends


def seconds_left(most: float, least: float = GRACE) -> float:
    """The seconds that a part may take: what is left, at most ``most`` and at least ``least``."""
    if _Limit.ends is None:
        return most
    return min(most, max(least, _Limit.ends - time.monotonic()))
