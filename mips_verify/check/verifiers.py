"""The independent verifiers that can check a file of a bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mips_verify.check.dafny import run_dafny
from mips_verify.check.rocq import run_rocq
from mips_verify.check.solvers import run_cvc5, run_z3
from mips_verify.check.tools import ToolAnswer
from mips_verify.pipeline.theorem_files import ROCQ


@dataclass(frozen=True, slots=True)
class Verifier:
    """A program, written by others, that re-checks one file of a bundle.

    Attributes:
        name: the name of the check in reports; ``--NAME`` is the flag that turns it on.
        file: the file that it reads, one of :data:`mips_verify.emit.targets.TARGETS`.
        says: what a passed check means, in one sentence for reports.
        flag: what the flag does, in one sentence for ``--help``.
        run: takes a file and the seconds allowed; raises ``MipsVerifyError`` if the verifier is
            not installed.
        also: files that it checks after ``file``, in the same folder, if the bundle has them.
        stated: the part of the certificate with the task in other words, which stands in ``file``
            after the theorem; empty if none does.
        ending: of the file beside the task file that this text comes from.
    """

    name: str
    file: str
    says: str
    flag: str
    run: Callable[[Path, float], ToolAnswer]
    also: tuple[str, ...] = ()
    stated: str = ""
    ending: str = ""


# A bundle's files are in mips_verify.emit.targets. Import no large module here, since the command
# line makes its flags from this list.
VERIFIERS: Final = (
    Verifier(
        name="cvc5",
        file="equivalence.smt2",
        says="cvc5 finds the SMT-LIB file unsatisfiable.",
        flag="Let cvc5 re-check each proof (pip package cvc5).",
        run=run_cvc5,
    ),
    Verifier(
        name="z3",
        file="equivalence.smt2",
        says="The z3 program on the PATH finds the SMT-LIB file unsatisfiable.",
        flag="Let the z3 on the PATH re-check each proof as well.",
        run=run_z3,
    ),
    Verifier(
        name="dafny",
        file="program.dfy",
        says="Dafny verifies the program and its theorem.",
        flag="Let Dafny (2 to 4, on the PATH) verify each program.",
        run=run_dafny,
        stated="declarative",
        ending=".dfy",
    ),
    Verifier(
        name="rocq",
        file="program.v",
        says="Rocq's kernel accepts the theorems of program and network, from no assumption.",
        flag="Let Rocq (Coq 8.16 or later, on the PATH) check each program and network.",
        run=run_rocq,
        also=(ROCQ,),
        stated="declarative_rocq",
        ending=".v",
    ),
)
NAMES: Final = tuple(verifier.name for verifier in VERIFIERS)
