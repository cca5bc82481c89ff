"""The report of a check as SARIF 2.1.0 (OASIS), for code-scanning services and editors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from mips_verify import __version__
from mips_verify.check.finding import CHECKS, Finding
from mips_verify.check.findings_table import is_problem, summary
from mips_verify.check.run_checks import Checked, Report

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

# Of the skipped checks, only `specification` without a task file is reported, as a note.
_LEVELS: Final = {"failed": "error", "undecided": "warning", "skipped": "note"}


def to_sarif(report: Report, here: Path) -> dict[str, Any]:
    """A SARIF log, ready for JSON, with one rule per check and one result per problem.

    Args:
        report: the checked bundles.
        here: the working directory. Addresses are relative to the git repository that it is in; for
            a bundle outside of that, to the bundle's own repository, or else to this folder.
    """
    results = [
        _result(bundle, finding, here.resolve())
        for bundle in report.bundles
        for finding in bundle.findings
        if is_problem(finding) or (finding.check == "specification" and finding.claims)
    ]
    rules = [
        {"id": name, "name": f"{name.title()}Check", "shortDescription": {"text": says}}
        for name, says in CHECKS.items()
    ]
    driver = {"name": "mips-verify", "version": __version__, "rules": rules}
    claims = {
        str(bundle.folder): [claim for finding in bundle.findings for claim in finding.claims]
        for bundle in report.bundles
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"summary": summary(report), "claimed": claims, "notes": list(report.notes)},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(bundle: Checked, finding: Finding, here: Path) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": _artifact(bundle, finding, here)}
    if finding.line:
        location["region"] = {"startLine": finding.line}
    return {
        "ruleId": finding.check,
        "ruleIndex": list(CHECKS).index(finding.check),
        "level": _LEVELS[finding.status],
        "message": {"text": f"{bundle.folder.name}: {finding.message}"},
        "locations": [{"physicalLocation": location}],
        # so that a problem stays the same one when lines move
        "partialFingerprints": {"bundleAndCheck/v1": f"{bundle.folder.name}/{finding.check}"},
    }


def _artifact(bundle: Checked, finding: Finding, here: Path) -> dict[str, str]:
    folder = bundle.folder.resolve()
    path = folder / finding.file
    for root in (_repository(here), _repository(folder), here):
        if root is not None and path.is_relative_to(root):
            place = os.fsencode(path.relative_to(root).as_posix())  # a name may hold any bytes
            return {"uri": quote(place), "uriBaseId": "%SRCROOT%"}
    return {"uri": path.as_uri()}


def _repository(folder: Path) -> Path | None:
    """The root of the git repository around a folder: the nearest with ``.git``, which is a file
    in worktrees and submodules."""
    return next((top for top in (folder, *folder.parents) if (top / ".git").exists()), None)
