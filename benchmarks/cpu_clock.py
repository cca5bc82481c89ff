"""The clock of all benchmarks."""

from __future__ import annotations

import contextlib
import resource
import time

import psutil


def cpu_seconds() -> float:
    """CPU seconds of this process and all its children, also of those that still run.

    Another load on the machine changes them little, and proofs run in a process that stays.
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + ended.ru_utime + ended.ru_stime
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            used = child.cpu_times()
            total += used.user + used.system
    return total
