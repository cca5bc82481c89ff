"""A bundle as the subject of a section; every entry says where it comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mips_verify.pipeline.origin import engine_of
from mips_verify.report.page.subject import Entry, Subject
from mips_verify.report.theorem import certificate_line, short_letters
from mips_verify.spec.value_names import Names

if TYPE_CHECKING:
    from mips_verify.kernel.certificate import Certificate
    from mips_verify.report.page.given_bundle import GivenBundle

CLAIMED: Final = "claims PROVED"  # by its certificate, which a page does not check
UNREADABLE: Final = "unreadable"
STALE: Final = "changed since its check"
_CHECKED: Final = {"ok": "holds", "failed": "does not hold"}


def bundle_subject(given: GivenBundle) -> Subject:
    """What a page says of a bundle."""
    subject = Subject(
        "bundle", given.name, _verdict(given), suite=given.suite, engine=_engine(given),
        seconds=_seconds(given.bench), files=given.files, problems=given.problems,
        findings=_findings(None if given.stale else given.check),
    )  # fmt: skip
    return subject if given.proof is None else _with_proof(subject, given, given.proof)


def _with_proof(subject: Subject, given: GivenBundle, proof: Certificate) -> Subject:
    over = "all integers" if proof.all_integers else "the declared input range"
    return replace(
        subject,
        claim=f"The certificate states the theorem for sequences of every length over {over}.",
        says=proof.says,
        domain=proof.domain,
        length=proof.length,
        program=proof.program,
        spec=proof.spec,
        names=Names(proof.input_names, proof.output_names),
        invariant=proof.invariant,
        source=given.source,
        network=given.network,
        hidden=None if given.network is None else given.network.hidden,
        theorem=given.theorem,
        theorem_says=_theorem(given),
        letters="" if given.theorem is None else short_letters(given.theorem),
    )


def _theorem(given: GivenBundle) -> str:
    if given.theorem is None:
        return "No theorem about a network can be read here."
    says = f"network.json claims: the network is {certificate_line(given.theorem)}."
    if given.repaired is not None:
        says += f" repaired.json claims: a repaired network is {certificate_line(given.repaired)}."
    return says


def _verdict(given: GivenBundle) -> str:
    """What a check said; else what the run said that made the bundle; else the bundle's claim."""
    if given.stale:
        return STALE
    if given.check is not None:
        status = str(given.check["status"])
        return _CHECKED.get(status, status)
    if given.proof is None:
        return UNREADABLE
    return CLAIMED if given.bench is None else str(given.bench["status"])


def _engine(given: GivenBundle) -> str:
    """What trained the network, from a benchmark or from the certificate."""
    if given.bench is not None and isinstance(given.bench.get("engine"), str):
        return str(given.bench["engine"])
    return "" if given.proof is None else engine_of(given.proof.how)


def _seconds(bench: Entry | None) -> float | None:
    """All stages of the run that made the bundle, if a benchmark says so."""
    parts = None if bench is None else bench.get("seconds")
    if not isinstance(parts, dict) or not all(isinstance(v, int | float) for v in parts.values()):
        return None
    return float(sum(parts.values()))


def _findings(check: Entry | None) -> tuple[tuple[str, str, str], ...]:
    """Each finding of a check: its name, its status, and what it said."""
    found = [] if check is None else check["findings"]
    return tuple((str(f["check"]), str(f["status"]), str(f["message"])) for f in found)
