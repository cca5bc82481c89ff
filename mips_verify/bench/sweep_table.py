"""What many runs of one task show together: rates, seconds, sizes, layouts and programs."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from mips_verify.algebra.percent import percent
from mips_verify.bench.program_classes import Equal, ProgramClass, program_classes
from mips_verify.bench.seeds import Run
from mips_verify.kernel.domain import Domain
from mips_verify.report.text import machine_line

_ALL = ("all", "all, exact")  # what a row says of a network that is its program at every length


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """The runs of one task.

    Attributes:
        task: its name.
        runs: how many there are.
        trained: of them, those whose network is right on all fresh sequences.
        read: those whose program is right on all labelled data.
        proved: those whose program is PROVED.
        network: those whose network is proved to be its program for every length.
        seconds: the median of the seconds of a run.
        hidden: how many networks have each hidden size.
        layouts: how many hidden states have each layout.
        classes: the programs.
        failures: why runs failed or were stopped, and how many for each reason.
    """

    task: str
    runs: int
    trained: int
    read: int
    proved: int
    network: int
    seconds: float
    hidden: tuple[tuple[int, int], ...]
    layouts: tuple[tuple[str, int], ...]
    classes: tuple[ProgramClass, ...]
    failures: tuple[tuple[str, int], ...]


def summarise(runs: Sequence[Run], domain: Domain, equal: Equal) -> TaskSummary:
    """The summary of the runs of one task."""
    programs = [
        (program, run.status == "PROVED")
        for run in runs
        if (program := run.program_machine()) is not None
    ]
    return TaskSummary(
        task=runs[0].task,
        runs=len(runs),
        trained=sum(r.exact for r in runs),
        read=sum(r.fits for r in runs),
        proved=sum(r.status == "PROVED" for r in runs),
        network=sum(r.network in _ALL for r in runs),
        seconds=median(r.total for r in runs),
        hidden=tuple(sorted(Counter(r.hidden for r in runs if r.hidden).items())),
        layouts=tuple(Counter(r.layout for r in runs if r.layout).most_common()),
        classes=program_classes(programs, domain, equal),
        failures=tuple(Counter(_why(r) for r in runs if not r.finished).most_common()),
    )


def _why(run: Run) -> str:
    return f"{run.status}: {run.reason}" if run.reason else run.status


def text(summaries: Sequence[TaskSummary]) -> str:
    """One line a task, then the classes of programs of each."""
    head = ("task", "runs", "trained", "read", "proved", "network", "median s", "hidden (runs)",
            "programs", "layout")  # fmt: skip
    lines = [head, *map(_cells, summaries)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    table = [
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join(
        [*table, *(line for s in summaries for line in ("", f"{s.task}:", *programs(s)))]
    )


def _cells(s: TaskSummary) -> tuple[str, ...]:
    shares = [percent(n / s.runs, 0) for n in (s.trained, s.read, s.proved, s.network)]
    wordings = sum(c.wordings for c in s.classes)
    programs = f"{wordings} in {len(s.classes)} class{'es' * (len(s.classes) != 1)}"
    layouts = ", ".join(f"{kind} {n}" for kind, n in s.layouts)
    return (s.task, str(s.runs), *shares, f"{s.seconds:.1f}", _counted(s.hidden), programs, layouts)


def _counted(pairs: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{size} ({n})" for size, n in pairs)


def programs(s: TaskSummary) -> list[str]:
    """A line for each class of programs, and for each reason of failures."""
    lines = []
    for c in s.classes:
        says = "equal to the specification" if c.is_spec else "another function"
        if c.undecided:
            says = "perhaps the function of another class"
        other = f", {c.wordings} wordings" if c.wordings > 1 else ""
        runs = f"{c.count} run{'s' * (c.count != 1)}"
        lines.append(f"  {runs}, {says}{other}: {machine_line(c.representative)}")
    lines += [f"  {n} run{'s' * (n != 1)} without a result, {why}" for why, n in s.failures]
    return lines


def to_json(summaries: Sequence[TaskSummary], runs: Sequence[Run]) -> dict[str, Any]:
    """The summaries and all rows, ready for JSON."""
    return {
        "tasks": [_to_dict(s) for s in summaries],
        "runs": [dataclasses.asdict(r) for r in runs],
    }


def _to_dict(s: TaskSummary) -> dict[str, Any]:
    shallow = {f.name: getattr(s, f.name) for f in dataclasses.fields(s)}
    classes = [
        {
            "program": machine_line(c.representative),
            "runs": c.count,
            "wordings": c.wordings,
            "is_spec": c.is_spec,
            "undecided": c.undecided,
        }
        for c in s.classes
    ]
    failures = dict(s.failures)
    return {
        **shallow,
        "failures": failures,
        "hidden": dict(s.hidden),
        "layouts": dict(s.layouts),
        "classes": classes,
    }


def summaries_of(
    runs: Sequence[Run], domain_of: Callable[[str], Domain], equal: Equal
) -> tuple[TaskSummary, ...]:
    """A summary for each task among the rows, in their order."""
    tasks = dict.fromkeys(r.task for r in runs)
    return tuple(
        summarise([r for r in runs if r.task == task], domain_of(task), equal) for task in tasks
    )
