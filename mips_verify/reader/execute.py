"""Running any program on given sequences with Python itself, each in its own process.

The processes are limited in time and memory, and their answers are checked to be integers. That
protects against accidents, not attacks: a program may do whatever its user may do.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mips_verify.files import read_bounded
from mips_verify.kernel.machine import Word
from mips_verify.processes import run_bounded
from mips_verify.reader.source.entry import find_entry, named_entry
from mips_verify.reader.source.syntax_tree import MAX_SOURCE, parse_bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there are no outputs.

    Attributes:
        why: the reason, as a sentence.
        decisive: true if the program itself is at fault and would fail anywhere, false if a limit
            of its process may be the cause.
        of_program: true if it is about the program or all its runs, false if about one sequence.
    """

    why: str
    decisive: bool = False
    of_program: bool = True

    def __str__(self) -> str:
        return self.why


Answer = list[tuple[int, ...]] | Failure

_CHILD: Final = Path(__file__).with_name("child.py")
_LARGEST_FILE: Final = 2**28  # for all answers together


def run_foreign(
    path: Path,
    words: Sequence[Word],
    *,
    entry: str | None = None,
    timeout: float,
    memory: int,
) -> list[Answer]:
    """The outputs of a program on each of ``words``.

    A function is called with one list: of integers, or of tuples if a step has several inputs. A
    function with one parameter per input gets one list per input. For a class, the method ``step``
    of a new instance is called with each input.

    Args:
        path: a Python file, which is executed with ``python -I`` in an empty folder.
        words: sequences of letters, all with the same number of inputs.
        entry: what to call; ``None`` for ``program``, or the only public function or class.
        timeout: seconds for all words together, after which the processes are killed.
        memory: bytes that each process may request and that all together may keep.

    Returns:
        one answer for each word; from the first one that is late on, all are the same failure.

    Raises:
        MipsVerifyError: the file cannot be read, is not Python, or has no such function.
    """
    return run_source(read_source(path), path, words, entry=entry, timeout=timeout, memory=memory)


def read_source(path: Path) -> bytes:
    """The bytes of a program.

    Raises:
        MipsVerifyError: the file cannot be read, or is too large.
    """
    return read_bounded(path, MAX_SOURCE)


def run_source(
    source: bytes,
    path: Path,
    words: Sequence[Word],
    *,
    entry: str | None = None,
    timeout: float,
    memory: int,
    each: float | None = None,
) -> list[Answer]:
    """Like :func:`run_foreign`, for a program whose bytes have been read before.

    Args:
        each: seconds for one word, after which the others are not tried; ``None`` for no such
            bound. Without POSIX's fork there is none.
    """
    tree = parse_bytes(source, str(path))
    # a file that defines a name in some other way is told by the process itself
    found = find_entry(tree, str(path)) if entry is None else named_entry(tree, entry)
    job: dict[str, Any] = {
        "source": base64.b64encode(source).decode(),
        "path": str(path.resolve()),
        "entry": entry or (found and found.name),
        "is_class": found is not None and found.is_class,
        "each": each or timeout,
    }
    if hasattr(os, "fork"):
        return _run_words(job, words, timeout, memory)
    return [a for word in words for a in _run_words(job, [word], timeout, memory)]


def _run_words(
    job: dict[str, Any], words: Sequence[Word], timeout: float, memory: int
) -> list[Answer]:
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers"
        (Path(folder) / "empty").mkdir()
        job = {
            **job,
            "words": [[list(letter) for letter in word] for word in words],
            "answers": str(answers),
        }
        # kept open; if the program replaces the file, the replacement is not read
        with answers.open("w+b") as kept:
            ended = _run(json.dumps(job).encode(), Path(folder) / "empty", timeout, memory)
            lines = kept.read(_LARGEST_FILE).split(b"\n")[:-1]
    found = [_checked(line) for line in lines[: len(words)]]
    return found + [Failure(ended)] * (len(words) - len(found))


def _run(job: bytes, folder: Path, timeout: float, memory: int) -> str:
    """Run the child to its end, and return the reason why no further answers follow."""
    ended = run_bounded(
        [sys.executable, "-I", "-S", "-X", "utf8", str(_CHILD)],
        seconds=timeout,
        memory=memory,
        input=job,
        largest=_LARGEST_FILE,
        folder=folder,
        environment={k: v for k, v in os.environ.items() if k.upper() in ("SYSTEMROOT", "TMPDIR")},
    )
    return ended.why or f"its process ended early, with exit status {ended.returncode}"


def _checked(line: bytes) -> Answer:
    """The answer in one line of the child's output."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return Failure("its answer is unreadable")
    if isinstance(found, dict) and isinstance(found.get("why"), str):
        decisive, of_program = (found.get(key) is True for key in ("decisive", "of_program"))
        return Failure(found["why"][:300], decisive, of_program)
    if not isinstance(found, list) or not all(_is_output(y) for y in found):
        return Failure("its answer is not a list of integers")
    return [tuple(y) for y in found]


def _is_output(y: object) -> bool:
    return isinstance(y, list) and all(type(v) is int for v in y)
