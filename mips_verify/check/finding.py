"""The checks of a bundle, the finding of one check, and the options of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from mips_verify.check.verifiers import NAMES, VERIFIERS

Status = Literal["ok", "failed", "undecided", "skipped"]

CHECKS: Final = {
    "certificate": "The certificate can be read, and stands as it would be written.",
    "specification": "The task file of this name states the same task, in the same words.",
    "proof": "Z3 discharges the three obligations, made anew from the texts.",
    "files": "Every file is, byte for byte, what the certificate gives, and there is no other "
    "but original.py, which reads as the certificate's program.",
    "network": "The weights are a network that agrees with the program on sampled sequences, and "
    "what network.json proves of it holds.",
    "execution": "The program, run by Python, does what its specification says.",
    **{verifier.name: verifier.says for verifier in VERIFIERS},
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: a name of :data:`CHECKS`.
        status: ``failed`` is evidence against the bundle, ``undecided`` is no evidence at all.
        message: one sentence; for ``ok`` it says what was done, or is empty.
        file: the file of the bundle that the finding is about, or an empty text.
        line: the line in that file, from 1; 0 if the finding is about no line.
        seconds: wall-clock time that the check took.
        claims: statements of the bundle that this check cannot confirm, in words.
        stated: whether it is about the text in which the task states itself in other words, and
            not about the theorem between program and specification.
    """

    check: str
    status: Status
    message: str = ""
    file: str = ""
    line: int = 0
    seconds: float = 0.0
    claims: tuple[str, ...] = ()
    stated: bool = False

    def __post_init__(self) -> None:
        if self.check not in CHECKS:
            raise ValueError(f"there is no check '{self.check}'")
        if self.status in ("failed", "undecided") and not self.message:
            raise ValueError(f"a finding that is '{self.status}' needs a message")


@dataclass(frozen=True, slots=True)
class Options:
    """How bundles are checked.

    Attributes:
        tasks: folder of the task files; ``None`` for the tool's own.
        fuzz: number of sequences on which each program is run.
        seconds: time limit for each step that runs a solver or a program.
        verifiers: names of the :data:`~mips_verify.check.verifiers.VERIFIERS` to run as well.
    """

    tasks: Path | None = None
    fuzz: int = 100
    seconds: float = 60.0
    verifiers: tuple[str, ...] = ()

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of the checks to make, in the order of :data:`CHECKS`."""
        return tuple(name for name in CHECKS if name not in NAMES or name in self.verifiers)


def overall(findings: Iterable[Finding]) -> Status:
    """The status of a bundle: the worst of its findings."""
    found = {f.status for f in findings}
    return "failed" if "failed" in found else "undecided" if "undecided" in found else "ok"


def disagree(findings: Iterable[Finding]) -> bool:
    """Whether one prover accepts the theorem and another rejects it."""
    said = {f.status for f in findings if f.check in ("proof", *NAMES) and not f.stated}
    return {"ok", "failed"} <= said
