"""The report of a check as JUnit XML: each bundle is a test suite, each check a test case."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from mips_verify.check.finding import Finding
from mips_verify.check.run_checks import Checked, Report


def to_junit(report: Report) -> str:
    """The text of a JUnit file: ``failed`` is a failure, ``undecided`` an error."""
    root = ET.Element("testsuites", name="mips-verify check", time=f"{report.seconds:.3f}")
    for bundle in report.bundles:
        _suite(root, bundle)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, bundle: Checked) -> None:
    statuses = [f.status for f in bundle.findings]
    suite = ET.SubElement(
        root,
        "testsuite",
        name=_xml(str(bundle.folder)),
        tests=str(len(statuses)),
        failures=str(statuses.count("failed")),
        errors=str(statuses.count("undecided")),
        skipped=str(statuses.count("skipped")),
        time=f"{bundle.seconds:.3f}",
    )
    claims = [claim for finding in bundle.findings for claim in finding.claims]
    if bundle.without_task_file:
        claims.insert(0, "its specification: there is no task file of its name")
    if claims:
        properties = ET.SubElement(suite, "properties")
        for claim in claims:
            ET.SubElement(properties, "property", name="claimed", value=_xml(claim))
    for finding in bundle.findings:
        _case(suite, bundle, finding)


def _case(suite: ET.Element, bundle: Checked, finding: Finding) -> None:
    place = str(bundle.folder / finding.file) if finding.file else str(bundle.folder)
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_xml(bundle.folder.name),
        name=finding.check,
        time=f"{finding.seconds:.3f}",
    )
    kind = {"failed": "failure", "undecided": "error", "skipped": "skipped"}.get(finding.status)
    if kind is None:
        return
    inside = ET.SubElement(case, kind)
    if finding.message:
        inside.set("message", _xml(finding.message))
        line = f":{finding.line}" if finding.line else ""
        inside.text = _xml(f"{place}{line}: {finding.message}")


def _xml(text: str) -> str:
    """``text`` without control characters, which XML 1.0 forbids even when escaped."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
