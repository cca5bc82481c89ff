"""An executor for many independent tasks, on this machine or on a Dask cluster.

Each task runs in a process that can be stopped. The number and the place of the processes change
no result, only the order in which results come.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from pebble import ProcessExpired

from mips_verify.processes import worker_pool
from mips_verify.workers.place import Place, Submit

T = TypeVar("T")


@contextlib.contextmanager
def executor(place: Place, prepare: Callable[..., None], *arguments: Any) -> Iterator[Submit]:
    """Workers while the block runs; an exception in the block stops them at once.

    Args:
        place: where they run.
        prepare: called in every process before its first task, elsewhere without arguments.
        arguments: of ``prepare``, on this machine.

    Raises:
        MipsVerifyError: there is no cluster, or it cannot run tasks.
    """
    if not place.here:
        from mips_verify.workers.cluster import cluster

        with cluster(place, prepare) as submit:
            yield submit
        return
    with worker_pool(place.jobs, prepare, *arguments) as pool:

        def schedule(
            function: Callable[..., T], *arguments: object, timeout: float | None
        ) -> Future[T]:
            future: Future[T] = pool.schedule(function, args=arguments, timeout=timeout)
            return future

        yield schedule


def why_none(error: Exception, limit: float | None) -> str:
    """Why a task gave no result, from what its future raised; ``limit`` is its time in seconds."""
    if isinstance(error, TimeoutError):
        return f"stopped after {limit:g} s"
    if isinstance(error, CancelledError):
        return "the cluster gave it up; is its scheduler there?"
    if isinstance(error, ProcessExpired):
        return "its process ended, probably for want of memory"
    return f"{type(error).__name__}: {error}"


def ignore_interrupts() -> None:
    """Prepare a worker: the parent decides when to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
