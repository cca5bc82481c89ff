"""The clock of all benchmarks."""

from __future__ import annotations

import contextlib
import os

import psutil


def cpu_seconds() -> float:
    """CPU seconds of this process and all its children, also of those that still run.

    Another load on the machine changes them little, and proofs run in a process that stays.
    """
    total = sum(os.times()[:4])
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            used = child.cpu_times()
            total += used.user + used.system
    return total
