"""The process that checks a bundle: bounded in seconds and bytes, and never left behind."""

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
_POLL: Final = 0.5  # seconds from one look for the parent to the next
_GRACE: Final = 2.0  # seconds to end in order before the process is ended at once


class TooLongError(Exception):
    """A step took longer than it may; the text says how long that is."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Interrupt the block after ``seconds`` of CPU time, which a busy machine does not use up.

    Outside the main thread, and on a platform without such a timer, nothing is interrupted.

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
    """Bound the memory of this process, and end it with its children on SIGTERM or if orphaned."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_without, args=[os.getppid()], daemon=True).start()
    # every thread of numpy reserves memory of its own, and there is no work for it here
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        # the soft limit alone, so that verifiers may be given more
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))


def _end_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE)  # while Z3 computes, Python handles no signal
    os._exit(TERMINATED)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    # an exception, so that whoever started a process ends its group on the way out
    raise SystemExit(TERMINATED)
