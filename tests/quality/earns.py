"""What every extraction method and every rung earns, on networks that are stored already.

    python -m mips_verify bench --suite general --runs runs
    python -m mips_verify fuzz-tasks --count 100 --runs runs
    python -m tests.quality.earns runs [--json FILE]

The networks are those of the committed bundles and those that the runs left behind. Each is read
twice: with all methods, then without the one that won. That one earns what is lost without it: a
PROVED program, a shorter one, or at least the one that ranks as clearer. Rungs are counted by the
networks that they gave.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from unittest.mock import patch

from mips_verify.bench.random_tasks import KINDS, random_task
from mips_verify.extract import search
from mips_verify.extract.extraction import Extraction, extract
from mips_verify.extract.registry import METHODS
from mips_verify.extract.scoring import AUTOMATON
from mips_verify.kernel.verdict import Status
from mips_verify.network.network import Network
from mips_verify.network.weights import load
from mips_verify.prove.sandbox import equal_in_worker
from mips_verify.report.text import machine_line
from mips_verify.spec.task import Task, load_task, load_tasks
from tests.quality.journal import Journal, Progress

ROOT = Path(__file__).parents[2]
LOSSES = ("a proof", "a shorter program", "a clearer program", "nothing")


@dataclass(frozen=True)
class Earned:
    """One network: which rung gave it, which method read it, and what is lost without that one."""

    task: str
    suite: str
    rung: str
    method: str
    proved: bool
    program: str
    nodes: int
    without: str  # the method that wins instead
    proved_without: bool
    program_without: str
    nodes_without: int

    @property
    def lost(self) -> str:
        """What the winner was needed for, one of :data:`LOSSES`."""
        if self.program == self.program_without:
            return "nothing"
        if self.proved and not self.proved_without:
            return "a proof"
        shorter = not self.program_without or self.nodes < self.nodes_without
        return "a shorter program" if shorter else "a clearer program"

    @property
    def record(self) -> dict[str, str]:
        """What the table counts; the table of a few states is written by "state table"."""
        method = "state table" if self.method == AUTOMATON else self.method
        return {
            "task": self.task, "suite": self.suite, "rung": self.rung,
            "method": method, "lost": self.lost,
        }  # fmt: skip


def networks(runs: list[Path]) -> Iterator[tuple[Task, str, Path]]:
    """Tasks with the files of their networks and the kind of each task."""
    named = {task.name: task for task in load_tasks()}
    for path in sorted((ROOT / "proofs").glob("*/network.safetensors")):
        yield load_task(path.parent.name), "benchmark", path
    for folder in sorted(f for run in runs for f in run.iterdir() if f.is_dir()):
        found = sorted(folder.glob("train-*.safetensors"), key=lambda p: p.stat().st_mtime)
        kind, _, number = folder.name.rpartition("_")
        if not found:
            continue
        if kind.lower() in KINDS:
            yield random_task(kind.lower(), int(number)), kind.lower(), found[-1]
        elif folder.name in named:
            yield named[folder.name], named[folder.name].suite, found[-1]


def read(network: Network, task: Task, without: str | None = None) -> tuple[Extraction, bool]:
    """The program in a network, found without one method, and whether it is PROVED."""
    methods = tuple(m for m in METHODS if m.name != without)
    with patch.object(search, "METHODS", methods):
        found = extract(network, task.domain, task.length)
    if found.machine is None:
        return found, False
    verdict = equal_in_worker(found.machine, task.spec, task.domain)
    return found, verdict.status is Status.PROVED


def earned(task: Task, suite: str, path: Path) -> Earned:
    """What the method that reads one network earns."""
    stored = load(path)
    best, proved = read(stored.network, task)
    if best.machine is None:
        other, proved_without = best, False
    else:
        winner = "state table" if best.form == AUTOMATON else best.form
        other, proved_without = read(stored.network, task, winner)
    return Earned(
        task.name, suite, str(stored.about["engine"]),
        best.form, proved, *_shown(best), other.form, proved_without, *_shown(other),
    )  # fmt: skip


def _shown(found: Extraction) -> tuple[str, int]:
    machine = found.machine
    return (machine_line(machine), machine.size) if machine is not None else ("", 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="*", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    journal = Journal(options.json and options.json.with_suffix(".journal"), {"trial": "earns"})
    done = {(r["task"], r["suite"]) for r in journal.results}
    todo = [n for n in networks(options.runs) if (n[0].name, n[1]) not in done]
    progress = Progress("networks", len(done) + len(todo), len(done))
    for network in todo:
        journal.add(asdict(earned(*network)))
        progress.step(network[0].name)
    rows = [Earned(**r) for r in journal.results]
    records = [r.record for r in rows]
    if options.json:
        options.json.write_text("[\n" + ",\n".join(map(json.dumps, records)) + "\n]\n")
    print(table(records))


def table(records: list[dict[str, str]]) -> str:
    """Wins and losses of every method, then the wins of every rung, as Markdown."""
    suites = list(dict.fromkeys(r["suite"] for r in records))
    methods = [*dict.fromkeys(m.name for m in METHODS), "none"]
    lines = [["method", *suites, *LOSSES]]
    for name in methods:
        won = [r for r in records if r["method"] == name]
        lost = [r["lost"] for r in won]
        counts = [*_counts([r["suite"] for r in won], suites), *_counts(lost, LOSSES)]
        lines.append([name, *counts])
    rungs = [["rung", *suites]]
    for name in sorted({r["rung"] for r in records}):
        gave = [r["suite"] for r in records if r["rung"] == name]
        rungs += [[name, *_counts(gave, suites)]]
    return f"{_markdown(lines)}\n\n{_markdown(rungs)}"


def _counts(found: list[str], names: Iterable[str]) -> list[str]:
    return [str(found.count(name) or "") for name in names]


def _markdown(rows: list[list[str]]) -> str:
    rows = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    main()
