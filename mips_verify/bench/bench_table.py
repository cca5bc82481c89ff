"""The benchmark's results as a table, a summary and JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from statistics import median
from typing import Any

from mips_verify.bench.run_tasks import Outcome, Row
from mips_verify.pipeline.synthesis_result import Settings

SCHEMA = 1
_PROGRAM_WIDTH = 72


def text(outcome: Outcome) -> str:
    """One line a task, in plain text."""
    head = ("task", "engine", "h", "size/spec", "verdict", "train", "extract", "prove", "program")
    lines = [head, *map(_cells, outcome.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def markdown(outcome: Outcome) -> str:
    """The table for a README: one line a task, without the seconds that differ every time."""
    head = ("task", "trained by", "hidden", "program", "nodes (spec)", "verdict")
    lines = [head, ("---",) * len(head)]
    for row in outcome.rows:
        verdict = row.status + (", all integers" if row.all_integers else "")
        program = row.program.replace("|", "\\|") or row.reason
        size = f"{row.size} ({row.spec_size})"
        lines.append((row.task, row.engine, str(row.hidden), f"`{program}`", size, verdict))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    program = row.program or row.reason
    if len(program) > _PROGRAM_WIDTH:
        program = program[: _PROGRAM_WIDTH - 3] + "..."
    verdict = row.status + (" (all integers)" if row.all_integers else "")
    times = (f"{row.seconds.get(s, 0.0):.2f}" for s in ("train", "extract", "prove"))
    size = f"{row.size}/{row.spec_size}"
    return (row.task, row.engine, str(row.hidden), size, verdict, *times, program)


def summary(outcome: Outcome) -> str:
    """Counts and costs in a few lines."""
    rows = outcome.rows
    proved = [r for r in rows if r.status == "PROVED"]
    exact = [r for r in rows if r.exact]
    short = [r for r in proved if r.size <= 1.5 * r.spec_size]
    lines = [
        f"{len(proved)} of {len(rows)} PROVED, {sum(r.all_integers for r in proved)} of them "
        f"for all integers; {len(exact)} networks exact on fresh sequences, "
        f"{sum(r.status == 'PROVED' for r in exact)} of those PROVED",
        f"{len(short)} programs at most 1.5 times as long as their specification",
        f"{outcome.cpu_seconds:.0f} CPU-seconds, {outcome.wall_seconds:.0f} s on "
        f"{outcome.jobs} processes, median {median(r.total for r in rows):.1f} s a task",
    ]
    if any(r.fits is not None for r in rows):  # older records do not say
        lines.insert(1, _fits(rows))
    return "\n".join(lines)


def _fits(rows: Sequence[Row]) -> str:
    fit = [r for r in rows if r.fits]
    return (
        f"{len(fit)} programs exact on all labelled data, {sum(not r.exact for r in fit)} of them "
        f"better than their network; {sum(r.status == 'REFUTED' for r in fit)} of the {len(fit)} "
        "REFUTED"
    )


def from_json(data: dict[str, Any]) -> Outcome:
    """The outcome that :func:`to_json` wrote."""
    return Outcome(
        settings=Settings(data["engine"], data["seed"], data.get("accept", "proof")),
        rows=tuple(Row(**row) for row in data["tasks"]),
        wall_seconds=data["wall_seconds"],
        cpu_seconds=data["cpu_seconds"],
        jobs=data["jobs"],
    )


def to_json(outcome: Outcome) -> dict[str, Any]:
    """The whole outcome."""
    return {
        "schema": SCHEMA,
        "engine": outcome.settings.engine,
        "seed": outcome.settings.seed,
        "accept": outcome.settings.accept,
        "jobs": outcome.jobs,
        "wall_seconds": round(outcome.wall_seconds, 2),
        "cpu_seconds": round(outcome.cpu_seconds, 2),
        "proved": sum(r.status == "PROVED" for r in outcome.rows),
        "tasks": [dataclasses.asdict(r) for r in outcome.rows],
    }
