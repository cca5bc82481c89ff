"""Proving: a program against its specification, and a network against its program."""

from __future__ import annotations

from pathlib import Path

import pytest

from mips_verify.certify.certify_network import certify_network
from mips_verify.certify.certifying import Certifying
from mips_verify.kernel.certificate import certificate_from_text
from mips_verify.kernel.verdict import Status
from mips_verify.network.load import load_model
from mips_verify.prove.equal import equal

PROOFS = Path(__file__).parent.parent / "proofs"
# an invariant at once, one by conjuncts, one of a queue, one over bits
PROGRAMS = ("Add_Mod_5", "Majority_0_2", "Sum_Last7", "Bit_Palindrome")
# finitely many states, an invariant and a bound in float64, boxes letter by letter
NETWORKS = ("Div_7", "Majority_0_2", "Bit_Palindrome")


@pytest.mark.parametrize("name", PROGRAMS)
def bench_program(benchmark, name: str) -> None:
    """The proof that a program meets its specification."""
    proof = certificate_from_text((PROOFS / name / "certificate.json").read_text())
    verdict = benchmark(equal, proof.program, proof.spec, proof.domain)
    assert verdict.status is Status.PROVED


@pytest.mark.parametrize("name", NETWORKS)
def bench_network(benchmark, name: str) -> None:
    """How far a network is its program."""
    proof = certificate_from_text((PROOFS / name / "certificate.json").read_text())
    network = load_model(PROOFS / name / "network.safetensors").network

    def certified():
        asked = Certifying(network, proof.program, proof.domain, proof.length)
        return certify_network(asked, lambda _: None, repair=False)

    assert benchmark(certified).theorem.certificate.proofs
