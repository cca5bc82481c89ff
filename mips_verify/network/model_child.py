"""A child process of ours that answers requests over two pipes, and ends with its object."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import weakref
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from mips_verify.processes import end, start

HEADER: Final = 2**20  # bytes of a reply's header


class ModelChild:
    """A process that runs a module of this package; no thread but one may use it at a time.

    Args:
        module: its name; it gets the arguments and the number of this process.
        arguments: of its command line.
        memory: bytes that the process may request.

    Attributes:
        process: the process.
        close: ends the process; called when nobody holds this object any more, too.
    """

    def __init__(self, module: str, arguments: Sequence[str], *, memory: int) -> None:
        self.process = _started(module, arguments, memory)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._requests = Connection(os.dup(self.process.stdin.fileno()), readable=False)
        self._replies = Connection(os.dup(self.process.stdout.fileno()), writable=False)
        self.process.stdin.close()
        self.process.stdout.close()
        self.close = weakref.finalize(self, _ended, self.process, self._requests, self._replies)

    def exchanged(
        self, frames: Sequence[bytes | memoryview], largest: int
    ) -> tuple[dict[str, Any], bytes]:
        """The reply to a request: a header, and bytes.

        Raises:
            EOFError: the process ended.
            OSError: its pipe closed, or its reply has more than ``largest`` bytes.
        """
        for frame in frames:
            self._requests.send_bytes(frame)
        header: dict[str, Any] = json.loads(self._replies.recv_bytes(HEADER))
        return header, self._replies.recv_bytes(largest)


def _started(module: str, arguments: Sequence[str], memory: int) -> subprocess.Popen[bytes]:
    # -P: a file in the working directory must not be imported in place of a library
    command = [sys.executable, "-P", "-m", module, *arguments, str(os.getpid())]
    # variables of onnxruntime could make it load code or settings from a file
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ORT_")}
    environment = {
        **kept, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }  # fmt: skip
    with Path(os.devnull).open("wb") as nowhere:
        return start(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=nowhere, memory=memory,
            environment=environment,
        )  # fmt: skip


def _ended(child: subprocess.Popen[bytes], *pipes: Connection) -> None:
    if child.poll() is None:  # otherwise its id may already belong to another process
        end(child)
    for pipe in pipes:
        pipe.close()
