"""The report of a check as text for people and as JSON."""

from __future__ import annotations

from typing import Any, Final

from mips_verify.check.finding import Finding
from mips_verify.check.run import Checked, Report

SCHEMA: Final = "mips-verify check 1"
_MARKS: Final = {"ok": "ok", "failed": "FAILED", "undecided": "undecided", "skipped": "-"}


def text(report: Report) -> str:
    """One line a bundle, then one a finding that is not ok."""
    head = ("bundle", *report.checks, "seconds")
    rows = [head, *(_row(bundle, report.checks) for bundle in report.bundles)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    problems = [describe(b, f) for b in report.bundles for f in b.findings if is_problem(f)]
    return "\n".join([*lines, *([""] if problems else []), *problems])


def summary(report: Report) -> str:
    """How many bundles hold, by whom, in one line."""
    count = len(report.bundles)
    good = sum(b.status == "ok" for b in report.bundles)
    asked = ["Z3", *(c for c in report.checks if c in ("cvc5", "z3", "dafny"))]
    return f"{good} of {count} bundles hold ({', '.join(asked)}), {report.seconds:.1f} s"


def is_problem(finding: Finding) -> bool:
    """Whether someone must look at it."""
    return finding.status in ("failed", "undecided")


def describe(bundle: Checked, finding: Finding) -> str:
    """One finding as a line that editors and terminals can follow to the file."""
    place = bundle.folder / finding.file if finding.file else bundle.folder
    line = f":{finding.line}" if finding.line else ""
    return f"{place}{line}: {finding.check}: {_MARKS[finding.status]}: {finding.message}"


def to_json(report: Report) -> dict[str, Any]:
    """The whole report, ready for JSON; ``format`` names the layout."""
    return {
        "format": SCHEMA,
        "summary": summary(report),
        "seconds": round(report.seconds, 3),
        "exit_code": report.exit_code,
        "bundles": [
            {
                "folder": str(bundle.folder),
                "status": bundle.status,
                "findings": [
                    {
                        "check": f.check,
                        "status": f.status,
                        "message": f.message,
                        "file": f.file,
                        "line": f.line,
                        "seconds": round(f.seconds, 3),
                    }
                    for f in bundle.findings
                ],
            }
            for bundle in report.bundles
        ],
    }


def _row(bundle: Checked, checks: tuple[str, ...]) -> tuple[str, ...]:
    by_check = {f.check: _MARKS[f.status] for f in bundle.findings}
    return (bundle.folder.name, *(by_check[c] for c in checks), f"{bundle.seconds:.2f}")
