"""The files that hold the theorem about a network, and the repaired network if there is one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine

if TYPE_CHECKING:
    from mips_verify.certify.certifying import Model
    from mips_verify.kernel.certificate import Certificate
    from mips_verify.network_kernel.network_certificate import NetworkCertificate
    from mips_verify.pipeline.network_theorem import Answer

THEOREM: Final = "network.json"
REPAIRED_WEIGHTS: Final = "repaired.safetensors"
REPAIRED_THEOREM: Final = "repaired.json"
ROCQ: Final = "network.v"
REPAIRED: Final = (REPAIRED_WEIGHTS, REPAIRED_THEOREM)  # only where a network was repaired
OPTIONAL: Final = (*REPAIRED, ROCQ)  # the last only where Rocq can state the theorem


def theorem_files(
    answer: Answer,
    network: Model,
    program: Machine,
    domain: Domain,
    length: int,
    about: Mapping[str, Any],
) -> dict[str, str | bytes]:
    """The files by name: ``network.json``, and two more if the network was repaired.

    Args:
        answer: the theorem, or why none was looked for.
        network: the network that it speaks of.
        program: the program, as the certificate beside these files has it.
        domain: the letters.
        length: letters of the words that trained the network.
        about: notes in the header of the network's file; the repaired one says who repaired it.
    """
    from mips_verify.certify.certify_network import Certified
    from mips_verify.pipeline.network_theorem import certificate_of, model_bytes

    proof = certificate_of(answer, network, program, domain, length)
    files: dict[str, str | bytes] = {THEOREM: _text(proof, program, domain)}
    if isinstance(answer, Certified) and (mended := answer.repaired) is not None:
        told = {**about, "engine": repaired_by(about["engine"], mended.how)}
        files[REPAIRED_WEIGHTS] = model_bytes(mended.network, length, told)
        files[REPAIRED_THEOREM] = _text(mended.theorem.certificate, program, domain)
    return files


def rocq_file(proof: Certificate, weights: bytes, theorem: str) -> dict[str, str]:
    """``network.v``, if Rocq can state the theorem of this network and this program.

    Args:
        proof: the program's certificate.
        weights: the network's file.
        theorem: the text of ``network.json``.

    Raises:
        MipsVerifyError: one of the two cannot be read, or the certificate names another network.
    """
    from mips_verify.emit.rocq.rocq_network import render_network
    from mips_verify.network_kernel.exact_network import network_from_bytes
    from mips_verify.network_kernel.network_certificate import certificate_from_text

    if hashlib.sha256(weights).hexdigest() != proof.weights:
        raise MipsVerifyError("the certificate names another network")
    network = network_from_bytes(weights)
    found = certificate_from_text(theorem, network, proof.program, proof.domain)
    text = render_network(proof, network, found)
    return {} if text is None else {ROCQ: text}


def repaired_by(engine: object, how: str) -> str:
    """What trained a repaired network, as its header states it."""
    return f"{engine}, repaired by {how}"


def _text(proof: NetworkCertificate, program: Machine, domain: Domain) -> str:
    """The text of a certificate about this spelling of the program.

    A program that was written and read again may be spelled otherwise, as ``--7`` becomes 7.
    """
    from mips_verify.network_kernel.network_certificate import certificate_to_text, program_hash

    return certificate_to_text(replace(proof, program=program_hash(program, domain)))
