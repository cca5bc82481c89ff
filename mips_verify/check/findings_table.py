"""The report of a check as text and as JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Final

from mips_verify.check.finding import Finding
from mips_verify.check.run_checks import Checked, Report
from mips_verify.check.verifiers import NAMES
from mips_verify.errors import one_line

_NAMED: Final = 3  # most bundles that a line names; if there are more, it gives their number
_MARKS: Final = {"ok": "ok", "failed": "FAILED", "undecided": "undecided", "skipped": "-"}


def text(report: Report) -> str:
    """One line per bundle and per problem, then how networks agree and what is only claimed."""
    head = ("bundle", *report.checks, "seconds")
    names = _names(report)
    rows = [head, *(_row(names[b.folder], b, report.checks) for b in report.bundles)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    problems = [describe(b, f) for b in report.bundles for f in b.findings if is_problem(f)]
    parts = [lines, problems, _notes(report), _networks(report, names), _claims(report, names)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _notes(report: Report) -> list[str]:
    """One line on the task files that cannot be read; JSON has each of them."""
    if len(report.notes) < 2:
        return [one_line(f"note: {note}") for note in report.notes]
    said = f"note: {len(report.notes)} task files cannot be read; the first: {report.notes[0]}"
    return [one_line(said)]


def _names(report: Report) -> dict[Path, str]:
    """What each bundle is called: its folder's name, or its path where several have that name."""
    count = Counter(b.folder.name for b in report.bundles)
    folders = (b.folder for b in report.bundles)
    return {f: f.name if count[f.name] == 1 else str(f) for f in folders}


def _networks(report: Report, names: dict[Path, str]) -> list[str]:
    """Lines that say how far networks are their programs, and how often they agree."""
    right = [(f, b) for b in report.bundles for f in b.findings
             if (f.check, f.status) == ("network", "ok")]  # fmt: skip
    found = [(f"  {said}", b) for f, b in right for said in f.message.split("; ")]
    return ["networks:", *_grouped(found, names)] if found else []


def _claims(report: Report, names: dict[Path, str]) -> list[str]:
    """Lines with the statements of bundles that no check can confirm."""
    found = [(f"  {c}", b) for b in report.bundles for f in b.findings for c in f.claims]
    return ["claimed, and checked by nobody:", *_grouped(found, names)] if found else []


def _grouped(said: list[tuple[str, Checked]], called: dict[Path, str]) -> list[str]:
    """One line per distinct text, with the bundles that it is about."""
    names: dict[str, list[str]] = defaultdict(list)
    for what, bundle in said:
        names[what].append(called[bundle.folder])
    return [
        one_line(f"{what}: {', '.join(of) if len(of) <= _NAMED else f'{len(of)} bundles'}")
        for what, of in sorted(names.items())
    ]


def summary(report: Report) -> str:
    """One line: how many bundles hold, and which provers were asked."""
    count = len(report.bundles)
    good = sum(b.status == "ok" for b in report.bundles)
    asked = ["Z3", *(c for c in report.checks if c in NAMES)]
    alone = sum(b.without_task_file and b.status == "ok" for b in report.bundles)
    own = "its specification is its" if alone == 1 else "their specifications are their"
    yours = "--tasks DIR compares with task files of yours"
    without = f", {alone} of them without a task file: {own} own claim ({yours})" if alone else ""
    return f"{good} of {count} bundles hold ({', '.join(asked)}){without}, {report.seconds:.1f} s"


def is_problem(finding: Finding) -> bool:
    """Whether the check neither passed nor was skipped."""
    return finding.status in ("failed", "undecided")


def describe(bundle: Checked, finding: Finding) -> str:
    """One finding as a line that starts with the file's place, so that editors can open it."""
    place = bundle.folder / finding.file if finding.file else bundle.folder
    line = f":{finding.line}" if finding.line else ""
    said = f"{place}{line}: {finding.check}: {_MARKS[finding.status]}: {finding.message}"
    return one_line(said)


def to_json(report: Report) -> dict[str, Any]:
    """The whole report, ready for JSON."""
    return {
        "summary": summary(report),
        "seconds": round(report.seconds, 3),
        "exit_code": report.exit_code,
        "without_task_file": sum(b.without_task_file for b in report.bundles),
        "notes": list(report.notes),
        "bundles": [
            {
                "folder": str(bundle.folder),
                "content": bundle.content,
                "status": bundle.status,
                "without_task_file": bundle.without_task_file,
                "findings": [
                    {
                        "check": f.check,
                        "status": f.status,
                        "message": f.message,
                        "file": f.file,
                        "line": f.line,
                        "seconds": round(f.seconds, 3),
                        "claims": list(f.claims),
                    }
                    for f in bundle.findings
                ],
            }
            for bundle in report.bundles
        ],
    }


def _row(name: str, bundle: Checked, checks: tuple[str, ...]) -> tuple[str, ...]:
    by_check = {f.check: _MARKS[f.status] for f in bundle.findings}
    return (one_line(name), *(by_check[c] for c in checks), f"{bundle.seconds:.2f}")
