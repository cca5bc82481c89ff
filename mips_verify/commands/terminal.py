"""Progress on stderr: a status line, a bar, or a board of running tasks."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import Progress as ProgressBar
from rich.table import Table
from rich.text import Text

from mips_verify.progress import Progress

if TYPE_CHECKING:
    from mips_verify.bench.run_tasks import Row

QUIET = 5.0  # seconds between two lines if stderr is not a terminal
RECENT = 12  # finished rows that stay visible on a terminal


@contextlib.contextmanager
def status(name: str) -> Iterator[Progress]:
    """A spinner with the current stage; plain lines if stderr is not a terminal."""
    console = Console(stderr=True, highlight=False)
    began = time.perf_counter()
    if not console.is_terminal:
        seen = ""

        def say(stage: str, message: str) -> None:
            nonlocal seen
            line = f"{name}: {stage}: {message}"
            if line != seen:
                console.print(
                    f"[{time.perf_counter() - began:6.1f}s] {line}", markup=False, soft_wrap=True
                )
            seen = line

        yield say
        return
    with console.status(Text(name)) as spinner:

        def show(stage: str, message: str) -> None:
            seconds = time.perf_counter() - began
            spinner.update(Text(f"{name}: {stage}: {message}  ({seconds:.0f} s)"))

        yield show


@dataclass(slots=True)
class Board:
    """The state of a benchmark: running tasks, finished tasks, and the time left."""

    total: int
    jobs: int
    console: Console
    live: Live | None = None
    began: float = field(default_factory=time.perf_counter)
    running: dict[str, str] = field(default_factory=dict)
    recent: deque[Row] = field(default_factory=lambda: deque(maxlen=RECENT))
    finished: int = 0
    proved: int = 0

    def doing(self, task: str, stage: str, message: str) -> None:
        """Note what a running task is doing."""
        self.running[task] = f"{stage}: {message}"
        self._draw()

    def done(self, row: Row) -> None:
        """Note a finished task."""
        self.running.pop(row.task, None)
        self.recent.append(row)
        self.finished += 1
        self.proved += row.status == "PROVED"
        if self.live is None:
            line = f"[{self.finished}/{self.total}] {row.task}: {row.status}, {row.total:.1f} s"
            line += self._left()
            self.console.print(line, markup=False, soft_wrap=True)
        self._draw()

    def _draw(self) -> None:
        if self.live is not None:
            self.live.update(self._picture())

    def _picture(self) -> Group:
        table = Table(box=None, pad_edge=False)
        for column in ("task", "engine", "h", "verdict", "seconds"):
            table.add_column(column, justify="right" if column in ("h", "seconds") else "left")
        for row in self.recent:
            style = "green" if row.status == "PROVED" else "red"
            verdict = Text(row.status, style=style)
            table.add_row(row.task, row.engine, str(row.hidden), verdict, f"{row.total:.1f}")
        for task, doing in self.running.items():
            table.add_row(Text(task, style="bold"), Text(doing[:60], style="dim"), "", "...", "")
        return Group(table, Text(self._line()))

    def _line(self) -> str:
        seconds = time.perf_counter() - self.began
        line = f"{self.finished}/{self.total} done, {self.proved} proved, {seconds:.0f} s"
        return line + self._left()

    def _left(self) -> str:
        if not 0 < self.finished < self.total:
            return ""
        seconds = time.perf_counter() - self.began
        return f", about {seconds / self.finished * (self.total - self.finished):.0f} s left"


@contextlib.contextmanager
def board(total: int, jobs: int) -> Iterator[Board]:
    """A live board on a terminal; elsewhere one line per finished task."""
    console = Console(stderr=True, highlight=False)
    watch = Board(total, jobs, console)
    if not console.is_terminal:
        yield watch
        return
    with Live(console=console, transient=True, refresh_per_second=4) as live:
        watch.live = live
        yield watch


@contextlib.contextmanager
def bar(total: int) -> Iterator[Callable[[str, str], None]]:
    """A progress bar on a terminal; elsewhere a line with an estimate every few seconds.

    Yields:
        a function to call with the name and the outcome of each finished part.
    """
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with ProgressBar(console=console, transient=True) as progress:
            whole = progress.add_task("", total=total)
            yield lambda name, outcome: progress.update(
                whole, advance=1, description=f"{escape(name)}: {outcome}"
            )
        return
    began = said = time.perf_counter()
    finished = 0

    def done(name: str, outcome: str) -> None:
        nonlocal said, finished
        finished += 1
        now = time.perf_counter()
        if now - said > QUIET and finished < total:
            left = (now - began) / finished * (total - finished)
            line = f"[{finished}/{total}] {name}: {outcome}, about {left:.0f} s left"
            console.print(line, markup=False, soft_wrap=True)
            said = now

    yield done
