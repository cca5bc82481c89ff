"""The table of results at the head of a page, and the counts above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mips_verify.report.page.subject import Subject

UNKNOWN: Final = "–"
BENCHMARK: Final = "mips"  # the suite of arXiv 2402.05110
PUBLISHED: Final = (("MIPS", 32), ("GPT-4", 30))  # tasks of its 62 solved, see there
PUBLISHED_TASKS: Final = 62


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of the table; numbers that are not known are ``None``."""

    key: str
    kind: str
    name: str
    suite: str
    verdict: str
    engine: str
    size: int | None
    states: int | None
    hidden: int | None
    network: str
    seconds: float | None


def result_row(subject: Subject, key: str) -> ResultRow:
    """The line of a subject, whose section has this id."""
    program = subject.program
    return ResultRow(
        key=key,
        kind=subject.kind,
        name=subject.name,
        suite=subject.suite or UNKNOWN,
        verdict=subject.verdict,
        engine=subject.engine or UNKNOWN,
        size=None if program is None else program.size,
        states=None if program is None else len(program.state),
        hidden=subject.hidden,
        network=subject.letters or UNKNOWN,
        seconds=subject.seconds,
    )


def counts(rows: Sequence[ResultRow]) -> list[str]:
    """How many bundles, networks and files have which verdict, and what others report."""
    kinds = Counter(row.kind for row in rows)
    lines = [f"{_many(count, kind)}: {_verdicts(r for r in rows if r.kind == kind)}."
             for kind, count in kinds.items()]  # fmt: skip
    if inside := [row for row in rows if row.suite == BENCHMARK]:
        others = ", ".join(f"{who} {count}" for who, count in PUBLISHED)
        lines.append(
            f"Of them {len(inside)} belong to tasks of the MIPS benchmark: {_verdicts(inside)}. "
            f"Tasks of its {PUBLISHED_TASKS} published as solved (arXiv 2402.05110): {others}. "
            "Solved means there that a program gave the right outputs on test sequences; a verdict "
            "here is about sequences of every length."
        )
    return lines


def _many(count: int, kind: str) -> str:
    first, _, rest = kind.partition(" ")
    return f"{count} {first}{'s' * (count != 1)}{' ' * bool(rest)}{rest}"


def _verdicts(rows: Sequence[ResultRow] | Iterator[ResultRow]) -> str:
    found = Counter(row.verdict for row in rows)
    return ", ".join(f"{verdict} {count}" for verdict, count in found.most_common())
