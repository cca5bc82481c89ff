"""A run of many tasks summed up kind by kind: the share proved, and what stood in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from mips_verify.bench.run_tasks import Row

_WAYS = {
    "ERROR": "internal error",
    "STOPPED": "stopped at the time limit",
    "REFUTED": "program refuted",
    "UNKNOWN": "proof undecided",
    "PROVED_UPTO": "proof undecided",
    "VACUOUS": "empty specification",
}


@dataclass(frozen=True, slots=True)
class KindSummary:
    """What became of the tasks of one kind.

    Attributes:
        seconds: the median of the wall seconds a task.
        obstacles: why tasks were not proved, with their names.
    """

    kind: str
    tasks: int
    proved: int
    all_integers: int
    seconds: float
    obstacles: Mapping[str, tuple[str, ...]]


def obstacle(row: Row) -> str:
    """What stood in the way of a proof; an empty text for a proved row.

    The first stage that fell short is to blame: the network before the program before the proof.
    """
    if row.status == "PROVED":
        return ""
    if row.status not in ("ERROR", "STOPPED") and not row.exact:
        return "network not exact"
    return _WAYS.get(row.status, "no program in an exact network")


def by_kind(rows: Sequence[Row], kinds: Mapping[str, Sequence[str]]) -> tuple[KindSummary, ...]:
    """One summary a kind; ``kinds`` names the tasks of each."""
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


def text(summaries: Sequence[KindSummary]) -> str:
    """One line a kind, and one for each thing that stood in the way."""
    lines = []
    for s in summaries:
        share = f"{s.proved / s.tasks:.0%}" if s.tasks else "none"
        lines.append(
            f"{s.kind}: {s.proved} of {s.tasks} PROVED ({share}), {s.all_integers} of them for "
            f"all integers; median {s.seconds:.1f} s a task"
        )
        lines += [f"  {what}: {', '.join(names)}" for what, names in s.obstacles.items()]
    return "\n".join(lines)


def to_json(summaries: Sequence[KindSummary]) -> dict[str, Any]:
    """The summaries by the names of the kinds."""
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
