"""A bundle read for a page. Nothing is checked: what cannot be read is a sentence on the page."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from mips_verify.check.check_budgets import CERTIFICATE_BYTES, THEOREM_BYTES
from mips_verify.check.known_tasks import tasks_of
from mips_verify.check.network_file import read_network
from mips_verify.check.stored import CERTIFICATE, FILES, PROGRAM, content_hash, read_stored
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import Certificate, certificate_from_text
from mips_verify.network_kernel.network_certificate import NetworkCertificate
from mips_verify.pipeline.origin import ORIGINAL, WEIGHTS
from mips_verify.pipeline.theorem_files import (
    OPTIONAL,
    REPAIRED_THEOREM,
    REPAIRED_WEIGHTS,
    THEOREM,
)
from mips_verify.report.page.given_bundle import GivenBundle
from mips_verify.report.text import machine_line
from mips_verify.spec.task import Task

PROGRAM_BYTES: Final = 2**20
Entries = dict[str, dict[str, Any]]


def bundle_for_page(folder: Path, checks: Entries, rows: Entries) -> GivenBundle:
    """Read a bundle.

    Args:
        folder: the bundle.
        checks: what a report of ``check`` says, by the folder's absolute path.
        rows: what a report of ``bench`` says, by the task.
    """
    files = tuple((name, (folder / name).stat().st_size) for name in (*FILES, *OPTIONAL, ORIGINAL)
                  if (folder / name).is_file())  # fmt: skip
    check = checks.get(str(folder.resolve()))
    given = GivenBundle(folder, files=files, check=check, stale=_is_stale(check, folder))
    try:
        text = read_stored(folder, CERTIFICATE, CERTIFICATE_BYTES).decode()
        proof = certificate_from_text(text)
    except (MipsVerifyError, UnicodeDecodeError) as error:
        return replace(given, problems=(f"{CERTIFICATE} cannot be read: {error}",))
    task = tasks_of(None).by_name.get(proof.task)
    row = rows.get(proof.task)
    given = replace(
        given,
        proof=proof,
        suite="" if task is None else task.suite,
        bench=row if row is not None and _is_about(row, proof, task) else None,
    )
    return _with_network(_with_source(given))


def _is_stale(check: dict[str, Any] | None, folder: Path) -> bool:
    """Whether the bundle is another one now than when it was checked, as far as the report says."""
    said = None if check is None else check.get("content")
    return said is not None and said != content_hash(folder)


def _is_about(row: dict[str, Any], proof: Certificate, task: Task | None) -> bool:
    """Whether a line of a benchmark is about this program and this specification.

    A verdict on another program of the same name would be a false one.
    """
    if task is None or (task.spec, task.domain) != (proof.spec, proof.domain):
        return False
    return row.get("program") == machine_line(proof.program)


def _with_source(given: GivenBundle) -> GivenBundle:
    try:
        source = read_stored(given.folder, PROGRAM, PROGRAM_BYTES).decode()
    except (MipsVerifyError, UnicodeDecodeError) as error:
        return replace(given, problems=(*given.problems, f"{PROGRAM}: {error}"))
    return replace(given, source=source)


def _with_network(given: GivenBundle) -> GivenBundle:
    """Add the network and its theorem, if the certificate names this very network."""
    proof = given.proof
    if proof is None or not proof.weights:
        return given
    try:
        data = read_stored(given.folder, WEIGHTS)
        if hashlib.sha256(data).hexdigest() != proof.weights:
            raise MipsVerifyError(f"{WEIGHTS} is not the network that the certificate names")
        given = replace(given, network=read_network(data, WEIGHTS).network)
        given = replace(given, theorem=_theorem(given.folder, data, THEOREM, proof))
        if (given.folder / REPAIRED_THEOREM).is_file():
            mended = read_stored(given.folder, REPAIRED_WEIGHTS)
            found = _theorem(given.folder, mended, REPAIRED_THEOREM, proof)
            given = replace(given, repaired=found)
    except (MipsVerifyError, UnicodeDecodeError) as error:
        given = replace(given, problems=(*given.problems, str(error)))
    return given


def _theorem(folder: Path, weights: bytes, name: str, proof: Certificate) -> NetworkCertificate:
    """What a file says of the network with these weights, and of the certificate's program.

    Raises:
        MipsVerifyError: it cannot be read, or speaks of something else.
    """
    from mips_verify.network_kernel.exact_network import fingerprint, network_from_bytes
    from mips_verify.network_kernel.network_certificate import certificate_from_text as theorem_from
    from mips_verify.network_kernel.network_certificate import program_hash

    exact = network_from_bytes(weights)
    text = read_stored(folder, name, THEOREM_BYTES).decode()
    if fingerprint(exact) not in text:
        raise MipsVerifyError(f"{name} speaks of another network")
    theorem = theorem_from(text, exact, proof.program, proof.domain)
    if theorem.program != program_hash(proof.program, proof.domain):
        raise MipsVerifyError(f"{name} speaks of another program")
    return theorem
