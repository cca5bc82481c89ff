"""Rocq (Coq), whose kernel checks ``program.v``, and ``network.v`` after it."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from mips_verify.check.check_budgets import VERSION_SECONDS
from mips_verify.check.tools import Status, ToolAnswer, excerpt, find_tool, run_tool
from mips_verify.errors import MipsVerifyError
from mips_verify.pipeline.theorem_files import ROCQ
from mips_verify.processes import Outcome

CLOSED: Final = "Closed under the global context"
_VERSION: Final = re.compile(r"\bversion (\d+\.\d+[.\w+-]*)")
_ASKED: Final = re.compile(r"^Print Assumptions ", re.MULTILINE)
_ERROR: Final = re.compile(r"line (\d+), characters [\d-]+:\s*Error:?\s*(.*)", re.DOTALL)


def run_rocq(path: Path, seconds: float, executable: str = "coqc") -> ToolAnswer:
    """Let Rocq check one file, and ``network.v`` if it lies beside it, in a folder of their own.

    The answer is ``holds`` only if Rocq accepts each file and says nothing but that each theorem
    about which the file asks rests on no assumption. It is ``fails`` if Rocq rejects a file, or
    a theorem rests on an assumption.

    Args:
        path: the file.
        seconds: wall-clock time after which Rocq is killed, for all files together.
        executable: the name of the compiler on the path, or its own path.

    Raises:
        MipsVerifyError: Rocq is not installed.
    """
    found = find_tool(executable)
    if found is None:
        raise MipsVerifyError(
            f"'{executable}' is not on the path; install Coq with `apt install coq` or Rocq from "
            "https://rocq-prover.org"
        )
    version = _VERSION.search(run_tool([found, "--version"], seconds=VERSION_SECONDS).out)
    shown = f"Rocq {version[1]}" if version else "Rocq"
    network, used = path.with_name(ROCQ), 0.0
    files = [path, network] if network.exists() else [path]
    with tempfile.TemporaryDirectory() as scratch:
        for file in files:
            shutil.copyfile(file, Path(scratch) / file.name)
            # -q: no settings of the user
            left = max(seconds - used, 1)
            run = run_tool([found, "-q", file.name], seconds=left, folder=Path(scratch))
            used += run.seconds
            status, message = _judge(run, len(_ASKED.findall(file.read_text(encoding="utf-8"))))
            if status != "holds":
                said = message if file is path else f"{file.name}, {message}"
                return ToolAnswer("rocq", status, excerpt(said), shown, used)
    return ToolAnswer("rocq", "holds", "program and network" * (len(files) > 1), shown, used)


def _judge(run: Outcome, asked: int) -> tuple[Status, str]:
    """What an outcome means for a file that asks about so many theorems, and about one at least."""
    if run.why:
        return "undecided", run.why
    if run.returncode:
        if error := _ERROR.search(run.err):
            return "fails", f"line {error[1]}: {error[2]}"
        return "undecided", f"{run.ending}: {run.err or run.out}"
    if run.out.split("\n") != [CLOSED] * max(1, asked) + [""]:
        return "fails", f"a theorem is not proved from nothing: {run.out or 'Rocq says nothing'}"
    return "holds", ""
