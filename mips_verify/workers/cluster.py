"""Tasks on a Dask cluster: one that the user has started, or one that Slurm starts.

Dask has the queue, and gives the tasks of a lost worker to another one. Its workers are threads
that cannot be stopped, so every task runs in a process of its own there.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mips_verify import __version__
from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.workers.apart import run_apart
from mips_verify.workers.place import Place, Submit

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
CONNECTING: Final = 10.0  # seconds that a scheduler may take to answer
WAITING: Final = 60.0  # seconds that the first worker may take to come
QUEUED: Final = 24 * 3600.0  # seconds that Slurm may take to start the first worker


@contextlib.contextmanager
def cluster(place: Place, prepare: Callable[[], None]) -> Iterator[Submit]:
    """Workers of a cluster, as :func:`mips_verify.workers.executor.executor` gives them."""
    with _client(place) as client:
        _demand_workers(client, place)
        pool = client.get_executor(pure=False)  # type: ignore[no-untyped-call]

        def submit(
            function: Callable[..., T], *arguments: object, timeout: float | None
        ) -> Future[T]:
            given = prepare, function, arguments, timeout, Path.cwd()
            future: Future[T] = pool.submit(run_apart, *given)
            return future

        try:
            yield submit
        except BaseException:
            pool.shutdown(wait=False)
            raise


@contextlib.contextmanager
def _client(place: Place) -> Iterator[Client]:
    if not place.slurm:
        with _connected(place.scheduler) as client:
            yield client
        return
    with slurm_cluster(place.jobs) as started:
        started.scale(place.jobs)
        with _connected(started) as client:
            yield client


def _connected(scheduler: Any) -> Client:
    """A client of a scheduler, which is an address or a cluster of Dask."""
    from distributed import Client

    for name in ("distributed", "distributed.client"):  # its tracebacks; results say what failed
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return Client(scheduler, timeout=CONNECTING)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise MipsVerifyError(
            f"no Dask scheduler answers at '{one_line(str(scheduler))}' "
            f"({one_line(str(error))}); start one with: dask scheduler"
        ) from None


def slurm_cluster(jobs: int) -> Any:
    """A Dask cluster whose workers are jobs of Slurm, of one core each.

    Memory, queue and time limit are those of the user's file ``jobqueue.yaml`` of dask-jobqueue,
    where it has them.

    Raises:
        MipsVerifyError: the configuration is not complete.
    """
    from dask import config
    from dask_jobqueue.slurm import SLURMCluster

    said = config.get("jobqueue.slurm", {})
    given: dict[str, Any] = {key: said.get(key) or value for key, value in _SLURM.items()}
    try:
        return SLURMCluster(n_workers=0, **given)
    except (ValueError, TypeError, OSError) as error:
        raise MipsVerifyError(
            f"Slurm cannot be asked for {jobs} workers: {one_line(str(error))}"
        ) from None


_SLURM: Final = {"cores": 1, "processes": 1, "memory": "2 GiB"}


def _demand_workers(client: Client, place: Place) -> None:
    """Wait for the first worker; every worker must have this version of the tool."""
    try:
        client.wait_for_workers(1, timeout=QUEUED if place.slurm else WAITING)
    except TimeoutError:
        raise MipsVerifyError(
            f"the Dask scheduler has no workers after {WAITING:g} s; "
            f"start some with: dask worker {one_line(place.scheduler)} --nthreads 1"
        ) from None
    try:
        versions = client.run(_version)
    except Exception as error:  # whatever the import of another version may raise
        raise MipsVerifyError(
            f"a worker of the cluster cannot import mips-verify ({one_line(str(error))}); "
            "install it there"
        ) from None
    for worker, version in versions.items():
        if version != __version__:
            raise MipsVerifyError(
                f"the worker {worker} has mips-verify {version}, and here is {__version__}; "
                "install the same version"
            )


def _version() -> str:
    return __version__
