"""The text files of a bundle, each made from the certificate alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mips_verify.emit.dafny.dafny_file import render_dafny
from mips_verify.emit.python.hypothesis_test import render_test
from mips_verify.emit.python.python_file import render_with_letters
from mips_verify.emit.rocq.rocq_file import render_rocq
from mips_verify.emit.smtlib.smtlib_file import render_smtlib
from mips_verify.kernel.certificate import Certificate, certificate_to_text
from mips_verify.spec.value_names import Names


@dataclass(frozen=True, slots=True)
class Target:
    """One text file of a bundle.

    Attributes:
        file: its name in the bundle.
        render: takes the certificate, gives the text; equal certificates give equal bytes.
    """

    file: str
    render: Callable[[Certificate], str]


def _program(proof: Certificate) -> str:
    return render_with_letters(
        proof.program, name=proof.task, says=proof.says, domain=proof.domain, how=proof.how,
        names=Names(proof.input_names, proof.output_names),
    )  # fmt: skip


# The tools that check each file are listed in mips_verify.check.verifiers.
TARGETS: Final = (
    Target("certificate.json", certificate_to_text),
    Target("program.py", _program),
    Target("program.dfy", render_dafny),
    Target("program.v", render_rocq),
    Target("equivalence.smt2", render_smtlib),
    Target("test_program.py", render_test),
)


def render_files(proof: Certificate) -> dict[str, str]:
    """Every text file of the bundle, by name.

    Raises:
        MipsVerifyError: the Dafny or the Rocq file may not hold its declarative text.
    """
    return {target.file: target.render(proof) for target in TARGETS}
