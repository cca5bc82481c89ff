"""Processes for foreign work: bounded in time, memory and output, and ended with all they started.

That guards against accidents and against files made to exhaust a machine. It is no prison: a
process may do whatever its user may, and one that opens a session of its own is not followed.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pebble import ProcessPool

LARGEST_OUTPUT: Final = 2**26  # bytes
_BLOCK: Final = 512  # bytes; what POSIX counts the sizes of files in
_PAUSE: Final = 0.05  # seconds between two looks at memory and output
# a limit that the system does not know, or that is lower already, stays as it is
_LIMITS: Final = (
    '{ ulimit -c 0; ulimit -t "$1"; ulimit -d "$2"; ulimit -f "$3"; } 2>/dev/null; '
    'shift 3; exec "$@"'
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended.

    Attributes:
        returncode: its exit status, negative where a signal ended it.
        stdout: what it wrote there, as far as that was allowed.
        stderr: likewise.
        why: what stopped it, as in ``it took over 5 s``; empty where it ended by itself.
    """

    returncode: int
    stdout: bytes
    stderr: bytes
    why: str


def run_bounded(
    command: Sequence[str],
    *,
    seconds: float,
    memory: int,
    input: bytes = b"",  # noqa: A002 - the name that subprocess.run gives it
    largest: int = LARGEST_OUTPUT,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Run a command to its end, or until it has used up what it may.

    Args:
        command: the program, by its path, and its arguments.
        seconds: of wall-clock time for it and all that it starts.
        memory: bytes that all of them together may keep, and each may ask for.
        input: what it reads on stdin.
        largest: bytes of stdout, of stderr and of any file that it writes.
        folder: where it runs.
        environment: its variables; those of this process when not given.

    Raises:
        OSError: it cannot be started.
    """
    limits = [math.ceil(seconds) + 1, memory // 1024, largest // _BLOCK + 1]
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        stdin.write(input)
        stdin.seek(0)
        child = subprocess.Popen(
            ["/bin/sh", "-c", _LIMITS, "sh", *map(str, limits), *command],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        try:
            why = _watch(child, (stdout, stderr), seconds, memory, largest)
        finally:
            _end(child)
        for file in (stdout, stderr):
            file.seek(0)
        return Outcome(child.returncode, stdout.read(largest), stderr.read(largest), why)


def _watch(
    child: subprocess.Popen[bytes],
    written: Sequence[IO[bytes]],
    seconds: float,
    memory: int,
    largest: int,
) -> str:
    """Wait for the end of a process; why it must be stopped, or was stopped, if so."""
    deadline = time.monotonic() + seconds
    while child.poll() is None:
        left = deadline - time.monotonic()
        if left <= 0:
            return f"it took over {seconds:g} s"
        if any(os.fstat(file.fileno()).st_size > largest for file in written):
            return f"it wrote over {largest} bytes"
        if _resident(child.pid) > memory:
            return f"it used over {memory // 2**20} MiB of memory"
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(min(_PAUSE, left))
    if child.returncode == -signal.SIGXCPU:
        return f"it took over {seconds:g} s"
    if child.returncode < 0:
        return f"it was stopped by {signal.Signals(-child.returncode).name}"
    return ""


def _resident(group: int) -> int:
    """Bytes of memory that a process and its group keep; 0 where the system does not say."""
    pages = 0
    known = os.listdir("/proc") if os.path.isdir("/proc") else ()
    for pid in filter(str.isdigit, known):
        with contextlib.suppress(OSError, ValueError, IndexError):  # it may be gone by now
            # a name in parentheses, which may hold anything, stands before the numbers
            fields = Path("/proc", pid, "stat").read_bytes().rpartition(b")")[2].split()
            pages += int(fields[21]) if int(fields[2]) == group else 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process and its group, and wait for it."""
    with contextlib.suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@contextlib.contextmanager
def worker_pool(
    jobs: int, initializer: Callable[..., None], *arguments: Any
) -> Iterator[ProcessPool]:
    """Worker processes for our own work; an exception in the block stops them all at once.

    They are spawned, since the parent may have threads, and torch and Z3 do not survive a fork.
    """
    from pebble import ProcessPool

    pool = ProcessPool(
        max_workers=jobs,
        context=multiprocessing.get_context("spawn"),
        initializer=initializer,
        initargs=arguments,
    )
    try:
        yield pool
        pool.close()
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.join()
