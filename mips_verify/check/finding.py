"""What one check of a bundle found, and what is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Status = Literal["ok", "failed", "undecided", "skipped"]

CHECKS: Final = {
    "certificate": "The certificate can be read, and stands as it would be written.",
    "specification": "The task file of this name states the same task, in the same words.",
    "proof": "Z3 discharges the three obligations, made anew from the texts.",
    "files": "Every file is, byte for byte, what the certificate gives, and there is no other.",
    "network": "The weights are a network that agrees with the program on sampled sequences.",
    "execution": "The program, run by Python, does what its specification says.",
    "cvc5": "cvc5 finds the SMT-LIB file unsatisfiable.",
    "z3": "The z3 program on the PATH finds the SMT-LIB file unsatisfiable.",
    "dafny": "Dafny verifies the program and its theorem.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: a name of :data:`CHECKS`.
        status: ``failed`` is evidence against the bundle, ``undecided`` is none either way.
        message: one sentence; for ``ok`` what was done, where there is more to say.
        file: the file of the bundle that it is about, or an empty text.
        line: in that file, from 1; 0 where no line is meant.
        seconds: time it took.
        claims: what the bundle says that this check cannot know; each names it in words.
    """

    check: str
    status: Status
    message: str = ""
    file: str = ""
    line: int = 0
    seconds: float = 0.0
    claims: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.check not in CHECKS:
            raise ValueError(f"there is no check '{self.check}'")
        if self.status in ("failed", "undecided") and not self.message:
            raise ValueError(f"'{self.status}' says why")


@dataclass(frozen=True, slots=True)
class Options:
    """What a check of bundles does.

    Attributes:
        tasks: folder of the task files; ``None`` for the tool's own.
        fuzz: sequences on which each program is run.
        seconds: allowed to each step that runs a solver or a program.
        cvc5: also ask cvc5.
        z3: also ask the z3 program on the PATH.
        dafny: also ask Dafny.
    """

    tasks: Path | None = None
    fuzz: int = 100
    seconds: float = 60.0
    cvc5: bool = False
    z3: bool = False
    dafny: bool = False


def overall(findings: Iterable[Finding]) -> Status:
    """The status of a bundle: the worst of its findings."""
    found = {f.status for f in findings}
    return "failed" if "failed" in found else "undecided" if "undecided" in found else "ok"


def disagree(findings: Iterable[Finding]) -> bool:
    """Whether one prover takes the theorem for true and another for false."""
    said = {f.status for f in findings if f.check in ("proof", "cvc5", "z3", "dafny")}
    return {"ok", "failed"} <= said
