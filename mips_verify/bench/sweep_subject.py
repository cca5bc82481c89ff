"""The runs of a sweep as sections of a page, one a task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from mips_verify.algebra.percent import percent
from mips_verify.bench.program_classes import Equal
from mips_verify.bench.seeds import Run
from mips_verify.bench.sweep_table import TaskSummary, programs, summarise
from mips_verify.report.page.subject import Subject
from mips_verify.spec.task import Task

SECONDS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # ends of the bars of a panel


def sweep_subjects(
    rows: Sequence[Run], task_of: Callable[[str], Task], equal: Equal
) -> list[Subject]:
    """A section for each task among the rows, in their order.

    Args:
        rows: finished runs.
        task_of: the task of a name.
        equal: the prover, which puts programs into classes.

    Raises:
        TaskError: a row names a task that is not there.
    """
    names = dict.fromkeys(row.task for row in rows)
    return [_subject([r for r in rows if r.task == name], task_of(name), equal) for name in names]


def _subject(runs: Sequence[Run], task: Task, equal: Equal) -> Subject:
    found = summarise(runs, task.domain, equal)
    largest = found.classes[0].representative if found.classes else None
    return Subject(
        kind="sweep",
        name=f"{task.name}, {found.runs} runs",
        verdict=_verdict(found),
        claim=_claim(found),
        seconds=median(run.total for run in runs),
        says=task.says,
        domain=task.domain,
        length=task.length,
        program=largest,
        spec=task.spec,
        names=task.names,
        notes=("The program is that of the largest class; all programs of a class are PROVED "
               "equal.",) if largest else (),
        listing=tuple(programs(found)),
        distributions=_distributions(runs, found),
    )  # fmt: skip


def _verdict(found: TaskSummary) -> str:
    some = f" in {found.proved} of {found.runs}" if found.proved < found.runs else ""
    return f"PROVED{some}"


def _claim(found: TaskSummary) -> str:
    trained, read, network = (
        percent(n / found.runs, 0) for n in (found.trained, found.read, found.network)
    )
    return (
        f"{trained} of the runs gave a network that is right on all fresh sequences, {read} a "
        f"program that is right on all labelled ones, and {network} of the networks are proved to "
        "be their programs for every length."
    )


def _distributions(
    runs: Sequence[Run], found: TaskSummary
) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    rungs = Counter(run.rung for run in runs if run.rung)
    return (
        ("verdict", tuple(Counter(run.status for run in runs).most_common())),
        ("hidden values", tuple((str(size), n) for size, n in found.hidden)),
        ("seconds", _seconds([run.total for run in runs])),
        ("trained by", tuple(rungs.most_common())),
        ("layout of the states", found.layouts),
        ("class of programs", tuple((str(i), c.count) for i, c in enumerate(found.classes, 1))),
    )


def _seconds(values: Sequence[float]) -> tuple[tuple[str, int], ...]:
    """How many lie below each end, and not below the one before."""
    bars = Counter(next((i for i, end in enumerate(SECONDS) if v < end), len(SECONDS))
                   for v in values)  # fmt: skip
    labels = [*(f"< {end:g}" for end in SECONDS), f">= {SECONDS[-1]:g}"]
    return tuple((labels[i], bars[i]) for i in range(min(bars), max(bars) + 1))
