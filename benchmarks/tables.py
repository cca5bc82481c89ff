"""The recorded measurements as Markdown, for docs/performance.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from mips_verify.bench.run_tasks import Row

SLOWEST = 6  # tasks that the table of stages names
SHOWN = 0.05  # seconds; a stage that never takes so long is left out


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def stages(rows: Sequence[Row]) -> str:
    """The seconds of each stage over all tasks, and the tasks in which it takes longest."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row.seconds)
    whole = sum(total.values())
    lines = []
    for stage, seconds in total.most_common():
        most = sorted(rows, key=lambda row: -row.seconds.get(stage, 0.0))[:SLOWEST]
        named = ", ".join(f"{row.task} {row.seconds.get(stage, 0.0):.1f}" for row in most)
        lines.append((stage, f"{seconds:.1f}", f"{seconds / whole:.0%}", named))
    return table(("stage", "seconds", "share", "longest"), lines)


def benchmarks(found: dict[str, Any]) -> str:
    """The median of each benchmark, a row each."""
    lines = []
    for one in found["benchmarks"]:
        steps, memory = one.get("steps_times_members"), one.get("mebibytes")
        rate = f"{steps / one['seconds']:,.0f} steps of a member a second" if steps else ""
        lines.append((one["name"], f"{one['seconds']:.3f}", rate or _memory(memory)))
    return table(("what", "CPU seconds", ""), lines)


def _memory(mebibytes: int | None) -> str:
    return f"at most {mebibytes} MiB" if mebibytes else ""


def growth(found: dict[str, Any]) -> str:
    """Each dimension and stage with its seconds at all sizes, and its exponent at the last ones."""
    lines = []
    for name, result in found.items():
        points = result["points"]
        sizes = ", ".join(f"{p['size']}" for p in points)
        lines += [
            (name, sizes, stage, _line(points, stage), result["exponents"].get(stage, "-"))
            for stage in points[-1]["seconds"]
            if max(p["seconds"].get(stage, 0.0) for p in points) >= SHOWN
        ]
    return table(("what grows", "sizes", "stage", "CPU seconds", "exponent"), lines)


def _line(points: Sequence[dict[str, Any]], stage: str) -> str:
    return ", ".join(f"{p['seconds'].get(stage, 0.0):.2f}" for p in points)


def loop(found: dict[str, Any]) -> str:
    """How many times longer the plain loop takes."""
    s = found["summary"]
    return (
        f"{s['tasks']} tasks: the ladder trains them in {s['train_seconds']:.0f} CPU seconds, the "
        f"plain loop in {s['loop_seconds']:,} (extrapolated), which is {s['median_ratio']:,} times "
        f"as long in the median and {s['least_ratio']:,} times in the worst ({s['least_of']})."
    )
