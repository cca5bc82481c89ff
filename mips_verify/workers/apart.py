"""A function that is run in a process of its own, which can be stopped.

For workers of a cluster: there, multiprocessing may not start processes, and a thread cannot be
stopped. A question goes in by standard input, the answer comes out by a copy of standard output.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from pebble import ProcessExpired

from mips_verify.processes import LATE, run_bounded

T = TypeVar("T")
_FOREVER: Final = 30 * 24 * 3600.0  # seconds; Dask's own bounds come earlier


def run_apart(
    prepare: Callable[[], None],
    function: Callable[..., T],
    arguments: Sequence[object],
    timeout: float | None,
    folder: Path,
) -> T:
    """Run ``prepare()``, then ``function(*arguments)``, in a new process.

    Args:
        prepare: called first.
        function: a function of a module.
        arguments: what can be pickled.
        timeout: wall-clock seconds after which the process is ended, or ``None``.
        folder: its working directory; the machines of a cluster share their files.

    Raises:
        TimeoutError: the process was ended.
        ProcessExpired: it ended without an answer.
        Exception: what the function raised.
    """
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join(p for p in sys.path if p)
    done = run_bounded(
        [sys.executable, "-P", "-m", "mips_verify.workers.apart"],
        seconds=timeout or _FOREVER,
        memory=None,
        input=pickle.dumps((prepare, function, tuple(arguments))),
        folder=folder,
        environment={**os.environ, **one_thread, "PYTHONPATH": path},
    )
    if done.why.startswith(LATE):
        raise TimeoutError
    if done.returncode or not done.stdout:
        raise ProcessExpired(done.ending, done.returncode)
    # pickle is safe here: the answer comes from this package
    succeeded, value = pickle.loads(done.stdout)
    if not succeeded:
        raise value
    result: T = value
    return result


def main() -> None:
    """Answer one question."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output of libraries must not mix with the answer
    prepare, function, arguments = pickle.load(sys.stdin.buffer)
    prepare()
    try:
        answer: tuple[bool, Any] = (True, function(*arguments))
    except Exception as error:
        answer = (False, error)
    with answers:
        pickle.dump(answer, answers)


if __name__ == "__main__":
    main()
