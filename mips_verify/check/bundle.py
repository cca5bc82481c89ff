"""One bundle, checked again from its texts; nothing that it stores is believed."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from mips_verify import __version__
from mips_verify.check.finding import CHECKS, Finding, Options
from mips_verify.check.tools import ToolAnswer
from mips_verify.errors import MipsVerifyError
from mips_verify.prove.certificate import Certificate
from mips_verify.prove.verdict import Status as Verdict
from mips_verify.task import Task

CERTIFICATE: Final = "certificate.json"
PROGRAM: Final = "program.py"
SMTLIB: Final = "equivalence.smt2"
DAFNY: Final = "program.dfy"
WEIGHTS: Final = "network.safetensors"
FILES: Final = (CERTIFICATE, PROGRAM, DAFNY, SMTLIB, "test_program.py", WEIGHTS)
_IMPORTED: Final = frozenset({".py", ".pyc", ".pyd", ".so"})
LARGEST: Final = 2**26  # bytes of one file
MEMORY: Final = 2**30  # bytes for the program's own process
RLIMIT: Final = 100_000_000  # Z3's count of work for one obligation

__all__ = ["CHECKS", "FILES", "Finding", "Options", "check_bundle"]


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
        bundle = _read(folder, options)
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
        "execution": _execution,
        "cvc5": _cvc5,
        "z3": _z3,
        "dafny": _dafny,
    }
    try:
        finding = steps[check](bundle)
    except (RecursionError, OverflowError, MemoryError) as error:
        finding = Finding(check, "failed", f"too deep or too large ({type(error).__name__})")
    return _timed(finding, start)


def _timed(finding: Finding, start: float) -> Finding:
    return replace(finding, seconds=time.perf_counter() - start)


def _read(folder: Path, options: Options) -> Bundle:
    from mips_verify.emit.files import render_files
    from mips_verify.prove.certificate import certificate_from_text

    try:
        proof = certificate_from_text(_bytes(folder / CERTIFICATE).decode())
        return Bundle(folder, proof, render_files(proof), options)
    except FileNotFoundError:
        raise MipsVerifyError(f"{CERTIFICATE} is missing") from None
    except UnicodeDecodeError:
        raise MipsVerifyError(f"{CERTIFICATE} is not UTF-8 text") from None
    except OSError as error:
        raise MipsVerifyError(f"{CERTIFICATE} cannot be read: {error.strerror}") from None
    except (RecursionError, OverflowError, MemoryError, ValueError) as error:
        what = type(error).__name__
        raise MipsVerifyError(f"{CERTIFICATE} is too deep or too large ({what})") from None


def _bytes(path: Path) -> bytes:
    # a pipe or a terminal might never answer: nothing else is waited for, nor read
    with open(path, "rb", opener=_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise MipsVerifyError(f"{path.name} is no regular file")
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise MipsVerifyError(f"{path.name} is larger than {LARGEST} bytes")
    return data


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _certificate(bundle: Bundle) -> Finding:
    name = bundle.folder.resolve().name
    if bundle.proof.task != name:
        why = f"the folder is called {name}, the certificate is for {bundle.proof.task}"
        return Finding("certificate", "failed", why, CERTIFICATE)
    return _same("certificate", bundle, CERTIFICATE) or Finding("certificate", "ok")


def _specification(bundle: Bundle) -> Finding:
    proof, options = bundle.proof, bundle.options
    task = _tasks(options.tasks).get(proof.task)
    if task is None:
        why = "no task file of this name; the certificate's own text counts"
        return Finding("specification", "skipped", why)
    pairs = {
        "the specification": (proof.spec, task.spec),
        "the input ranges": (proof.domain, task.domain),
        "the length": (proof.length, task.length),
        "the declarative text": (proof.declarative, task.declarative),
    }
    for what, (stored, stated) in pairs.items():
        if stored != stated:
            why = f"{what} is not that of the task file of {proof.task}"
            return Finding("specification", "failed", why, CERTIFICATE)
    return Finding("specification", "ok")


@cache
def _tasks(folder: Path | None) -> dict[str, Task]:
    """Tasks by name, read once a process."""
    from mips_verify.task import load_tasks

    return {task.name: task for task in load_tasks(folder)}


def _proof(bundle: Bundle) -> Finding:
    from mips_verify.prove.certificate import recheck

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
        if wrong := _same("files", bundle, name):
            return wrong
    if wrong := _weights(bundle) or _strangers(bundle):
        return wrong
    return Finding("files", "ok", f"{len(bundle.files)} files")


def _strangers(bundle: Bundle) -> Finding | None:
    """Anything else that Python imports: it may stand in for ``program.py`` or a library."""
    for path in sorted(bundle.folder.iterdir()):
        if path.name not in FILES and (path.suffix in _IMPORTED or any(path.glob("__init__.*"))):
            why = "is no file of a bundle, and Python may import it; keep it elsewhere"
            return Finding("files", "failed", why, path.name)
    return None


def _same(check: str, bundle: Bundle, name: str) -> Finding | None:
    """What is wrong with a file that must be what the certificate gives."""
    try:
        stored = _bytes(bundle.folder / name)
    except OSError as error:
        return Finding(check, "failed", f"cannot be read: {error.strerror}", name)
    except MipsVerifyError as error:
        return Finding(check, "failed", str(error), name)
    made = bundle.files[name].encode()
    if stored == made:
        return None
    pairs = enumerate(zip(stored, made, strict=False))
    place = next((i for i, (a, b) in pairs if a != b), min(len(stored), len(made)))
    line = made[:place].count(b"\n") + 1
    why = f"is not what the certificate gives, from byte {place} on"
    if (made_by := bundle.proof.tools.partition(",")[0]) != (this := f"mips-verify {__version__}"):
        why += f" (made by {made_by or 'another tool'}; this is {this})"
    return Finding(check, "failed", why, name, line)


def _weights(bundle: Bundle) -> Finding | None:
    if not bundle.proof.weights:
        return None
    try:
        stored = hashlib.sha256(_bytes(bundle.folder / WEIGHTS)).hexdigest()
    except OSError as error:
        return Finding("files", "failed", f"cannot be read: {error.strerror}", WEIGHTS)
    except MipsVerifyError as error:
        return Finding("files", "failed", str(error), WEIGHTS)
    if stored != bundle.proof.weights:
        return Finding("files", "failed", "has another SHA-256 than the certificate says", WEIGHTS)
    return None


def _execution(bundle: Bundle) -> Finding:
    """Run the program as the certificate gives it: code that was slipped in never runs."""
    from mips_verify.check.execution import run_program

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / PROGRAM
        path.write_text(bundle.files[PROGRAM], encoding="utf-8")
        status, message = run_program(
            path,
            bundle.proof,
            count=bundle.options.fuzz,
            seconds=bundle.options.seconds,
            memory=MEMORY,
        )
    return Finding("execution", status, message, PROGRAM)


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
    check: str, bundle: Bundle, name: str, run: Callable[[Path, float], ToolAnswer]
) -> Finding:
    """Ask another verifier about the file as the certificate gives it, not as it is stored."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / name
        path.write_text(bundle.files[name], encoding="utf-8")
        answer = run(path, bundle.options.seconds)
    if answer.status == "holds":
        return Finding(check, "ok", answer.version)
    status = "failed" if answer.status == "fails" else "undecided"
    return Finding(check, status, f"{answer.version}: {answer.message}", name)  # type: ignore[arg-type]
