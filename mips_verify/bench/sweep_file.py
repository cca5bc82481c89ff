"""The rows of sweeps in an SQLite file, where any tool can read them.

A row is written as soon as its run has finished, in a transaction of its own, so that a killed
sweep loses nothing, and two sweeps may write into one file.
"""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final

from mips_verify import __version__
from mips_verify.bench.seeds import Run
from mips_verify.errors import MipsVerifyError, one_line

KEY: Final = "task, seed, engine, effort, accept"
_TYPES: Final = {"int": "INTEGER", "bool": "INTEGER", "float": "REAL", "str": "TEXT"}
_KINDS: Final[dict[str, type | tuple[type, ...]]] = {
    "int": int, "bool": int, "float": (int, float), "str": str,
}  # fmt: skip
_MARKS: Final = ", ".join("?" * len(dataclasses.fields(Run)))
_INSERT: Final = f"INSERT OR REPLACE INTO runs VALUES ({_MARKS})"  # noqa: S608 - only marks
_SELECT: Final = f"SELECT * FROM runs ORDER BY {KEY}"  # noqa: S608 - a constant
LARGEST: Final = 1 << 30  # bytes of a file that is read
STEP, STEPS = 100_000, 10_000  # instructions of SQLite between two looks, and looks in all
_WAIT: Final = 60.0  # seconds that another writer may take


class SweepFile:
    """An open file of rows.

    Args:
        path: the file; made if it is not there.

    Raises:
        MipsVerifyError: it is a file of another kind, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        fields = dataclasses.fields(Run)
        columns = ", ".join(f'"{f.name}" {_TYPES[str(f.type)]} NOT NULL' for f in fields)
        with self._said():
            self._base = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
            self._base.execute(f"CREATE TABLE IF NOT EXISTS runs ({columns}, PRIMARY KEY ({KEY}))")
            found = [c[1] for c in self._base.execute("PRAGMA table_info(runs)")]
        if found != [f.name for f in fields]:
            self._base.close()
            raise MipsVerifyError(
                f"{one_line(str(path))} is of another version of the tool; choose another file"
            )

    def __enter__(self) -> SweepFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._base.close()

    def add(self, run: Run) -> None:
        """Write a row, in place of one with the same key."""
        values = dataclasses.astuple(run)
        with self._said():
            self._base.execute(_INSERT, values)

    def rows(self, tasks: Iterable[str] | None = None) -> list[Run]:
        """The rows of some tasks, or all, by task and seed."""
        with self._said():
            found = self._base.execute(_SELECT).fetchall()
        rows = [_run(values) for values in found]
        wanted = None if tasks is None else set(tasks)
        return [r for r in rows if wanted is None or r.task in wanted]

    def finished(self) -> set[tuple[str, int, str, str, str]]:
        """The keys of rows by this version that need not be run again."""
        return {r.key for r in self.rows() if r.version == __version__ and r.finished}

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            why = one_line(str(error))
            raise MipsVerifyError(
                f"{one_line(str(self.path))} cannot be used for the rows of a sweep: {why}"
            ) from None


def read_rows(path: Path) -> list[Run]:
    """The rows of a file that somebody made, which is only read, and with bounds.

    Raises:
        MipsVerifyError: it is no file of a sweep of this version of the tool, or too large.
    """
    named = one_line(str(path))
    try:
        size = path.stat().st_size
    except OSError as error:
        raise MipsVerifyError(f"cannot read {named} ({error.strerror})") from None
    if size > LARGEST:
        raise MipsVerifyError(f"{named} is larger than {LARGEST >> 20} MiB")
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        ) as base:
            base.set_progress_handler(_Steps(), STEP)
            found = base.execute(_SELECT).fetchall()
            return [_run(values) for values in found]
    except (sqlite3.Error, TypeError, ValueError) as error:
        why = one_line(str(error))
        raise MipsVerifyError(f"{named} holds no rows of a sweep of this version: {why}") from None


class _Steps:
    """Ends a query that takes too many steps."""

    def __init__(self) -> None:
        self.left = STEPS

    def __call__(self) -> int:
        self.left -= 1
        return self.left < 0


def _run(values: Sequence[object]) -> Run:
    names = {f.name: str(f.type) for f in dataclasses.fields(Run)}
    for (name, kind), value in zip(names.items(), values, strict=True):
        if not isinstance(value, _KINDS[kind]):
            raise TypeError(f"'{name}' is no {kind}")
    pairs = zip(names.items(), values, strict=True)
    return Run(**{name: bool(v) if kind == "bool" else v for (name, kind), v in pairs})  # type: ignore[arg-type]
