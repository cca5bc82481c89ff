"""The text files of a bundle, all made from its certificate alone."""

from __future__ import annotations

from mips_verify.emit.program import render_program
from mips_verify.prove.certificate import Certificate, certificate_to_text


def render_files(proof: Certificate) -> dict[str, str]:
    """Every text file of the bundle, by name; equal certificates give equal bytes."""
    program = render_program(
        proof.program, name=proof.task, says=proof.says, domain=proof.domain, how=proof.how
    )
    return {
        "certificate.json": certificate_to_text(proof),
        "program.py": program,
    }
