"""Any program file, run in a process of its own on given sequences.

The process is limited in time and memory, and what it answers is checked to be integers.
That guards against accidents. It is no prison: a program may do whatever its user may.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.machine import Word
from mips_verify.reader.survey import find_entry, parse_file

Answer = list[tuple[int, ...]] | str  # outputs, or why there are none

_CHILD: Final = Path(__file__).with_name("child.py")
_LARGEST_FILE: Final = 2**28  # bytes of answers


def run_foreign(
    path: Path,
    words: Sequence[Word],
    *,
    entry: str | None = None,
    timeout: float,
    memory: int,
) -> list[Answer]:
    """The outputs of a program on each of ``words``.

    The function is called with one list: integers, or tuples where a step has several
    inputs. A function with one parameter for each input gets one list for each.

    Args:
        path: a Python file; it is executed with ``python -I`` in an empty folder.
        words: sequences of letters, all with the same number of inputs.
        entry: the function to call; ``None`` for ``program`` or the only public one.
        timeout: seconds for all words together; the process is killed after them.
        memory: bytes that the process may allocate, where the platform can limit it.

    Returns:
        one answer a word. After an answer that could not be given in time, or that ended
        the process, every further one is the same sentence.

    Raises:
        MipsVerifyError: a file that cannot be read, is not Python, or has no such function.
    """
    entry = entry or _find(path)
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers"
        (Path(folder) / "empty").mkdir()
        job = {
            "path": str(path.resolve()),
            "entry": entry,
            "words": [[list(letter) for letter in word] for word in words],
            "answers": str(answers),
            "seconds": math.ceil(timeout) + 1,
            "memory": memory,
            "largest": _LARGEST_FILE,
        }
        # kept open: what a program puts in the place of this file is not read
        with answers.open("w+b") as kept:
            ended = _run(json.dumps(job).encode(), Path(folder) / "empty", timeout)
            lines = kept.read(_LARGEST_FILE).split(b"\n")[:-1]
    found = [_checked(line) for line in lines[: len(words)]]
    return found + [ended] * (len(words) - len(found))


def _find(path: Path) -> str:
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MipsVerifyError(f"cannot read {path} as text: {error}") from None
    try:
        return find_entry(parse_file(source, str(path)))
    except MipsVerifyError as error:
        shown = str(error)
        raise MipsVerifyError(shown if str(path) in shown else f"{path}: {shown}") from None


def _run(job: bytes, folder: Path, timeout: float) -> str:
    """Run the child to its end; why it has no further answers."""
    environment = {k: v for k, v in os.environ.items() if k.upper() in ("SYSTEMROOT", "TMPDIR")}
    child = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    try:
        child.communicate(job, timeout=timeout)
    except subprocess.TimeoutExpired:
        return f"it did not finish within {timeout:g} seconds"
    finally:
        _kill(child)
    if child.returncode < 0:
        return f"its process was stopped by {signal.Signals(-child.returncode).name}"
    return f"its process ended early, with exit status {child.returncode}"


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child and, where there are sessions, what it has started."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    child.wait()
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()


def _checked(line: bytes) -> Answer:
    """One line of the child: a list of lists of integers, or a text."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return "its answer is unreadable"
    if isinstance(found, str):
        return found[:300]
    if not isinstance(found, list) or not all(_is_output(y) for y in found):
        return "its answer is not a list of integers"
    return [tuple(y) for y in found]


def _is_output(y: object) -> bool:
    return isinstance(y, list) and all(type(v) is int for v in y)
