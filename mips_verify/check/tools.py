"""Running the tools of others: in a process group of their own, bounded in time and output.

What a tool says is an answer only if it ended by itself and said it in full; everything else
that may happen to it is a reason why nothing was decided.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal

from mips_verify.errors import MipsVerifyError

MEMORY: Final = 4 * 2**30  # bytes of address space
OUTPUT: Final = 2**20  # bytes kept of each stream
_FILE: Final = 2**28  # bytes of the largest file that a tool may write

Status = Literal["holds", "fails", "undecided"]


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What an outside tool makes of one file.

    Attributes:
        tool: the name of the tool.
        status: the theorem holds, does not hold, or the tool did not decide.
        message: why it does not hold or was not decided; one line.
        version: of the tool, as it names itself; empty if it does not.
        seconds: wall-clock time it took.
    """

    tool: str
    status: Status
    message: str = ""
    version: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """How one command ended.

    Attributes:
        exit_status: negative for a signal; ``None`` if the time limit stopped it.
        out: the start of its standard output.
        err: the start of its standard error.
        seconds: wall-clock time it took.
    """

    exit_status: int | None
    out: str
    err: str
    seconds: float

    @property
    def ending(self) -> str:
        """How it ended, in words; empty if it ended well."""
        if self.exit_status is None:
            return f"stopped after {self.seconds:.3g} seconds"
        if self.exit_status < 0:
            with contextlib.suppress(ValueError):  # a signal that Python has no name for
                return f"its process was stopped by {signal.Signals(-self.exit_status).name}"
        return f"its process ended with exit status {self.exit_status}" if self.exit_status else ""


def run_tool(
    command: Sequence[str | Path],
    *,
    seconds: float,
    memory: int | None = MEMORY,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run a command to its end, then end also whatever it has started.

    Args:
        command: the executable and its arguments; no shell reads them.
        seconds: wall-clock time after which its process group is killed.
        memory: bytes of address space for each of its processes, where the platform can
            limit it; ``None`` for tools that reserve far more than they use.
        folder: the working directory; ``None`` for this process's.
        environment: all its variables; ``None`` for this process's.

    Raises:
        MipsVerifyError: an executable that cannot be started.
    """
    start = time.monotonic()
    try:
        with _own_memory_limit_lifted():
            child = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
    except OSError as error:
        raise MipsVerifyError(f"cannot run {command[0]}: {error.strerror}") from None
    exit_status: int | None = None
    try:
        out, err = _Drain(child.stdout), _Drain(child.stderr)
        _limit(child.pid, seconds, memory)
        with contextlib.suppress(subprocess.TimeoutExpired):
            exit_status = child.wait(timeout=seconds)
    finally:
        _kill(child)
    return Run(exit_status, out.text(), err.text(), time.monotonic() - start)


class _Drain:
    """Reads a stream to its end in a thread, and keeps its start."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._kept = bytearray()
        self._stream = stream
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._stream is not None
        # a stream that nobody reads would block the tool, so that the rest is read and dropped
        while chunk := os.read(self._stream.fileno(), 2**16):
            self._kept += chunk[: OUTPUT - len(self._kept)]

    def text(self) -> str:
        # a process that left the group may hold the stream open; what came until now counts
        self._thread.join(timeout=1)
        if not self._thread.is_alive() and self._stream is not None:
            self._stream.close()
        return bytes(self._kept).decode("utf-8", errors="replace")


@contextlib.contextmanager
def _own_memory_limit_lifted() -> Iterator[None]:
    """A child starts with this process's limit, which may be below its own."""
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _limit(pid: int, seconds: float, memory: int | None) -> None:
    """Bounds that hold even if this process dies and cannot end the tool."""
    if sys.platform != "linux":  # prlimit is its alone; the time limit remains
        return
    import resource

    cpu = math.ceil(seconds) * (os.cpu_count() or 1) + 1
    bounds = [(resource.RLIMIT_CPU, cpu), (resource.RLIMIT_FSIZE, _FILE), (resource.RLIMIT_CORE, 0)]
    if memory is not None:
        bounds.append((resource.RLIMIT_AS, memory))
    for kind, value in bounds:
        with contextlib.suppress(ValueError, OSError):  # a lower limit, or it has already ended
            resource.prlimit(pid, kind, (value, value))


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and, where there are sessions, what it has started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    child.wait()


def find_tool(name: str) -> Path | None:
    """The executable ``name``; of several on the path one outside this Python's own folder.

    A package of this environment may bring along an executable of the same name; a second
    opinion is worth more from one that was installed apart from it. A ``name`` with a
    folder is taken as it is.
    """
    if os.path.dirname(name):
        found = shutil.which(name)
        return Path(found) if found else None
    own = Path(sys.executable).parent
    folders = [f for f in os.environ.get("PATH", os.defpath).split(os.pathsep) if f]
    apart = [f for f in folders if Path(f).absolute() != own]
    found = shutil.which(name, path=os.pathsep.join(apart)) or shutil.which(name)
    return Path(found) if found else None


def one_line(text: str, most: int = 200) -> str:
    """The start of a tool's words as one printable line, for a message."""
    plain = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    return plain if len(plain) <= most else f"{plain[: most - 3]}..."
