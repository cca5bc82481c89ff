"""What the README and pages of docs/ say of recorded runs, made from `tests/results`.

    python -m tests.record                        # rewrite the blocks of the pages
    python -m tests.record WHAT COMMAND FILE...   # first record runs outside the benchmark

FILE is what ``bench --out``, ``fuzz-tasks --out`` or a trial of ``tests/quality`` wrote; several
are runs of one suite. ``FILE:KEY`` is one list of a file that holds several.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median

from benchmarks import tables
from mips_verify.bench import bench_table, smallest
from tests.quality import earns

ROOT = Path(__file__).parent.parent
RECORDS = Path(__file__).parent / "results"
README, PAGE = ROOT / "README.md", ROOT / "docs" / "results.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
PERFORMANCE = ROOT / "docs" / "performance.md"
# hidden sizes of the authors' networks, as far as they are known
AUTHORS = {
    "Dithering": 81, "Add_Mod_8": 67, "Perfect_Square_Detector": 48, "Majority_0_3": 21,
    "Bit_Palindrome": 18,
}  # fmt: skip
OUTSIDE = RECORDS / "outside.json"
OTHERS = RECORDS / "others.json"


def outcome(name):
    return bench_table.from_json(json.loads((RECORDS / name).read_text()))


def recorded(name):
    return json.loads((RECORDS / name).read_text())


def recorded_table(file, head):
    rows = json.loads(file.read_text())
    lines = [f"| {head} | PROVED | median, longest | command |", "| --- | --- | --- | --- |"]
    for what, row in rows.items():
        seconds = f"{row['median_seconds']:.1f} s, {row['longest_seconds']:.0f} s"
        counts = f"{row['proved']} of {row['tasks']}"
        lines.append(f"| {what} | {counts} | {seconds} | `{row['command']}` |")
    return "\n".join(lines)


def search_table():
    """The smallest networks, beside the sizes of the authors' where the paper or its issue says."""
    rows = json.loads((RECORDS / "search.json").read_text())["tasks"]
    head, line, *lines = smallest.markdown([smallest.row_from_dict(row) for row in rows]).split(
        "\n"
    )
    known = [str(AUTHORS.get(row["task"], "")) for row in rows]
    cells = ["authors' hidden", "---", *known]
    return "\n".join(f"{t} {c} |" for t, c in zip([head, line, *lines], cells, strict=True))


def sweep_table():
    """What ``sweep --json`` said of many seeds, a row each task."""
    head = ("task", "seeds", "trained", "PROVED", "network PROVED", "median", "hidden values",
            "hidden states", "programs")  # fmt: skip

    def counted(counts):
        return ", ".join(f"{k} ({n})" for k, n in counts.items())

    def row(s):
        classes = s["classes"]
        wordings = sum(c["wordings"] for c in classes)
        return (
            *(s[k] for k in ("task", "runs", "trained", "proved", "network")),
            f"{s['seconds']:.1f} s", counted(s["hidden"]), counted(s["layouts"]),
            f"{wordings} in {len(classes)} class{'es' * (len(classes) > 1)}",
        )  # fmt: skip

    return tables.table(head, map(row, recorded("sweep.json")["tasks"]))


def blocks():
    """The marked blocks of each page, by name."""
    results, check = outcome("benchmark.json"), json.loads((RECORDS / "check.json").read_text())
    summary = bench_table.summary(results)
    return {
        README: {"results": summary, "check": check["summary"]},
        PAGE: {
            "results": f"{summary}\n\n{bench_table.markdown(results)}",
            "adam": bench_table.summary(outcome("adam.json")),
            "search": search_table(),
            "sweep": sweep_table(),
            "outside": recorded_table(OUTSIDE, "tasks"),
            "others": recorded_table(OTHERS, "networks and examples"),
        },
        PERFORMANCE: {
            "stages": tables.stages(results.rows),
            "benchmarks": tables.benchmarks(recorded("benchmarks.json")),
            "growth": tables.growth(recorded("growth.json")),
            "loop": tables.loop(recorded("reference_loop.json")),
        },
        ARCHITECTURE: {"earns": earns.table(json.loads((RECORDS / "earns.json").read_text()))},
    }


def rows_of(file):
    name, _, key = file.partition(":")
    found = json.loads(Path(name).read_text())
    return found if isinstance(found, list) else found[key or "tasks"]


def record(what, command, files):
    """Write one row of the README: what the runs of one suite gave together."""
    rows = [row for f in files for row in rows_of(f)]
    spent = [row["seconds"] for row in rows]
    seconds = [sum(s.values()) if isinstance(s, dict) else s for s in spent]
    place = OTHERS if "tests.quality" in command else OUTSIDE
    known = json.loads(place.read_text()) if place.exists() else {}
    known[what] = {
        "command": command,
        "tasks": len(rows),
        "proved": sum(row["status"] == "PROVED" for row in rows),
        "median_seconds": round(median(seconds), 1),
        "longest_seconds": round(max(seconds), 1),
        "not_proved": sorted(row["task"] for row in rows if row["status"] != "PROVED"),
    }
    place.write_text(json.dumps(known, indent=1) + "\n")


def main():
    if len(sys.argv) > 1:
        what, command, *files = sys.argv[1:]
        record(what, command, files)
    for page, found in blocks().items():
        text = page.read_text()
        for name, block in found.items():
            before, rest = text.split(f"<!-- {name} -->\n")
            after = rest.split(f"<!-- /{name} -->")[1]
            text = f"{before}<!-- {name} -->\n{block}\n<!-- /{name} -->{after}"
        page.write_text(text)


if __name__ == "__main__":
    main()
