"""Dafny, which verifies ``program.dfy``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from mips_verify.check.check_budgets import DAFNY_SECONDS, VERSION_SECONDS
from mips_verify.check.tools import MEMORY, Status, ToolAnswer, excerpt, find_tool, run_tool
from mips_verify.errors import MipsVerifyError
from mips_verify.processes import Outcome

_VERSION: Final = re.compile(r"\b(\d+)\.(\d+)\.\d+[.\w+-]*")
_END: Final = re.compile(
    r"^Dafny program verifier finished with (\d+) verified, (\d+) errors?(.*)$", re.MULTILINE
)
_PLACE: Final = re.compile(r"^.*?\((\d+),-?\d+\): (Error|Warning)\b[^:]*: *(.*)$", re.MULTILINE)
# warnings that Dafny also gives for complete proofs
_HARMLESS: Final = ("trigger", "deprecated")


def run_dafny(path: Path, seconds: float, executable: str = "dafny") -> ToolAnswer:
    """Let Dafny verify one file.

    The answer is ``holds`` only if Dafny exits without an error, has verified something, and
    does not warn of anything left out. It is ``fails`` if Dafny rejects the file or a proof in it.

    Args:
        path: the file; Dafny reads it and writes nothing.
        seconds: wall-clock time after which Dafny and its solver are killed.
        executable: the name of Dafny on the path, or its own path.

    Raises:
        MipsVerifyError: Dafny is not installed.
    """
    found = find_tool(executable)
    if found is None:
        raise MipsVerifyError(
            f"'{executable}' is not on the path; install Dafny with `apt install dafny` or from "
            "https://github.com/dafny-lang/dafny/releases"
        )
    version = _version(run_tool([found, "--version"], seconds=VERSION_SECONDS, memory=None))
    command: list[str | Path] = [found, *_options(seconds, version), path.name]
    # the runtime of Dafny 4 reserves far more memory than it uses
    memory = MEMORY if _generation(version) < (4, 0) else None
    run = run_tool(command, seconds=seconds, memory=memory, folder=path.parent)
    version = version or _version(run)
    status, message = _judge(run)
    shown = f"Dafny {version[0]}" if version else "Dafny"
    return ToolAnswer("dafny", status, excerpt(message), shown, run.seconds)


def _generation(version: re.Match[str] | None) -> tuple[int, int]:
    return (int(version[1]), int(version[2])) if version else (2, 0)  # older ones print none


def _options(seconds: float, version: re.Match[str] | None) -> list[str]:
    generation = _generation(version)
    limit = max(1, min(DAFNY_SECONDS, int(seconds)))
    if generation >= (4, 0):
        words = ["verify", "--verification-time-limit", str(limit)]
        # since 4.5 every warning is a failure, even about attributes that Dafny 2 and 3 need
        return [*words, "--allow-deprecation"] if generation >= (4, 5) else words
    # Z3's older arithmetic solver decides proofs that its newer one does not decide
    words = ["/compile:0", f"/timeLimit:{limit}", "/proverOpt:O:smt.arith.solver=2"]
    # Dafny 2 crashes on some files when it infers ranges of variables; no proof here needs them
    return [*words, "/noinfer"] if generation < (3, 0) else words


def _version(run: Outcome) -> re.Match[str] | None:
    return _VERSION.search(run.out)


def _judge(run: Outcome) -> tuple[Status, str]:
    text = f"{run.out}\n{run.err}"
    places = sorted(_PLACE.findall(text), key=lambda place: int(place[0]))
    errors = [f"line {line}: {what}" for line, kind, what in places if kind == "Error"]
    doubts = [
        f"line {line}: {what}"
        for line, kind, what in places
        if kind == "Warning" and not any(word in what for word in _HARMLESS)
    ]
    ends = _END.findall(text)
    if run.why:
        return "undecided", run.why
    if len(ends) == 1 and (int(ends[0][1]) or ends[0][2]):
        verified, wrong, more = ends[0]
        if int(wrong):
            return "fails", errors[0] if errors else f"{wrong} errors"
        return "undecided", f"{verified} verified, 0 errors{more}"
    if errors:  # a file that does not parse proves nothing
        return "fails", errors[0]
    if run.returncode:
        return "undecided", f"{run.ending}: {run.err or run.out}"
    if doubts:
        return "undecided", doubts[0]
    if len(ends) != 1 or int(ends[0][0]) == 0:
        return "undecided", "Dafny did not say that it verified anything"
    return "holds", ""
