"""Bounds on what a hostile certificate may cost: seconds, and bytes of its reader's process."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Final, NoReturn

MEMORY: Final = 2**30  # bytes of address space, of a worker and of a program's own process
TERMINATED: Final = 128 + 15
_POLL: Final = 0.5  # seconds between two looks for the parent
_GRACE: Final = 2.0  # seconds to end in order


class TooLongError(Exception):
    """Something that was to end within a number of seconds did not."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Interrupt what runs inside after ``seconds`` of this process's own time.

    That is the same on a busy machine. Nothing is interrupted outside the main thread, nor where
    the platform has no such timer.

    Raises:
        TooLongError: it was interrupted.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not (
        threading.main_thread()
    ):
        yield
        return

    def late(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise TooLongError(f"{seconds:g} s")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def become_worker() -> None:
    """Bound this process; on request, or without its parent, it ends its children and itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_outlive_nobody, args=[os.getppid()], daemon=True).start()
    # each thread of numpy's would reserve memory of its own, and there is nothing for it to do
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        # the soft limit alone: verifiers of others may be given more
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))


def _outlive_nobody(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)  # a solver at work hears of no signal
    os._exit(TERMINATED)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    # an exception, so that what has started a process ends its group on the way out
    raise SystemExit(TERMINATED)
