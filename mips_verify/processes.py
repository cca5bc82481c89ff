"""Child processes with bounds on time, memory and output; all their descendants are killed too.

The bounds guard against accidents and against files made to exhaust a computer. They are not a
sandbox: a process keeps all rights of its user, and a descendant that opens a new session
escapes them.
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
from multiprocessing import resource_tracker
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pebble import ProcessPool

LARGEST_OUTPUT: Final = 2**26  # bytes
LATE: Final = "it took over"  # how the reason begins if time ran out
_BLOCK: Final = 512  # bytes; POSIX's unit of file size
_PAUSE: Final = 0.05  # seconds between two looks at memory and output


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended.

    Attributes:
        returncode: exit status, negative if a signal ended the process.
        stdout: the start of its standard output.
        stderr: the start of its standard error.
        why: what stopped the process, such as ``it took over 5 s``; empty if nothing did.
        seconds: wall-clock time.
    """

    returncode: int
    stdout: bytes
    stderr: bytes
    why: str
    seconds: float

    @property
    def out(self) -> str:
        """The standard output as text."""
        return self.stdout.decode(errors="replace")

    @property
    def err(self) -> str:
        """The standard error as text."""
        return self.stderr.decode(errors="replace")

    @property
    def ending(self) -> str:
        """Why the process failed, in words; empty if it succeeded."""
        failed = f"its process ended with exit status {self.returncode}" if self.returncode else ""
        return self.why or failed


def run_bounded(
    command: Sequence[str],
    *,
    seconds: float,
    memory: int | None,
    input: bytes = b"",  # noqa: A002 - subprocess.run uses this name
    largest: int = LARGEST_OUTPUT,
    kept: int | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Run a command until it ends or exceeds one of its limits.

    Args:
        command: the program and its arguments.
        seconds: wall-clock limit for the command and its child processes.
        memory: bytes that all its processes together may use, and each may request; or ``None``.
        input: what the command reads on stdin.
        largest: most bytes of stdout, of stderr and of any file written.
        kept: most bytes of stdout and of stderr that are returned; ``None`` for all.
        folder: working directory; ``None`` for that of this process.
        environment: environment variables; ``None`` for those of this process.

    Raises:
        OSError: the command cannot be started.
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

    The limits hold even if this process dies. A limit that the system does not support, or that
    is lower already, stays as it is. The child does not inherit this process's soft memory limit.

    Args:
        command: the program and its arguments.
        stdin: as for :class:`subprocess.Popen`.
        stdout: as for :class:`subprocess.Popen`.
        stderr: as for :class:`subprocess.Popen`.
        seconds: CPU time that each process of the command may use on every core.
        memory: bytes that each process of the command may request.
        largest: most bytes of any file written.
        folder: working directory; ``None`` for that of this process.
        environment: environment variables; ``None`` for those of this process.

    Raises:
        OSError: the command cannot be started.
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
    """The command prefix that sets the limits; empty if the system is not POSIX."""
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
    """Wait until a process ends or exceeds a limit; the reason, empty if it ended by itself."""
    deadline = time.monotonic() + seconds
    while child.poll() is None:
        left = deadline - time.monotonic()
        if left <= 0:
            return f"{LATE} {round(seconds, 2):g} s"
        if any(os.fstat(file.fileno()).st_size > largest for file in written):
            return f"it wrote over {largest} bytes"
        if memory is not None and _resident(child.pid) > memory:
            return f"it used over {memory // 2**20} MiB of memory"
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(min(_PAUSE, left))
    if child.returncode == -signal.SIGXCPU:
        return f"{LATE} {round(seconds, 2):g} s"
    if child.returncode < 0:
        return f"it was stopped by {_signal_name(-child.returncode)}"
    return ""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name in Python
        return f"signal {number}"


def _resident(group: int) -> int:
    """Bytes of memory that a process group occupies; 0 if the system does not say."""
    pages = 0
    known = os.listdir("/proc") if os.path.isdir("/proc") else ()
    for pid in filter(str.isdigit, known):
        with contextlib.suppress(OSError, ValueError, IndexError):  # the process may have ended
            # the name in parentheses before the numbers may contain any character
            fields = Path("/proc", pid, "stat").read_bytes().rpartition(b")")[2].split()
            pages += int(fields[21]) if int(fields[2]) == group else 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def end(child: subprocess.Popen[bytes]) -> None:
    """Kill a process and its descendants, as far as they still run, and wait for it."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    child.wait()


@contextlib.contextmanager
def _no_interrupt() -> Iterator[None]:
    """Block Ctrl-C for this thread, and for good in threads and processes that it starts.

    A terminal sends it to all processes; the parent stops its workers, and they print nothing.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # later, its start would end the blocking
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
        with _no_interrupt():
            pool.active  # noqa: B018 - the question starts the workers
        yield pool
        pool.close()
    except BaseException:
        for worker in multiprocessing.active_children():
            worker.terminate()  # first: one that is starting would miss what `stop` takes away
        pool.stop()
        raise
    finally:
        pool.join()
