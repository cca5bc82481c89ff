"""Dafny as a second opinion: is ``program.dfy`` verified?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from mips_verify.check.tools import MEMORY, Status, ToolAnswer, excerpt, find_tool, run_tool
from mips_verify.errors import MipsVerifyError
from mips_verify.processes import Outcome

PROOF_SECONDS: Final = 60  # Dafny's limit for one lemma, method or function
_ASK_SECONDS: Final = 20
_VERSION: Final = re.compile(r"\b(\d+)\.(\d+)\.\d+[.\w+-]*")
_END: Final = re.compile(
    r"^Dafny program verifier finished with (\d+) verified, (\d+) errors?(.*)$", re.MULTILINE
)
_PLACE: Final = re.compile(r"^.*?\((\d+),-?\d+\): (Error|Warning)\b[^:]*: *(.*)$", re.MULTILINE)
# Dafny says these of proofs that are complete
_HARMLESS: Final = ("trigger", "deprecated")


def run_dafny(path: Path, seconds: float, executable: str = "dafny") -> ToolAnswer:
    """Let Dafny verify one file.

    It ``holds`` only if Dafny ends well, has verified something, and warns of nothing that it
    left out; it ``fails`` if Dafny rejects the file or a proof in it.

    Args:
        path: the file; Dafny reads it and writes nothing.
        seconds: wall-clock time after which Dafny and its solver are killed.
        executable: its name on the path, or where it lies.

    Raises:
        MipsVerifyError: there is no Dafny.
    """
    found = find_tool(executable)
    if found is None:
        raise MipsVerifyError(
            f"'{executable}' is not on the path; install Dafny with `apt install dafny` or from "
            "https://github.com/dafny-lang/dafny/releases"
        )
    version = _version(run_tool([found, "--version"], seconds=_ASK_SECONDS, memory=None))
    command: list[str | Path] = [found, *_options(seconds, version), path.name]
    # the runtime of newer ones reserves far more memory than it uses
    memory = MEMORY if _generation(version) < (4, 0) else None
    run = run_tool(command, seconds=seconds, memory=memory, folder=path.parent)
    version = version or _version(run)
    status, message = _judge(run)
    shown = f"Dafny {version[0]}" if version else "Dafny"
    return ToolAnswer("dafny", status, excerpt(message), shown, run.seconds)


def _generation(version: re.Match[str] | None) -> tuple[int, int]:
    return (int(version[1]), int(version[2])) if version else (2, 0)  # which do not tell


def _options(seconds: float, version: re.Match[str] | None) -> list[str]:
    generation = _generation(version)
    limit = max(1, min(PROOF_SECONDS, int(seconds)))
    if generation >= (4, 0):
        words = ["verify", "--verification-time-limit", str(limit)]
        # since 4.5 any warning is a failure; attributes that older ones need are deprecated
        return [*words, "--allow-deprecation"] if generation >= (4, 5) else words
    # the older arithmetic of Z3 decides what the newer one does not
    words = ["/compile:0", f"/timeLimit:{limit}", "/proverOpt:O:smt.arith.solver=2"]
    # guessing the ranges of variables, which no proof here needs, crashes Dafny 2 on some files
    return [*words, "/noinfer"] if generation < (3, 0) else words


def _version(run: Outcome) -> re.Match[str] | None:
    return _VERSION.search(run.out)


def _judge(run: Outcome) -> tuple[Status, str]:
    text = f"{run.out}\n{run.err}"
    places = _PLACE.findall(text)
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
    if errors:  # no program, so that it is no proof either
        return "fails", errors[0]
    if run.returncode:
        return "undecided", f"{run.ending}: {run.err or run.out}"
    if doubts:
        return "undecided", doubts[0]
    if len(ends) != 1 or int(ends[0][0]) == 0:
        return "undecided", "Dafny did not say that it verified anything"
    return "holds", ""
