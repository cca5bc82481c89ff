"""The table of results at the head of a page; every entry says where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mips_verify.report.theorem import short_letters

if TYPE_CHECKING:
    from mips_verify.report.page.given_bundle import GivenBundle

CLAIMED: Final = "claims PROVED"  # by its certificate, which this page does not check
UNREADABLE: Final = "unreadable"
UNKNOWN: Final = "–"
BENCHMARK: Final = "mips"  # the suite of arXiv 2402.05110
PUBLISHED: Final = (("MIPS", 32), ("GPT-4", 30))  # tasks of its 62 solved, see there
PUBLISHED_TASKS: Final = 62
_CHECKED: Final = {"ok": "holds", "failed": "does not hold"}


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of the table; numbers that are not known are ``None``."""

    key: str
    name: str
    suite: str
    verdict: str
    engine: str
    size: int | None
    states: int | None
    hidden: int | None
    network: str
    seconds: float | None


def result_row(given: GivenBundle, key: str) -> ResultRow:
    """The line of a bundle, whose section has this id."""
    proof, network = given.proof, given.network
    return ResultRow(
        key=key,
        name=given.name,
        suite=given.suite or UNKNOWN,
        verdict=verdict_of(given),
        engine=engine_of(given),
        size=None if proof is None else proof.program.size,
        states=None if proof is None else len(proof.program.state),
        hidden=None if network is None else network.hidden,
        network=UNKNOWN if given.theorem is None else short_letters(given.theorem),
        seconds=seconds_of(given),
    )


def verdict_of(given: GivenBundle) -> str:
    """What a check said; else what the run said that made the bundle; else the bundle's claim."""
    if given.check is not None:
        status = str(given.check["status"])
        return _CHECKED.get(status, status)
    if given.proof is None:
        return UNREADABLE
    return CLAIMED if given.bench is None else str(given.bench["status"])


def engine_of(given: GivenBundle) -> str:
    """What trained the network, from a benchmark or from the certificate."""
    if given.bench is not None and isinstance(given.bench.get("engine"), str):
        return str(given.bench["engine"])
    if given.proof is None or not given.proof.how:
        return UNKNOWN
    return given.proof.how.partition(", ")[0]


def seconds_of(given: GivenBundle) -> float | None:
    """All stages of the run that made the bundle, if a benchmark says so."""
    parts = None if given.bench is None else given.bench.get("seconds")
    if not isinstance(parts, dict) or not all(isinstance(v, int | float) for v in parts.values()):
        return None
    return float(sum(parts.values()))


def counts(rows: Sequence[ResultRow]) -> list[str]:
    """How many bundles have which verdict, in all and of the benchmark of the MIPS paper."""
    said = [f"{len(rows)} bundle{'s' * (len(rows) != 1)}: {_verdicts(rows)}."]
    if inside := [row for row in rows if row.suite == BENCHMARK]:
        others = ", ".join(f"{who} {count}" for who, count in PUBLISHED)
        said.append(
            f"Of them {len(inside)} belong to tasks of the MIPS benchmark: {_verdicts(inside)}. "
            f"Tasks of its {PUBLISHED_TASKS} published as solved, without proofs "
            f"(arXiv 2402.05110): {others}."
        )
    return said


def _verdicts(rows: Sequence[ResultRow]) -> str:
    found = Counter(row.verdict for row in rows)
    return ", ".join(f"{verdict} {count}" for verdict, count in found.most_common())
