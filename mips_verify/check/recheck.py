"""One bundle, checked again from its texts. No stored result is believed."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from mips_verify import __version__
from mips_verify.check.check_budgets import (
    CERTIFICATE_BYTES,
    MEMORY,
    READING_SECONDS,
    RLIMIT,
    THEOREM_BYTES,
)
from mips_verify.check.finding import CHECKS, Finding, Options, Status
from mips_verify.check.original import check_original
from mips_verify.check.stored import (
    CERTIFICATE,
    PROGRAM,
    difference,
    read_stored,
    shows_a_sequence,
    stranger,
    writes_again,
)
from mips_verify.check.verifiers import VERIFIERS, Verifier
from mips_verify.check.worker_process import TooLongError, within
from mips_verify.emit.targets import render_files
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.verdict import Status as Verdict
from mips_verify.pipeline.origin import WEIGHTS
from mips_verify.pipeline.theorem_files import ROCQ, THEOREM, rocq_file


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder, its certificate, and the files that are rendered from it and from the network's.

    Attributes:
        unread: whether the network's files could not be read, so that nothing is known of
            ``network.v``; the check of the network says why.
    """

    folder: Path
    proof: Certificate
    files: dict[str, str]
    options: Options
    unread: bool = False


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
        why = f"{error}; restore it, or make the bundle again"
        first = Finding("certificate", "failed", why, CERTIFICATE)
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
            files = render_files(proof)
    except UnicodeDecodeError:
        raise MipsVerifyError(f"{name} is not UTF-8 text") from None
    except TooLongError:
        why = f"{name} is too large: its files could not be rendered in {READING_SECONDS:g} s"
        raise MipsVerifyError(why) from None
    except (RecursionError, OverflowError, MemoryError, ValueError) as error:
        what = type(error).__name__
        raise MipsVerifyError(f"{name} is too deep or too large ({what})") from None
    stated = _in_rocq(folder, proof)
    return Bundle(folder, proof, {**files, **(stated or {})}, options, unread=stated is None)


def _in_rocq(folder: Path, proof: Certificate) -> dict[str, str] | None:
    """``network.v``, if the files of the network give one; ``None`` if they cannot be read."""
    if not proof.weights:
        return {}
    try:
        weights = read_stored(folder, WEIGHTS)
        theorem = read_stored(folder, THEOREM, THEOREM_BYTES).decode()
        with within(READING_SECONDS):
            return rocq_file(proof, weights, theorem)
    except TooLongError:
        return {}  # too large to be stated
    except (MipsVerifyError, RecursionError, MemoryError, ArithmeticError, ValueError):
        return None


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
    if not verdict.reason.endswith("does not hold"):
        return Finding("proof", "undecided", verdict.reason, CERTIFICATE)
    program = bundle.folder / PROGRAM
    shown = shows_a_sequence(program, bundle.proof.task, bundle.options.tasks)
    return Finding("proof", "failed", f"{verdict.reason}; {shown}", CERTIFICATE)


def _files(bundle: Bundle) -> Finding:
    for name in bundle.files:
        if wrong := _differs("files", bundle, name):
            return wrong
    if not bundle.unread and ROCQ not in bundle.files and (bundle.folder / ROCQ).exists():
        why = "is there, but what the bundle proves about its network is not stated in Rocq"
        return Finding("files", "failed", why, ROCQ)
    if other := stranger(bundle.folder):
        name, why = other
        return Finding("files", "failed", why, name)
    wrong = check_original(bundle.folder, bundle.proof, bundle.options.tasks)
    return wrong or Finding("files", "ok", f"{len(bundle.files)} files")


def _differs(check: str, bundle: Bundle, name: str) -> Finding | None:
    """How a stored file differs from what the certificate gives; ``None`` if it does not."""
    try:
        stored = read_stored(bundle.folder, name)
    except MipsVerifyError as error:
        lost = not (bundle.folder / name).exists()
        why = f"{error}; {writes_again(bundle.folder)}" if lost else str(error)
        return Finding(check, "failed", why, name)
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


def _given(
    check: str,
    bundle: Bundle,
    name: str,
    run: Callable[[Path], Finding],
    also: Sequence[str] = (),
) -> Finding:
    """Run the file that the certificate gives, provided that the stored file is equal to it.

    Files of ``also`` that the bundle has lie beside it, on the same condition.

    So no foreign code ever runs, and the finding is also true of the stored file.
    """
    names = [name, *(other for other in also if other in bundle.files)]
    for given in names:
        if _differs(check, bundle, given) is not None:
            why = f"{given} differs from what the certificate gives"
            return Finding(check, "skipped", why, given)
    with tempfile.TemporaryDirectory() as scratch:
        for given in names:
            (Path(scratch) / given).write_text(bundle.files[given], encoding="utf-8")
        return run(Path(scratch) / name)


def _ask(verifier: Verifier, bundle: Bundle) -> Finding:
    def run(path: Path) -> Finding:
        answer = verifier.run(path, bundle.options.seconds)
        if answer.status == "holds":
            said = ", ".join(filter(None, (answer.version, answer.message)))
            return Finding(verifier.name, "ok", said)
        status: Status = "failed" if answer.status == "fails" else "undecided"
        said = f"{answer.version}: {answer.message}"
        place = _place_in_stated(verifier, bundle, answer.line) if status == "failed" else ""
        said = f"{place}: {said}" if place else said
        return Finding(verifier.name, status, said, verifier.file, answer.line, stated=bool(place))

    return _given(verifier.name, bundle, verifier.file, run, verifier.also)


def _place_in_stated(verifier: Verifier, bundle: Bundle, line: int) -> str:
    """Where a line of a verifier's file lies in the task's own text; empty if before it.

    Program and specification have their theorem before that text, and do not depend on it.
    """
    text = getattr(bundle.proof, verifier.stated).rstrip("\n") if verifier.stated else ""
    if not text:
        return ""
    first = bundle.files[verifier.file].partition(text)[0].count("\n") + 1
    if line < first:
        return ""
    own = line - first + 1
    beside = f"the {verifier.ending} text beside the task file"
    return f"line {own} of {beside}" if own <= text.count("\n") + 1 else f"after {beside}"


_STEPS: Final[Mapping[str, Callable[[Bundle], Finding]]] = {
    "certificate": _certificate,
    "specification": _specification,
    "proof": _proof,
    "files": _files,
    "network": _network,
    "execution": _execution,
    **{verifier.name: partial(_ask, verifier) for verifier in VERIFIERS},
}
