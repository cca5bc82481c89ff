"""The SMT solvers that re-check ``equivalence.smt2``: cvc5, and a separately installed Z3.

Only give them files that :func:`~mips_verify.emit.smtlib.smtlib_file.render_smtlib` wrote,
since SMT-LIB has commands that write files.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from mips_verify.check.check_budgets import VERSION_SECONDS
from mips_verify.check.tools import ToolAnswer, excerpt, find_tool, run_tool
from mips_verify.errors import MipsVerifyError
from mips_verify.processes import Outcome

_OBLIGATIONS: Final = ("Base", "Step", "Outputs")  # in the order of the file
_WORKER: Final = Path(__file__).with_name("cvc5_worker.py")
# Z3's older arithmetic solver decides more of these files; the default one decides a few others
_ARITHMETICS: Final = (("smt.arith.solver=2",), ())


def run_cvc5(path: Path, seconds: float) -> ToolAnswer:
    """Ask cvc5, from its Python package, about all three obligations of a file.

    Args:
        path: the file.
        seconds: wall-clock time for all three; after it, the process is killed.

    Raises:
        MipsVerifyError: cvc5 is not installed.
    """
    from importlib.metadata import PackageNotFoundError, version

    try:
        installed = version("cvc5")
    except PackageNotFoundError:
        raise MipsVerifyError(
            "cvc5 is not installed; install it with: pip install mips-verify[cvc5]"
        ) from None
    # -I isolates Python, so that it imports nothing from the folder it runs in
    run = run_tool([sys.executable, "-I", _WORKER, path.resolve()], seconds=seconds)
    return _answer("cvc5", installed, run)


def run_z3(path: Path, seconds: float, executable: str = "z3") -> ToolAnswer:
    """Ask an executable of Z3 about all three obligations of a file.

    Args:
        path: the file.
        seconds: wall-clock time in all, half of it for each of Z3's two arithmetic solvers;
            the second one runs only if the first does not decide.
        executable: its path, or a name to look for on the PATH, in the order described at
            :func:`mips_verify.check.tools.find_tool`.

    Raises:
        MipsVerifyError: there is no such executable.
    """
    found = find_tool(executable)
    if found is None:
        raise MipsVerifyError(
            f"there is no executable '{executable}'; install Z3 from your system's packages, "
            "or name the one that you have"
        )
    version = excerpt(run_tool([found, "--version"], seconds=VERSION_SECONDS).out)
    version = version.removeprefix("Z3 version ").split(" - ")[0]
    spent = 0.0
    for options in _ARITHMETICS:
        run = run_tool([found, "-smt2", *options, path.resolve()], seconds=seconds / 2)
        spent += run.seconds
        answer = replace(_answer("z3", version, run), seconds=spent)
        if answer.status != "undecided":
            break
    return answer


@dataclass(frozen=True, slots=True)
class _Answers:
    """The first lines of an output, which answer each ``check-sat``, and the rest of it."""

    answers: tuple[str, ...]
    rest: str

    @staticmethod
    def of(out: str) -> _Answers:
        lines = [line.strip() for line in out.splitlines() if line.strip()]
        count = 0
        while count < len(lines) and lines[count] in ("sat", "unsat", "unknown"):
            count += 1
        return _Answers(tuple(lines[:count]), excerpt("\n".join(lines[count:])))


def _answer(tool: str, version: str, run: Outcome) -> ToolAnswer:
    found = _Answers.of(run.out)
    if "sat" in found.answers[: len(_OBLIGATIONS)]:
        broken = _OBLIGATIONS[found.answers.index("sat")]
        message = f"the obligation {broken} does not hold"
        return ToolAnswer(tool, "fails", message, version, run.seconds)
    if reason := _undecided(found, run):
        return ToolAnswer(tool, "undecided", reason, version, run.seconds)
    return ToolAnswer(tool, "holds", "", version, run.seconds)


def _undecided(found: _Answers, run: Outcome) -> str:
    """Why the answers are not exactly three times ``unsat``; empty if they are."""
    count = len(found.answers)
    if "unknown" in found.answers[: len(_OBLIGATIONS)]:
        return f"the obligation {_OBLIGATIONS[found.answers.index('unknown')]} was not decided"
    if found.rest:
        return f"it says: {found.rest}"
    if count > len(_OBLIGATIONS):
        return f"{count} answers instead of {len(_OBLIGATIONS)}"
    if count < len(_OBLIGATIONS):
        why = run.ending or "its output ends"
        last = excerpt(run.err[-200:])
        return f"no answer for {_OBLIGATIONS[count]}: {why}{f' ({last})' if last else ''}"
    return f"{run.ending}, after all its answers" if run.ending else ""
