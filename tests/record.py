"""What the README says of recorded runs, made from the records.

    python -m tests.record                        # rewrite the blocks of README.md
    python -m tests.record WHAT COMMAND FILE...   # first record runs outside the benchmark

FILE is what ``bench --json`` or ``fuzz-tasks --json`` wrote; several are runs of one suite.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median

from mips_verify.bench import table

TESTS = Path(__file__).parent
README = TESTS.parent / "README.md"
OUTSIDE = TESTS / "results_outside.json"


def outcome(name):
    return table.from_json(json.loads((TESTS / name).read_text()))


def outside_table():
    rows = json.loads(OUTSIDE.read_text())
    lines = ["| tasks | PROVED | median, longest | command |", "| --- | --- | --- | --- |"]
    for what, row in rows.items():
        seconds = f"{row['median_seconds']:.1f} s, {row['longest_seconds']:.0f} s"
        counts = f"{row['proved']} of {row['tasks']}"
        lines.append(f"| {what} | {counts} | {seconds} | `{row['command']}` |")
    return "\n".join(lines)


def blocks():
    """The README's marked blocks by name."""
    results, check = outcome("results.json"), json.loads((TESTS / "results_check.json").read_text())
    return {
        "results": f"{table.summary(results)}\n\n{table.markdown(results)}",
        "adam": table.summary(outcome("results_adam.json")),
        "check": check["summary"],
        "outside": outside_table(),
    }


def record(what, command, files):
    """Sum up runs of one suite."""
    rows = [row for f in files for row in json.loads(Path(f).read_text())["tasks"]]
    seconds = [sum(row["seconds"].values()) for row in rows]
    known = json.loads(OUTSIDE.read_text()) if OUTSIDE.exists() else {}
    known[what] = {
        "command": command,
        "tasks": len(rows),
        "proved": sum(row["status"] == "PROVED" for row in rows),
        "median_seconds": round(median(seconds), 1),
        "longest_seconds": round(max(seconds), 1),
        "not_proved": sorted(row["task"] for row in rows if row["status"] != "PROVED"),
    }
    OUTSIDE.write_text(json.dumps(known, indent=1) + "\n")


def main():
    if len(sys.argv) > 1:
        what, command, *files = sys.argv[1:]
        record(what, command, files)
    text = README.read_text()
    for name, block in blocks().items():
        before, rest = text.split(f"<!-- {name} -->\n")
        after = rest.split(f"<!-- /{name} -->")[1]
        text = f"{before}<!-- {name} -->\n{block}\n<!-- /{name} -->{after}"
    README.write_text(text)


if __name__ == "__main__":
    main()
