"""The text files of a bundle, all made from its certificate alone."""

from __future__ import annotations

from mips_verify.emit.dafny.dafny_file import render_dafny
from mips_verify.emit.python.hypothesis_test import render_test
from mips_verify.emit.python.python_file import render_program
from mips_verify.emit.smtlib.smtlib_file import render_smtlib
from mips_verify.kernel.certificate import Certificate, certificate_to_text


def render_files(proof: Certificate) -> dict[str, str]:
    """Every text file of the bundle, by name; equal certificates give equal bytes.

    Raises:
        MipsVerifyError: a declarative text that Dafny's file may not hold.
    """
    program = render_program(
        proof.program, name=proof.task, says=proof.says, domain=proof.domain, how=proof.how
    )
    return {
        "certificate.json": certificate_to_text(proof),
        "program.py": program,
        "program.dfy": render_dafny(proof),
        "equivalence.smt2": render_smtlib(proof),
        "test_program.py": render_test(proof),
    }
