"""The trial of the prover: thousands of wrong programs, specifications and certificates.

Each is judged by exhaustion or by exact runs, never by the prover; a PROVED of what differs
is a fault, and so is a counterexample that does not replay. `--json` keeps what is done, so
that a stopped trial goes on; the exit code is 1 if there is a fault.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from tests.quality import claims
from tests.quality.journal import Journal, Progress
from tests.quality.material import proved_tasks
from tests.quality.programs import Trial, faults, missed, plan, summary, table, try_program

SPECS, INVARIANTS, TAMPERED = 5, 6, 20  # a task


def main(argv: list[str] | None = None) -> int:
    """Run the trial and print its tables."""
    args = _arguments(argv)
    tasks = args.tasks or list(proved_tasks())
    journal = Journal(
        args.json and args.json.with_suffix(".lines"),
        {"count": args.count, "seed": args.seed, "tasks": tasks},
    )
    trials = run_programs(tasks, args.count, args.seed, args.jobs, journal)
    every = run_claims(tasks, args.seed) if not args.programs_only else []
    print("\n".join(report(trials, every)))
    wrong = [c for c in every if c.fault]
    if args.json:
        result = {"summary": summary(trials), "claims": _count(every),
                  "missed": [asdict(t) for t in missed(trials)],
                  "faults": [asdict(t) for t in (*faults(trials), *wrong)]}  # fmt: skip
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if faults(trials) or wrong else 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.prover", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="broken programs in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parser.add_argument("--tasks", nargs="+", metavar="NAME", help="these tasks only")
    parser.add_argument("--programs-only", action="store_true")
    return parser.parse_args(argv)


def run_programs(
    tasks: list[str], count: int, seed: int, jobs: int, journal: Journal
) -> list[Trial]:
    """All trials of broken programs, those of the journal among them."""
    done = {(r["task"], r["index"]) for r in journal.results}
    todo = [row for row in plan(tasks, count, seed) if row[:2] not in done]
    progress = Progress("broken programs", len(todo) + len(done), len(done))
    for trial in _over(jobs, _try, todo):
        journal.add(asdict(trial))
        progress.step(trial.fault and f"FAULT: {trial}")
    return [Trial(**r) for r in journal.results]


def _try(row: tuple[str, int, int, int]) -> Trial:
    return try_program(*row)


def _over(jobs: int, function: Callable[[Any], Any], rows: list[Any]) -> Iterator[Any]:
    if jobs == 1:
        yield from map(function, rows)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(function, rows, chunksize=8)


def run_claims(
    tasks: list[str], seed: int, *, specs: int = SPECS, invariants: int = INVARIANTS,
    dicts: int = TAMPERED,
) -> list[claims.Claim]:  # fmt: skip
    """Broken and empty specifications, invariants and certificates of every task."""
    progress = Progress("tasks with broken claims", len(tasks))
    found: list[claims.Claim] = []
    for name in tasks:
        found += chain(
            claims.wrong_specs(name, specs, seed),
            claims.empty_specs(name),
            claims.broken_invariants(name, invariants, seed),
            claims.tampered(name, dicts, seed),
        )
        progress.step(" ".join(c.fault for c in found if c.fault))
    return found


def report(trials: list[Trial], every: list[claims.Claim]) -> Iterator[str]:
    """The tables, as lines."""
    yield from table(trials)
    yield ""
    for what, value in summary(trials).items():
        yield f"{what}: {value}"
    differ = sum(t.opinion == "DIFFERS" for t in trials)
    share = 1 - len(missed(trials)) / max(1, differ)
    yield f"refuted of those that differ: {100 * share:.2f} %"
    for t in missed(trials):
        yield f"not refuted: {t.task} ({t.kind}): {t.said}\n  {_line(t.machine)}"
    yield ""
    groups = Counter((_group(c.kind), c.answer) for c in every)
    for (group, answer), n in sorted(groups.items()):
        yield f"{group:45}{answer:>10}{n:>7}"
    for t in faults(trials):
        yield f"FAULT: {t.task} ({t.kind}): {t.fault}\n  {_line(t.machine)}"
    for c in every:
        if c.fault:
            yield f"FAULT: {c.task} ({c.kind}): {c.fault}"


def _line(machine: str) -> str:
    return machine.replace("\n", "; ")


def _group(kind: str) -> str:
    """What a claim is about, without the details."""
    first, _, rest = kind.partition(":")
    return first + rest[rest.rfind(",") :] if rest.endswith("program") else first


def _count(every: list[claims.Claim]) -> dict[str, int]:
    return dict(sorted(Counter(f"{c.kind}: {c.answer}" for c in every).items()))


if __name__ == "__main__":
    sys.exit(main())
