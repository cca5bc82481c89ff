"""The table of the trial: networks by how right they are, and what became of each group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from tests.quality.sequence_models.causal_training import NEARLY
from tests.quality.sequence_models.reading import CRASH, NO_PROGRAM, TOO_LATE, Row

EXACT, NEARLY_EXACT, NEARLY_RIGHT, LESS = "exact", "over 99.9 %", "97 to 99.9 %", "less"
GROUPS = (EXACT, NEARLY_EXACT, NEARLY_RIGHT, LESS)
HEAD = ("networks", "PROVED", "other verdict", "no program", "late", "median s", "worst s")


def group(accuracy: float) -> str:
    """The group of a network by the share of words that it gets right."""
    if accuracy == 1.0:
        return EXACT
    if accuracy > NEARLY[1]:
        return NEARLY_EXACT
    return NEARLY_RIGHT if accuracy >= NEARLY[0] else LESS


def counts(rows: Sequence[Row]) -> tuple[float, ...]:
    """The figures of :data:`HEAD`; every network is in one of the columns of results."""
    how = Counter(r.status for r in rows)
    none, late = how[NO_PROGRAM] + how[CRASH], how[TOO_LATE]
    seconds = [r.seconds for r in rows] or [0.0]
    other = len(rows) - how["PROVED"] - none - late
    return len(rows), how["PROVED"], other, none, late, median(seconds), max(seconds)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """A line for every group and kind that has networks, and what must never be."""
    yield f"{'':26}" + "".join(f"{h:>15}" for h in HEAD)
    for g in GROUPS:
        some = [r for r in rows if group(r.accuracy) == g]
        for kind in ("", *sorted({r.kind for r in some})):
            chosen = [r for r in some if kind in ("", r.kind)]
            if chosen:
                what = f"  {kind}" if kind else g
                yield f"{what:26}" + "".join(f"{n:15g}" for n in counts(chosen))
    yield f"wrong but called proved: {sum(r.wrong for r in rows)}"
    yield f"crashed: {sum(r.status == CRASH for r in rows)}"


def line(row: Row) -> str:
    """One network in one line."""
    return (
        f"{row.name:44} {row.accuracy:8.3%} {row.at_twice:8.3%} {row.status:11} "
        f"{row.seconds:6.1f} s  {row.form:18} {row.program[:120]}"
        + ("  WRONG BUT CALLED PROVED" if row.wrong else "")
    )
