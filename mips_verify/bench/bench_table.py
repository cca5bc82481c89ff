"""The results of a run as a table, a summary (of all tasks, or per kind) and JSON."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from mips_verify.algebra.percent import percent
from mips_verify.bench.run_tasks import UNFINISHED, Outcome, Row
from mips_verify.pipeline.synthesis_result import Settings

_PROGRAM_WIDTH = 72
_OBSTACLES = {
    "ERROR": "internal error",
    "STOPPED": "stopped at the time limit",
    "REFUTED": "program refuted",
    "UNKNOWN": "proof undecided",
    "PROVED_UPTO": "proof undecided",
    "VACUOUS": "empty specification",
}


def text(outcome: Outcome) -> str:
    """One line per task, in plain text."""
    head = ("task", "engine", "h", "size/spec", "verdict", "network", "proved", "all", "train",
            "extract", "prove", "certify", "program")  # fmt: skip
    lines = [head, *map(_cells, outcome.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def markdown(outcome: Outcome) -> str:
    """The table for a README: one line per task, without the seconds, which always differ."""
    head = ("task", "trained by", "hidden", "program", "nodes (spec)", "verdict", "network")
    lines = [head, ("---",) * len(head)]
    for row in outcome.rows:
        verdict = row.status + (", all integers" if row.all_integers else "")
        program = row.program.replace("|", "\\|") or row.reason
        size = f"{row.size} ({row.spec_size})"
        cells = (row.task, row.engine, str(row.hidden), f"`{program}`", size, verdict, row.network)
        lines.append(cells)
    if not any(row.network for row in outcome.rows):  # records of older versions lack it
        lines = [line[:-1] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    program = row.program or row.reason
    if len(program) > _PROGRAM_WIDTH:
        program = program[: _PROGRAM_WIDTH - 3] + "..."
    verdict = row.status + (" (all integers)" if row.all_integers else "")
    stages = [row.seconds.get(s, 0.0) for s in ("train", "extract", "prove", "certify")]
    proved = "-" if row.first_proof is None else f"{row.first_proof:.2f}"
    times = (proved, *(f"{seconds:.2f}" for seconds in (row.total, *stages)))
    size = f"{row.size}/{row.spec_size}"
    return (row.task, row.engine, str(row.hidden), size, verdict, row.network, *times, program)


def summary(outcome: Outcome) -> str:
    """The number of proofs and the cost of the run, in a few lines."""
    rows = outcome.rows
    proved = [r for r in rows if r.status == "PROVED"]
    exact = [r for r in rows if r.exact]
    short = [r for r in proved if r.size <= 1.5 * r.spec_size]
    cpu = "" if outcome.cpu_seconds is None else f"{outcome.cpu_seconds:.0f} CPU-seconds, "
    lines = [
        f"{len(proved)} of {len(rows)} PROVED, {sum(r.all_integers for r in proved)} of them "
        f"for all integers; {len(exact)} networks exact on fresh sequences, "
        f"{sum(r.status == 'PROVED' for r in exact)} of those PROVED",
        f"{len(short)} programs at most 1.5 times as long as their specification",
        f"{cpu}{outcome.wall_seconds:.0f} s on "
        f"{outcome.jobs} processes, median {median(r.total for r in rows):.1f} s a task"
        + _first_proof(proved),
    ]
    if any(r.fits is not None for r in rows):  # records of older versions lack it
        lines.insert(1, _fits(rows))
    if any(r.network for r in rows):
        lines.insert(-1, _networks(rows))
    return "\n".join(lines)


def _first_proof(proved: Sequence[Row]) -> str:
    times = [r.first_proof for r in proved if r.first_proof is not None]
    return f", {median(times):.1f} s until a program is proved" if times else ""


def _fits(rows: Sequence[Row]) -> str:
    fit = [r for r in rows if r.fits]
    return (
        f"{len(fit)} programs exact on all labelled data, {sum(not r.exact for r in fit)} of them "
        f"better than their network; {sum(r.status == 'REFUTED' for r in fit)} of the {len(fit)} "
        "REFUTED"
    )


def _networks(rows: Sequence[Row]) -> str:
    said = Counter(r.network for r in rows)
    return (
        f"{said['all'] + said['all, exact']} networks PROVED equal to their programs for every "
        f"length in exact reals, {said['all']} of them in float64 too; {said['repaired']} more "
        "once they are repaired"
    )


def from_json(data: dict[str, Any]) -> Outcome:
    """The outcome that :func:`to_json` wrote, read back."""
    return Outcome(
        settings=Settings(data["engine"], data["seed"], data.get("accept", "proof")),
        rows=tuple(Row(**row) for row in data["tasks"]),
        wall_seconds=data["wall_seconds"],
        cpu_seconds=data["cpu_seconds"],
        jobs=data["jobs"],
    )


def to_json(outcome: Outcome) -> dict[str, Any]:
    """The whole outcome, ready for JSON."""
    return {
        "engine": outcome.settings.engine,
        "seed": outcome.settings.seed,
        "accept": outcome.settings.accept,
        "jobs": outcome.jobs,
        "wall_seconds": round(outcome.wall_seconds, 2),
        "cpu_seconds": None if outcome.cpu_seconds is None else round(outcome.cpu_seconds, 2),
        "proved": sum(r.status == "PROVED" for r in outcome.rows),
        "tasks": [dataclasses.asdict(r) for r in outcome.rows],
    }


@dataclass(frozen=True, slots=True)
class KindSummary:
    """The results of the tasks of one kind.

    Attributes:
        seconds: the median of the wall-clock seconds per task.
        obstacles: names of the tasks that were not proved, by what prevented a proof.
    """

    kind: str
    tasks: int
    proved: int
    all_integers: int
    seconds: float
    obstacles: Mapping[str, tuple[str, ...]]


def obstacle(row: Row) -> str:
    """What prevented a proof; an empty text if the task was proved.

    The first stage that failed counts: the network, then the program, then the proof.
    """
    if row.status == "PROVED":
        return ""
    if row.status not in UNFINISHED and not row.exact:
        return "network not exact"
    return _OBSTACLES.get(row.status, "no program in an exact network")


def by_kind(rows: Sequence[Row], kinds: Mapping[str, Sequence[str]]) -> tuple[KindSummary, ...]:
    """One summary per kind; ``kinds`` has the names of its tasks."""
    found = {row.task: row for row in rows}
    return tuple(_summary(kind, [found[n] for n in names]) for kind, names in kinds.items())


def _summary(kind: str, rows: Sequence[Row]) -> KindSummary:
    proved = [r for r in rows if r.status == "PROVED"]
    counts = Counter(obstacle(r) for r in rows if r.status != "PROVED")
    return KindSummary(
        kind=kind,
        tasks=len(rows),
        proved=len(proved),
        all_integers=sum(r.all_integers for r in proved),
        seconds=median(r.total for r in rows) if rows else 0.0,
        obstacles={
            what: tuple(r.task for r in rows if obstacle(r) == what)
            for what, _ in counts.most_common()
        },
    )


def kinds_to_text(summaries: Sequence[KindSummary]) -> str:
    """One line per kind and one per obstacle."""
    lines = []
    for s in summaries:
        share = percent(s.proved / s.tasks, 0) if s.tasks else "none"
        lines.append(
            f"{s.kind}: {s.proved} of {s.tasks} PROVED ({share}), {s.all_integers} of them for "
            f"all integers; median {s.seconds:.1f} s a task"
        )
        lines += [f"  {what}: {', '.join(names)}" for what, names in s.obstacles.items()]
    return "\n".join(lines)


def kinds_to_json(summaries: Sequence[KindSummary]) -> dict[str, Any]:
    """The summaries by the names of the kinds, ready for JSON."""
    return {
        s.kind: {
            "tasks": s.tasks,
            "proved": s.proved,
            "all_integers": s.all_integers,
            "median_seconds": round(s.seconds, 2),
            "obstacles": {what: list(names) for what, names in s.obstacles.items()},
        }
        for s in summaries
    }
