"""A network with states on a grid is a machine; the prover of programs decides the rest."""

from __future__ import annotations

from mips_verify.certify.certifying import Certifying
from mips_verify.kernel.verdict import Status
from mips_verify.network_kernel.as_machine import NotIntegralError, exact_machine, twice
from mips_verify.network_kernel.network_certificate import Invariant
from mips_verify.prove.sandbox import equal_in_worker


def by_invariant(problem: Certifying) -> Invariant | None:
    """An invariant of the network and the program together, or None."""
    try:
        machine = exact_machine(problem.exact, problem.domain)
    except NotIntegralError:
        return None
    verdict = equal_in_worker(machine, twice(problem.program), problem.domain, seed=problem.seed)
    return Invariant(verdict.invariant) if verdict.status is Status.PROVED else None
