"""One bundle, checked again from its texts. No stored result is believed."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from mips_verify import __version__
from mips_verify.check.check_budgets import CERTIFICATE_BYTES, MEMORY, READING_SECONDS, RLIMIT
from mips_verify.check.finding import CHECKS, Finding, Options
from mips_verify.check.stored import CERTIFICATE, PROGRAM, difference, read_stored, stranger
from mips_verify.check.verifiers import VERIFIERS, Verifier
from mips_verify.check.worker_process import TooLongError, within
from mips_verify.emit.targets import render_files
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.verdict import Status as Verdict


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder, its certificate, and the files that are rendered from the certificate."""

    folder: Path
    proof: Certificate
    files: dict[str, str]
    options: Options


def check_bundle(folder: Path, options: Options) -> tuple[Finding, ...]:
    """Check one bundle.

    Returns:
        one finding for each of :data:`CHECKS`, in that order. If the certificate cannot be read,
        the other checks are skipped. No content of a bundle makes this function raise.

    Raises:
        MipsVerifyError: a requested verifier is not installed.
    """
    start = time.perf_counter()
    try:
        bundle = read_bundle(folder, options)
    except MipsVerifyError as error:
        first = Finding("certificate", "failed", str(error), CERTIFICATE)
        rest = [Finding(check, "skipped") for check in CHECKS if check != "certificate"]
        return (_timed(first, start), *rest)
    return tuple(
        _run(check, bundle) if check in options.checks else Finding(check, "skipped")
        for check in CHECKS
    )


def _run(check: str, bundle: Bundle) -> Finding:
    start = time.perf_counter()
    try:
        finding = _STEPS[check](bundle)
    except (RecursionError, OverflowError, MemoryError, ValueError) as error:
        finding = Finding(check, "failed", f"too deep or too large ({type(error).__name__})")
    return _timed(finding, start)


def _timed(finding: Finding, start: float) -> Finding:
    return replace(finding, seconds=time.perf_counter() - start)


def read_bundle(folder: Path, options: Options, name: str = CERTIFICATE) -> Bundle:
    """The certificate ``name`` of a folder and the files rendered from it, within bounds.

    Raises:
        MipsVerifyError: the certificate cannot be read, or reading it exceeds a bound.
    """
    from mips_verify.kernel.certificate import certificate_from_text

    try:
        data = read_stored(folder, name, CERTIFICATE_BYTES)
        with within(READING_SECONDS):
            proof = certificate_from_text(data.decode())
            return Bundle(folder, proof, render_files(proof), options)
    except UnicodeDecodeError:
        raise MipsVerifyError(f"{name} is not UTF-8 text") from None
    except TooLongError:
        why = f"{name} is too large: its files could not be rendered in {READING_SECONDS:g} s"
        raise MipsVerifyError(why) from None
    except (RecursionError, OverflowError, MemoryError, ValueError) as error:
        what = type(error).__name__
        raise MipsVerifyError(f"{name} is too deep or too large ({what})") from None


def _certificate(bundle: Bundle) -> Finding:
    # the name used in reports; for a link, the link's own name
    name = Path(os.path.abspath(bundle.folder)).name
    if bundle.proof.task != name:
        why = f"the folder is called {name}, the certificate is for {bundle.proof.task}"
        return Finding("certificate", "failed", why, CERTIFICATE)
    claims = (f"invariant found by {bundle.proof.strategy!r}", f"made with {bundle.proof.tools!r}")
    made = Finding("certificate", "ok", claims=claims)
    return _differs("certificate", bundle, CERTIFICATE) or made


def _specification(bundle: Bundle) -> Finding:
    from mips_verify.check.known_tasks import check_specification

    return check_specification(bundle.proof, bundle.options.tasks)


def _proof(bundle: Bundle) -> Finding:
    from mips_verify.kernel.certificate import recheck

    try:
        verdict = recheck(bundle.proof, RLIMIT)
    except MipsVerifyError as error:
        return Finding("proof", "failed", str(error), CERTIFICATE)
    if verdict.status is Verdict.PROVED:
        return Finding("proof", "ok", str(verdict))
    status = "failed" if verdict.reason.endswith("does not hold") else "undecided"
    return Finding("proof", status, verdict.reason, CERTIFICATE)  # type: ignore[arg-type]


def _files(bundle: Bundle) -> Finding:
    for name in bundle.files:
        if wrong := _differs("files", bundle, name):
            return wrong
    if other := stranger(bundle.folder):
        name, why = other
        return Finding("files", "failed", why, name)
    return Finding("files", "ok", f"{len(bundle.files)} files")


def _differs(check: str, bundle: Bundle, name: str) -> Finding | None:
    """How a stored file differs from what the certificate gives; ``None`` if it does not."""
    try:
        stored = read_stored(bundle.folder, name)
    except MipsVerifyError as error:
        return Finding(check, "failed", str(error), name)
    found = difference(stored, bundle.files[name].encode(), bundle.folder)
    if found is None:
        return None
    why, line = found
    if (made_by := bundle.proof.tools.partition(",")[0]) != (this := f"mips-verify {__version__}"):
        why += f" (made by {made_by or 'another tool'}; this is {this})"
    return Finding(check, "failed", why, name, line)


def _network(bundle: Bundle) -> Finding:
    from mips_verify.check.trained_network import check_network

    return check_network(bundle.folder, bundle.proof, bundle.options.seconds)


def _execution(bundle: Bundle) -> Finding:
    from mips_verify.check.execution import run_program

    def run(path: Path) -> Finding:
        options = bundle.options
        status, message = run_program(
            path, bundle.proof, count=options.fuzz, seconds=options.seconds, memory=MEMORY
        )
        return Finding("execution", status, message, PROGRAM)

    return _given("execution", bundle, PROGRAM, run)


def _given(check: str, bundle: Bundle, name: str, run: Callable[[Path], Finding]) -> Finding:
    """Run the file that the certificate gives, provided that the stored file is equal to it.

    So no foreign code ever runs, and the finding is also true of the stored file.
    """
    if _differs(check, bundle, name) is not None:
        return Finding(check, "skipped", f"{name} differs from what the certificate gives", name)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / name
        path.write_text(bundle.files[name], encoding="utf-8")
        return run(path)


def _ask(verifier: Verifier, bundle: Bundle) -> Finding:
    def run(path: Path) -> Finding:
        answer = verifier.run(path, bundle.options.seconds)
        if answer.status == "holds":
            return Finding(verifier.name, "ok", answer.version)
        status = "failed" if answer.status == "fails" else "undecided"
        said = f"{answer.version}: {answer.message}"
        return Finding(verifier.name, status, said, verifier.file)  # type: ignore[arg-type]

    return _given(verifier.name, bundle, verifier.file, run)


_STEPS: Final[Mapping[str, Callable[[Bundle], Finding]]] = {
    "certificate": _certificate,
    "specification": _specification,
    "proof": _proof,
    "files": _files,
    "network": _network,
    "execution": _execution,
    **{verifier.name: partial(_ask, verifier) for verifier in VERIFIERS},
}
