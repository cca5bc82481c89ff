"""Results kept line by line while a long trial runs, so that a stopped trial can be resumed."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any


class Journal:
    """A file of JSON lines: what was asked, then one result a line.

    A journal of another question, or of other code, is started anew.

    Args:
        path: the file; without one nothing is kept.
        question: everything that the results depend on besides the code.
    """

    def __init__(self, path: Path | None, question: dict[str, Any]) -> None:
        head = {**question, "code": _fingerprint()}
        self.results: list[dict[str, Any]] = []
        self._file: IO[str] | None = None
        if path is None:
            return
        lines = path.read_text().splitlines() if path.exists() else []
        if lines and json.loads(lines[0]) == head:
            self.results = list(_whole(lines[1:]))
        self._file = path.open("w")
        for row in (head, *self.results):
            self._write(row)

    def add(self, result: dict[str, Any]) -> None:
        """Keep one more result."""
        self.results.append(result)
        self._write(result)

    def _write(self, row: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()


def _whole(lines: Iterable[str]) -> Iterable[dict[str, Any]]:
    """The results, without a last line that was cut off."""
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return


def _fingerprint() -> str:
    """A hash of the package's and the trials' sources."""
    folders = (Path(__file__).parents[2] / "mips_verify", Path(__file__).parent)
    digest = hashlib.sha256()
    for path in sorted(p for folder in folders for p in folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class Progress:
    """A line on stderr now and then: how many are done and how long the rest will take."""

    def __init__(self, what: str, total: int, done: int = 0, *, every: float = 5.0) -> None:
        self.what, self.total, self.done, self.every = what, total, done, every
        self.first, self.start = done, time.monotonic()
        self.shown = self.start - every

    def step(self, note: str = "") -> None:
        """One more is done."""
        self.done += 1
        now = time.monotonic()
        if now - self.shown >= self.every or self.done == self.total:
            self.shown = now
            rate = (now - self.start) / (self.done - self.first)
            left = rate * (self.total - self.done)
            print(
                f"{self.what}: {self.done} of {self.total}, about {left:.0f} s left {note}",
                file=sys.stderr,
                flush=True,
            )
