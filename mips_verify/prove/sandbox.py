"""Proofs in a worker process that has a memory limit and can be killed.

Z3 does not count all of its work, and a state may grow without bound. A comparison that never
ends or uses up all memory must not affect the caller. One worker serves many comparisons.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Any, Final

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.obligations import join
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.processes import end, start
from mips_verify.progress import Say
from mips_verify.prove.limits import DEFAULT, Limits

SECONDS: Final = 120.0
MEMORY: Final = 4 * 2**30  # bytes


def equal_in_worker(
    program: Machine,
    spec: Machine,
    domain: Domain,
    *,
    seed: int = 0,
    limits: Limits = DEFAULT,
    seconds: float = SECONDS,
    progress: Say | None = None,
) -> Verdict:
    """Run :func:`mips_verify.prove.equal.equal` in the worker of this process.

    Returns:
        The verdict; UNKNOWN, with the reason, if the worker died or had to be killed.
    """
    return _shared(os.getpid()).equal(
        program, spec, domain, seed=seed, limits=limits, seconds=seconds, progress=progress
    )


def close() -> None:
    """End the worker of this process; the next comparison starts a new one."""
    _shared(os.getpid()).close()


@functools.cache
def _shared(_pid: int) -> Sandbox:
    """One sandbox per process, since a forked child must not use its parent's worker."""
    return Sandbox()


class Sandbox:
    """A worker process, started when needed, also after it was killed.

    Args:
        memory: bytes that the worker may request, if the system can limit that.
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self.memory = memory
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._replies: queue.Queue[Any] = queue.Queue()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker."""
        worker, self._worker = self._worker, None
        if worker is not None:
            if worker.poll() is None:  # otherwise its id may already belong to another process
                end(worker)
            for stream in (worker.stdin, worker.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()

    def equal(
        self,
        program: Machine,
        spec: Machine,
        domain: Domain,
        *,
        seed: int = 0,
        limits: Limits = DEFAULT,
        seconds: float = SECONDS,
        progress: Say | None = None,
    ) -> Verdict:
        """Compare two machines; after ``seconds`` the worker is killed.

        Raises:
            MachineError: machines that do not fit together.
        """
        join(program, spec, domain)
        with self._lock:
            start = time.monotonic()
            try:
                self._send((program, spec, domain, seed, limits))
                return self._verdict(start + seconds, seconds, progress)
            except (BrokenPipeError, EOFError):
                self.close()
                return Verdict(
                    Status.UNKNOWN,
                    "the prover's process ended, probably for want of memory",
                    seconds=time.monotonic() - start,
                )
            except BaseException:
                self.close()  # the worker might still send this answer to the next question
                raise

    def _verdict(self, deadline: float, seconds: float, progress: Say | None) -> Verdict:
        while True:
            try:
                kind, value = self._replies.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                self.close()
                reason = f"stopped after {seconds:g} s"
                return Verdict(Status.UNKNOWN, reason, seconds=seconds)
            if kind == "end":
                raise EOFError
            if kind == "error":
                raise RuntimeError(f"the prover failed: {value}")
            if kind == "verdict":
                verdict: Verdict = value
                return verdict
            if progress is not None:
                progress(value)

    def _send(self, question: object) -> None:
        if self._worker is None or self._worker.poll() is not None:
            self.close()
            self._start()
        assert self._worker is not None
        assert self._worker.stdin is not None
        # pickle is safe here: the data come from this package, never from a file or a network
        pickle.dump(question, self._worker.stdin)
        self._worker.stdin.flush()

    def _start(self) -> None:
        if importlib.util.find_spec("z3") is None:  # the worker could only end
            raise ModuleNotFoundError("No module named 'z3'", name="z3")
        command = [sys.executable, "-P", "-m", "mips_verify.prove.worker"]
        one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        path = os.pathsep.join(p for p in sys.path if p)
        self._worker = start(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            memory=self.memory,
            environment={**os.environ, **one_thread, "PYTHONPATH": path},
        )
        self._replies = queue.Queue()
        listener = threading.Thread(
            target=_listen, args=(self._worker.stdout, self._replies), daemon=True
        )
        listener.start()


def _listen(stream: Any, replies: queue.Queue[Any]) -> None:
    """Put the worker's messages into the queue until the worker ends."""
    try:
        while True:
            replies.put(pickle.load(stream))
    except Exception:  # the pipe closed, perhaps within a message
        replies.put(("end", None))
