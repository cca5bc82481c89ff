"""Child processes with bounds on time, memory and output, which end with all that they started.

The bounds guard against accidents and against files made to exhaust a machine. They are no
prison: a process may do whatever its user may, and one that opens a session of its own is not
followed.
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
LATE: Final = "it took over"  # how the reason begins where time ran out
_BLOCK: Final = 512  # bytes; what POSIX counts the sizes of files in
_PAUSE: Final = 0.05  # seconds between two looks at memory and output


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended.

    Attributes:
        returncode: its exit status, negative where a signal ended it.
        stdout: the start of what it wrote there.
        stderr: likewise.
        why: what stopped it, as in ``it took over 5 s``; empty where it ended by itself.
        seconds: wall-clock time it took.
    """

    returncode: int
    stdout: bytes
    stderr: bytes
    why: str
    seconds: float

    @property
    def out(self) -> str:
        """Its standard output as text."""
        return self.stdout.decode(errors="replace")

    @property
    def err(self) -> str:
        """Its standard error as text."""
        return self.stderr.decode(errors="replace")

    @property
    def ending(self) -> str:
        """How it ended, in words; empty if it ended well."""
        failed = f"its process ended with exit status {self.returncode}" if self.returncode else ""
        return self.why or failed


def run_bounded(
    command: Sequence[str],
    *,
    seconds: float,
    memory: int | None,
    input: bytes = b"",  # noqa: A002 - the name that subprocess.run gives it
    largest: int = LARGEST_OUTPUT,
    kept: int | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Run a command to its end, or until it has used up what it may.

    Args:
        command: the program and its arguments.
        seconds: of wall-clock time for it and all that it starts.
        memory: bytes that all of them together may keep, and each may ask for; ``None`` for any.
        input: what it reads on stdin.
        largest: bytes of stdout, of stderr and of any file that it writes.
        kept: bytes of stdout and of stderr that are returned; ``None`` for all.
        folder: where it runs; ``None`` for the folder of this process.
        environment: its variables; ``None`` for those of this process.

    Raises:
        OSError: it cannot be started.
    """
    began = time.monotonic()
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        stdin.write(input)
        stdin.seek(0)
        child = start(
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            seconds=seconds,
            memory=memory,
            largest=largest,
            folder=folder,
            environment=environment,
        )
        try:
            why = _watch(child, (stdout, stderr), seconds, memory, largest)
        finally:
            end(child)
        for file in (stdout, stderr):
            file.seek(0)
        said, complained = stdout.read(kept or largest), stderr.read(kept or largest)
        return Outcome(child.returncode, said, complained, why, time.monotonic() - began)


def start(
    command: Sequence[str],
    *,
    stdin: IO[bytes] | int,
    stdout: IO[bytes] | int,
    stderr: IO[bytes] | None = None,
    seconds: float | None = None,
    memory: int | None = None,
    largest: int | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, which :func:`end` kills.

    Its limits hold even if this process dies. A limit that the system does not know, or that is
    lower already, stays as it is; this process's own soft limit on memory does not pass on.

    Args:
        command: the program and its arguments.
        stdin: as for :class:`subprocess.Popen`.
        stdout: likewise.
        stderr: likewise.
        seconds: of time that each of its processes may compute, on every core.
        memory: bytes that each of its processes may ask for.
        largest: bytes of any file that it writes.
        folder: where it runs; ``None`` for the folder of this process.
        environment: its variables; ``None`` for those of this process.

    Raises:
        OSError: it cannot be started.
    """
    return subprocess.Popen(
        [*_limiting(seconds, memory, largest), *command],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )


def _limiting(seconds: float | None, memory: int | None, largest: int | None) -> list[str]:
    """The words before a command that run it within limits, where the system has such."""
    if os.name != "posix":
        return []
    limits = ['-S -v "$(ulimit -H -v)"', "-c 0"]
    if seconds is not None:
        limits.append(f"-t {math.ceil(seconds) * (os.cpu_count() or 1) + 1}")
    if memory is not None:
        limits.append(f"-d {memory // 1024}")
    if largest is not None:
        limits.append(f"-f {largest // _BLOCK + 1}")
    script = "; ".join(f"ulimit {limit}" for limit in limits)
    return ["/bin/sh", "-c", f'{{ {script}; }} 2>/dev/null; exec "$@"', "sh"]


def _watch(
    child: subprocess.Popen[bytes],
    written: Sequence[IO[bytes]],
    seconds: float,
    memory: int | None,
    largest: int,
) -> str:
    """Wait for the end of a process; why it was stopped, or must be, if so."""
    deadline = time.monotonic() + seconds
    while child.poll() is None:
        left = deadline - time.monotonic()
        if left <= 0:
            return f"{LATE} {seconds:g} s"
        if any(os.fstat(file.fileno()).st_size > largest for file in written):
            return f"it wrote over {largest} bytes"
        if memory is not None and _resident(child.pid) > memory:
            return f"it used over {memory // 2**20} MiB of memory"
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(min(_PAUSE, left))
    if child.returncode == -signal.SIGXCPU:
        return f"{LATE} {seconds:g} s"
    if child.returncode < 0:
        return f"it was stopped by {_signal_name(-child.returncode)}"
    return ""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal, which Python has no name for
        return f"signal {number}"


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


def end(child: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process and of all that it started, and wait for it."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
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
