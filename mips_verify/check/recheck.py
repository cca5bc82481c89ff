"""One bundle, checked again from its texts; nothing that it stores is believed."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mips_verify import __version__
from mips_verify.check.certificate_limits import MEMORY, TooLongError, within
from mips_verify.check.finding import CHECKS, Finding, Options
from mips_verify.check.stored import (
    CERTIFICATE,
    DAFNY,
    FILES,
    PROGRAM,
    SMTLIB,
    difference,
    read_stored,
    stranger,
)
from mips_verify.check.tools import ToolAnswer
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.verdict import Status as Verdict

LARGEST: Final = 2**20  # bytes of a certificate; those of the benchmark have 4 kB at most
READING: Final = 3.0  # seconds of CPU time to read a certificate and to make its files
RLIMIT: Final = 100_000_000  # Z3's count of work for one obligation

__all__ = [
    "CERTIFICATE",
    "CHECKS",
    "FILES",
    "MEMORY",
    "Finding",
    "Options",
    "check_bundle",
    "read_bundle",
]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder, the certificate in it, and the files that the certificate gives."""

    folder: Path
    proof: Certificate
    files: dict[str, str]
    options: Options


def check_bundle(folder: Path, options: Options) -> tuple[Finding, ...]:
    """Check one bundle.

    Returns:
        one finding for each of :data:`CHECKS`, in that order. A bundle whose certificate
        cannot be read has its other checks skipped. No content of a bundle raises.

    Raises:
        MipsVerifyError: a tool that was asked for is not there.
    """
    start = time.perf_counter()
    try:
        bundle = read_bundle(folder, options)
    except MipsVerifyError as error:
        first = Finding("certificate", "failed", str(error), CERTIFICATE)
        rest = [Finding(check, "skipped") for check in CHECKS if check != "certificate"]
        return (_timed(first, start), *rest)
    asked = {"cvc5": options.cvc5, "z3": options.z3, "dafny": options.dafny}
    return tuple(
        _run(check, bundle) if asked.get(check, True) else Finding(check, "skipped")
        for check in CHECKS
    )


def _run(check: str, bundle: Bundle) -> Finding:
    start = time.perf_counter()
    steps: dict[str, Callable[[Bundle], Finding]] = {
        "certificate": _certificate,
        "specification": _specification,
        "proof": _proof,
        "files": _files,
        "network": _network,
        "execution": _execution,
        "cvc5": _cvc5,
        "z3": _z3,
        "dafny": _dafny,
    }
    try:
        finding = steps[check](bundle)
    except (RecursionError, OverflowError, MemoryError, ValueError) as error:
        finding = Finding(check, "failed", f"too deep or too large ({type(error).__name__})")
    return _timed(finding, start)


def _timed(finding: Finding, start: float) -> Finding:
    return replace(finding, seconds=time.perf_counter() - start)


def read_bundle(folder: Path, options: Options, name: str = CERTIFICATE) -> Bundle:
    """The certificate ``name`` of a folder and the files that it gives, within bounds.

    Raises:
        MipsVerifyError: it cannot be read, or asks for too much.
    """
    from mips_verify.emit.targets import render_files
    from mips_verify.kernel.certificate import certificate_from_text

    try:
        data = read_stored(folder, name, LARGEST)
        with within(READING):
            proof = certificate_from_text(data.decode())
            return Bundle(folder, proof, render_files(proof), options)
    except UnicodeDecodeError:
        raise MipsVerifyError(f"{name} is not UTF-8 text") from None
    except TooLongError:
        why = f"{name} is too large: its files were not made in {READING:g} s"
        raise MipsVerifyError(why) from None
    except (RecursionError, OverflowError, MemoryError, ValueError) as error:
        what = type(error).__name__
        raise MipsVerifyError(f"{name} is too deep or too large ({what})") from None


def _certificate(bundle: Bundle) -> Finding:
    # the name that the report shows, also where it is a link's
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
    """What is wrong with a file that must be what the certificate gives."""
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
    """Run a file as the certificate gives it, if that is the one that lies there.

    Code that was slipped in never runs, and what is said of a file is said of the stored one.
    """
    if _differs(check, bundle, name) is not None:
        return Finding(check, "skipped", f"{name} is not what the certificate gives", name)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / name
        path.write_text(bundle.files[name], encoding="utf-8")
        return run(path)


def _cvc5(bundle: Bundle) -> Finding:
    from mips_verify.check.solvers import run_cvc5

    return _tool("cvc5", bundle, SMTLIB, run_cvc5)


def _z3(bundle: Bundle) -> Finding:
    from mips_verify.check.solvers import run_z3

    return _tool("z3", bundle, SMTLIB, run_z3)


def _dafny(bundle: Bundle) -> Finding:
    from mips_verify.check.dafny import run_dafny

    return _tool("dafny", bundle, DAFNY, run_dafny)


def _tool(
    check: str, bundle: Bundle, name: str, ask: Callable[[Path, float], ToolAnswer]
) -> Finding:
    """Ask another verifier about a file."""

    def run(path: Path) -> Finding:
        answer = ask(path, bundle.options.seconds)
        if answer.status == "holds":
            return Finding(check, "ok", answer.version)
        status = "failed" if answer.status == "fails" else "undecided"
        said = f"{answer.version}: {answer.message}"
        return Finding(check, status, said, name)  # type: ignore[arg-type]

    return _given(check, bundle, name, run)
