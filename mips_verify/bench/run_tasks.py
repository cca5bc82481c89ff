"""Running many tasks in worker processes."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.util
import os
import queue
import resource
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from mips_verify.pipeline.store import Store
from mips_verify.pipeline.synthesis_result import Result, Settings
from mips_verify.pipeline.synthesize import synthesize
from mips_verify.prove import sandbox
from mips_verify.report.text import machine_line
from mips_verify.report.theorem import short_theorem
from mips_verify.spec.task import Task
from mips_verify.workers.executor import executor, ignore_interrupts, why_none
from mips_verify.workers.place import Place

T = TypeVar("T")
UNFINISHED: Final = ("ERROR", "STOPPED")  # the status of runs without a result


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one task, a line of the table."""

    task: str
    status: str  # of the verdict; NO_PROGRAM, STOPPED or ERROR if there is no verdict
    engine: str = ""
    hidden: int = 0
    widths: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    exact: bool = False
    accuracy: float = 0.0
    fits: bool | None = None  # whether the program is right on all labelled data
    form: str = ""
    program: str = ""
    size: int = 0
    spec_size: int = 0
    all_integers: bool = False
    network: str = ""  # letters for which the network is its program; empty in older records
    rounds: int = 0
    reason: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    first_proof: float | None = None  # seconds until a program was proved, not yet the shortest

    @property
    def total(self) -> float:
        """Wall-clock seconds of all stages."""
        return sum(self.seconds.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """A whole benchmark run: rows in the order of the tasks, and the cost."""

    settings: Settings
    rows: tuple[Row, ...]
    wall_seconds: float
    cpu_seconds: float | None  # unknown of a cluster
    jobs: int


class Watch(Protocol):
    """An object that is told about the progress of a run of tasks."""

    def doing(self, task: str, stage: str, message: str) -> None:
        """Called with the stage of a running task and what it is doing."""

    def done(self, row: Row) -> None:
        """Called with each finished task."""


@dataclass(frozen=True, slots=True)
class Work:
    """One run of the pipeline.

    Attributes:
        task: what to run.
        settings: for this run.
        bundle: the folder of the bundle, if one is wanted.
        label: what progress calls it.
    """

    task: Task
    settings: Settings
    bundle: Path | None
    label: str


def run(
    tasks: Sequence[Task],
    settings: Settings,
    *,
    place: Place,
    runs: Path | None,
    out: Path | None,
    watch: Watch,
    limit: float | None = None,
) -> Outcome:
    """Run every task, each in its own process.

    Args:
        tasks: what to run.
        settings: for every run.
        place: where the processes run, and how many at once.
        runs: folder for the results of finished stages, or ``None``.
        out: folder for the bundles of proved tasks, or ``None``.
        watch: told about the progress of the run.
        limit: wall-clock seconds after which a task is stopped, or ``None``.

    Raises:
        MipsVerifyError: there is no cluster at the place.
    """
    began, cpu = time.perf_counter(), _cpu_seconds()
    work = [Work(t, settings, None if out is None else out / t.name, t.name) for t in tasks]
    rows: dict[int, Row] = {}
    for i, found in each(row, work, place=place, runs=runs, watch=watch, limit=limit):
        rows[i] = found
        watch.done(found)
    return Outcome(
        settings=settings,
        rows=tuple(rows[i] for i in range(len(work))),
        wall_seconds=time.perf_counter() - began,
        cpu_seconds=_cpu_seconds() - cpu if place.here else None,
        jobs=place.jobs,
    )


def each(
    of: Callable[[Result], T],
    work: Sequence[Work],
    *,
    place: Place,
    runs: Path | None,
    watch: Watch,
    limit: float | None,
) -> Iterator[tuple[int, T | Row]]:
    """What ``of`` makes of every result, with its number in ``work``, as they finish.

    A run that is stopped or crashes gives a row with the reason, and the others go on. The other
    arguments are those of :func:`run`.
    """
    messages = multiprocessing.get_context("spawn").Queue() if place.here else None
    with (
        _Relay(messages, watch) if messages is not None else contextlib.nullcontext(),
        _one_thread_each(),
        executor(place, _prepare_worker, messages) as submit,
    ):
        futures = {submit(_one, of, w, runs, timeout=limit): i for i, w in enumerate(work)}
        for future in as_completed(futures):
            i = futures[future]
            yield i, _outcome(future, work[i].task, limit)


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let workers started inside use one thread for linear algebra, since every core has one."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


_messages: Any = None  # set once in each worker process, never in the parent


def _prepare_worker(messages: Any = None) -> None:
    global _messages
    _messages = messages
    ignore_interrupts()
    # the CPU time counts only children that have ended, so the prover must be closed
    multiprocessing.util.Finalize(None, sandbox.close, exitpriority=1)


def _one(of: Callable[[Result], T], work: Work, runs: Path | None) -> T:
    last = 0.0

    def progress(stage: str, message: str) -> None:
        nonlocal last
        if _messages is not None and time.perf_counter() - last > 0.2:
            last = time.perf_counter()
            _messages.put((work.label, stage, message))

    store = Store(runs / work.task.name if runs is not None else None)
    result = synthesize(work.task, work.settings, store=store, progress=progress)
    if work.bundle is not None and result.proved:
        from mips_verify.pipeline.write_bundle import write_result

        write_result(result, work.bundle)
    return of(result)


def row(result: Result) -> Row:
    """The row of a finished task."""
    trained, extraction, verdict = result.best.trained, result.best.extraction, result.verdict
    program = extraction.machine
    return Row(
        task=result.task.name,
        status=verdict.status.name if verdict is not None else "NO_PROGRAM",
        engine=trained.engine,
        hidden=trained.network.hidden,
        widths=(trained.widths_f, trained.widths_g),
        exact=trained.exact,
        accuracy=trained.accuracy,
        fits=result.best.exact,
        form=extraction.form,
        program=machine_line(program) if program is not None else "",
        size=program.size if program is not None else 0,
        spec_size=result.task.spec.size,
        all_integers=verdict.all_integers if verdict is not None else False,
        network=short_theorem(result.best.certified),
        rounds=len(result.rounds),
        reason=verdict.reason if verdict is not None else "; ".join(extraction.tried),
        seconds=result.seconds,
        first_proof=result.first_proof,
    )


def _outcome(future: Future[T], task: Task, limit: float | None) -> T | Row:
    """What a run gave; if it crashed, a row with the reason."""
    try:
        return future.result()
    except Exception as error:
        late = isinstance(error, TimeoutError)
        status, seconds = ("STOPPED", limit or 0.0) if late else ("ERROR", 0.0)
        reason = why_none(error, limit)
    spent = {"stopped": seconds} if seconds else {}
    return Row(task.name, status, reason=reason, spec_size=task.spec.size, seconds=spent)


class _Relay:
    """Passes messages of the workers on to the watcher while the block runs."""

    def __init__(self, messages: Any, watch: Watch) -> None:
        self.messages, self.watch = messages, watch
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._pump, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *exc: object) -> None:
        self.stop.set()
        self.thread.join()

    def _pump(self) -> None:
        while not self.stop.is_set():
            try:
                self.watch.doing(*self.messages.get(timeout=0.2))
            except (queue.Empty, EOFError, OSError):
                continue


def _cpu_seconds() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = map(resource.getrusage, kinds)
    return sum(u.ru_utime + u.ru_stime for u in used)
