"""The process that checks a bundle: bounded in seconds and bytes, and it ends with its parent."""

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

from mips_verify.check.check_budgets import MEMORY

TERMINATED: Final = 128 + 15  # the exit status that shells give for SIGTERM
_POLL: Final = 0.5  # seconds between two checks that the parent still exists
_GRACE: Final = 2.0  # seconds to end in order before the process is ended immediately


class TooLongError(Exception):
    """A step took longer than allowed; the text gives the limit."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Interrupt the block after ``seconds`` of this process's CPU time; other load does not count.

    Outside the main thread, and on a platform without such a timer, nothing is interrupted.

    Raises:
        TooLongError: the block was interrupted.
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
    """Bound the memory of this process, and end it with its children on SIGTERM or if orphaned."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    threading.Thread(target=_end_without, args=[os.getppid()], daemon=True).start()
    # every thread of numpy reserves memory, and a check has no work for several threads
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        # only the soft limit, so that verifiers may be given more
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    # last: an exception that is raised before the worker works would be printed by the pool
    signal.signal(signal.SIGTERM, _leave)


def _end_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)  # while Z3 computes, Python handles no signal
    os._exit(TERMINATED)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    # raise an exception, so that functions that started processes end these on the way out
    raise SystemExit(TERMINATED)
