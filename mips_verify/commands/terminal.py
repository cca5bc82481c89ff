"""Progress on stderr: a line a stage, a bar, or a board of running tasks.

On a terminal the current activity moves below, and goes away; with --verbose every activity is a
line; with --quiet nothing is said.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rich.console import Console, Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as ProgressBar
from rich.table import Column, Table
from rich.text import Text

from mips_verify.commands.printing import coloured, console_on, cut
from mips_verify.commands.volume import Volume, volume
from mips_verify.errors import one_line
from mips_verify.progress import EARLIER, Found, Progress

if TYPE_CHECKING:
    from mips_verify.bench.run_tasks import Row

PAUSE: Final = 5.0  # seconds between two lines of a bar if stderr is not a terminal
RECENT: Final = 12  # finished rows that stay visible on a terminal
MINUTE: Final = 60.0  # seconds
NAMES: Final = {  # what stages are called after what they find
    "train": "network",
    "extract": "program",
    "read": "program",
    "prove": "proof",
    "certify": "theorem",
}


@dataclass(slots=True)
class Stages:
    """Says what each stage found and how long it took, counted from the end of the one before."""

    console: Console
    name: str
    show: Callable[[str], None]
    began: float = field(default_factory=time.perf_counter)
    ended: float = field(default_factory=time.perf_counter)
    activity: tuple[str, str] = ("", "")

    def __call__(self, stage: str, message: str) -> None:
        """Print a line if the stage has ended, or only if it is wanted."""
        if isinstance(message, Found):
            self._found(stage, message)
            return
        if volume() is Volume.VERBOSE and (stage, message) != self.activity:
            seconds = time.perf_counter() - self.began
            _say(self.console, f"[{seconds:6.1f} s] {self.name}: {stage}: {message}", whole=True)
        self.activity = stage, message
        self.show(f"{NAMES.get(stage, stage)}: {message}")

    def _found(self, stage: str, message: str) -> None:
        began, self.ended = self.ended, time.perf_counter()
        took = f"{self.ended - began:.1f} s"
        if self.activity == (stage, EARLIER):
            took = EARLIER
        name = f"{NAMES.get(stage, stage):9}"
        room = self.console.width - len(f"{name} , {took}")
        _say(self.console, f"{name} {cut(message, room)}, {took}")


@contextlib.contextmanager
def status(name: str) -> Iterator[Progress]:
    """A line a stage; on a terminal also the activity, in a log also the ``name`` of the work."""
    console = _console()
    if not _moves(console):
        yield Stages(console, name, lambda _: None)
        return
    with _moving(console, SpinnerColumn()) as spinner:
        task = spinner.add_task("", total=None)
        yield Stages(console, name, lambda line: spinner.update(task, description=one_line(line)))


@contextlib.contextmanager
def bar(total: int) -> Iterator[Callable[[str, str], None]]:
    """A progress bar on a terminal; elsewhere a line with an estimate every few seconds.

    Yields:
        a function to call with the name and the outcome of each finished part.
    """
    console, pause = _console(), 0.0 if volume() is Volume.VERBOSE else PAUSE
    began = said = time.perf_counter()
    finished = 0

    def done(name: str, outcome: str) -> None:
        nonlocal said, finished
        finished, now = finished + 1, time.perf_counter()
        line = f"{name}: {outcome}{_left(began, finished, total)}"
        if live is not None:
            live.update(task, completed=finished, description=line)
        elif now - said >= pause and (finished < total or not pause):
            _say(console, f"[{finished}/{total}] {line}")
            said = now

    if not _moves(console):
        live = None
        yield done
        return
    with _moving(console, BarColumn(20), MofNCompleteColumn()) as live:
        task = live.add_task("", total=total)
        yield done


@dataclass(slots=True)
class Board:
    """The state of a benchmark: running tasks, finished tasks, and the time left."""

    total: int
    console: Console
    verbose: bool = False
    live: Live | None = None
    began: float = field(default_factory=time.perf_counter)
    running: dict[str, str] = field(default_factory=dict)
    recent: deque[Row] = field(default_factory=lambda: deque(maxlen=RECENT))
    finished: int = 0
    proved: int = 0

    def doing(self, task: str, stage: str, message: str) -> None:
        """Note what a running task is doing."""
        self.running[task] = one_line(f"{NAMES.get(stage, stage)}: {message}")
        if self.verbose:
            _say(self.console, f"{task}: {stage}: {message}", whole=True)
        self._draw()

    def done(self, row: Row) -> None:
        """Note a finished task."""
        self.running.pop(row.task, None)
        self.recent.append(row)
        self.finished += 1
        self.proved += row.status == "PROVED"
        if self.live is None:
            failed = f" ({row.reason})" if row.status == "ERROR" else ""
            line = f"[{self.finished}/{self.total}] {row.task}: {row.status}{failed}"
            line += f", {row.total:.1f} s{_left(self.began, self.finished, self.total)}"
            _say(self.console, line, whole=bool(failed))
        self._draw()

    def _draw(self) -> None:
        if self.live is not None:
            self.live.update(self._picture())

    def _picture(self) -> Group:
        columns = (Column(no_wrap=True) for _ in range(3))
        table = Table(*columns, _rest(), box=None, show_header=False, expand=True)
        for row in self.recent:
            table.add_row(row.task, coloured(row.status), f"{row.total:.1f} s", Text(row.program))
        for task, doing in self.running.items():
            table.add_row(Text(task, style="bold"), "", "", Text(doing, style="dim"))
        seconds = time.perf_counter() - self.began
        line = f"{self.finished}/{self.total} done, {self.proved} proved, {seconds:.0f} s"
        line += _left(self.began, self.finished, self.total)
        return Group(table, Text(line, no_wrap=True, overflow="ellipsis"))


@contextlib.contextmanager
def board(total: int) -> Iterator[Board]:
    """A live board on a terminal; elsewhere one line per finished task."""
    console = _console()
    watch = Board(total, console, volume() is Volume.VERBOSE)  # other threads cannot ask
    if not _moves(console):
        yield watch
        return
    with Live(console=console, transient=True, refresh_per_second=4) as live:
        watch.live = live
        yield watch


def _console() -> Console:
    return console_on(sys.stderr, quiet=volume() is Volume.QUIET)


def _moves(console: Console) -> bool:
    """Whether something may move: on a terminal, unless a log of lines is wanted, or nothing."""
    return console.is_terminal and volume() is Volume.NORMAL


def _moving(console: Console, *columns: ProgressColumn) -> ProgressBar:
    """What moves until the end of a block; with the time, and an activity that is cut to fit."""
    activity = TextColumn("{task.description}", markup=False, table_column=_rest())
    return ProgressBar(
        *columns, TimeElapsedColumn(), activity, console=console, transient=True, expand=True
    )


def _rest() -> Column:
    """A column that gets the room that the others leave, and is cut to it."""
    return Column(no_wrap=True, overflow="ellipsis", ratio=1)


def _say(console: Console, line: str, *, whole: bool = False) -> None:
    """Print a line, cut to the width; a ``whole`` one is broken, or left long off a terminal."""
    if whole:
        console.print(coloured(one_line(line)), soft_wrap=not console.is_terminal)
    else:
        console.print(coloured(cut(line, console.width)), soft_wrap=True)


def _left(began: float, finished: int, total: int) -> str:
    """An estimate of the time that is left; empty if nothing or everything is finished."""
    if not 0 < finished < total:
        return ""
    seconds = (time.perf_counter() - began) / finished * (total - finished)
    if seconds < MINUTE:
        return f", about {seconds:.0f} s left"
    return f", about {seconds / MINUTE:.0f} min left"
