"""Broken certificates of networks, and broken networks: does the checker accept a lie?

Half of the mutants are certificates with one to three changes, which speak of the network as it is
or of one whose weights are changed as well. The other half are networks with changed weights, with
the certificate as it was. What is accepted must behave: in doubles it equals the program on all
short words and on long random ones, and a sample in exact numbers too. The exit code is 1 if a
mutant is accepted that does not, or if a check ends in an error of its own or takes too long.

python -m tests.quality.network_mutants --count 2000 --seed 0 --journal FILE --json FILE
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from mips_verify.certify.certifying import Certifying
from mips_verify.certify.exact_replay import exact_network as exactly
from mips_verify.certify.lockstep import Lockstep
from mips_verify.certify.prove_network import prove_network
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import certificate_from_text
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.network.weights import load
from mips_verify.network_kernel.exact_network import ExactNetwork, fingerprint
from mips_verify.network_kernel.network_certificate import (
    NetworkCertificate,
    check_certificate,
    program_hash,
)
from tests.network_kernel_cases import CASES
from tests.network_kernel_tools import BITS, Reals, answer, package_network, run
from tests.quality.certificate_mutants import changed_certificate, changed_network
from tests.quality.journal import Journal, Progress
from tests.quality.material import PROOFS

TASKS: Final = (
    "Add_Mod_3", "Add_Mod_7", "Alternating_Last3", "Balanced_Parenthesis", "Binary_Addition",
    "Bit_Shift_Right", "Bitwise_Xor", "Current_Number", "Div_3", "Majority_0_1", "Parity_All",
    "Parity_Last2", "Prev1", "Prev2",
)  # fmt: skip
KINDS: Final = ("certificate", "weights")
SHORT: Final = 8  # letters of words that are all tried
WORDS: Final = 50_000  # most of them
LONG: Final = 100  # letters of random words
RANDOM: Final = 2_000  # of them
EXACT: Final = 20  # random words that are tried in exact numbers, too
CELLS: Final = 10_000_000  # products in one exact run
SECONDS: Final = 300  # CPU time of a check; within its bound on work it takes less


@dataclass(frozen=True, slots=True)
class Problem:
    """A network that is proved to be a program."""

    name: str
    network: ExactNetwork
    program: Machine
    domain: Domain
    certificate: NetworkCertificate


@cache
def problems() -> tuple[Problem, ...]:
    """Networks of committed bundles, with certificates that are found anew, and some by hand."""
    found = [_from_bundle(name) for name in TASKS]
    for name, network, program, cells in CASES:
        claims = fingerprint(network), program_hash(program, BITS), None, None
        proof = NetworkCertificate(*claims, (replace(cells, floats=True),))
        check_certificate(proof, network, program, BITS)
        found.append(Problem(name, network, program, BITS, proof))
    return tuple(found)


def _from_bundle(name: str) -> Problem:
    stored = certificate_from_text((PROOFS / name / "certificate.json").read_text())
    network = load(PROOFS / name / "network.safetensors").network
    asked = Certifying(network, stored.program, stored.domain, stored.length)
    theorem = prove_network(asked, lambda _: None)
    return Problem(name, asked.exact, stored.program, stored.domain, theorem.certificate)


def tried(kind: str, seed: int, number: int) -> dict[str, Any]:
    """One mutant: what it is, whether it is accepted, and what is wrong with that."""
    rng = np.random.default_rng([KINDS.index(kind), seed, number])
    problem = problems()[int(rng.integers(len(problems())))]
    changes, network, proof = [], problem.network, problem.certificate
    if kind == "weights" or rng.random() < 0.5:
        change, network = changed_network(network, rng)
        changes.append(change)
    for _ in range(int(rng.integers(1, 4)) if kind == "certificate" else 0):
        change, proof = changed_certificate(proof, rng)
        changes.append(change)
    proof = replace(proof, network=fingerprint(network))
    start = time.process_time()
    accepted, fault = _checked(proof, network, problem)
    seconds = time.process_time() - start
    if seconds > SECONDS:
        fault = f"the check took {seconds:.0f} s"
    if accepted and not fault:
        fault = misbehaves(proof, network, problem, rng)
    row = {"kind": kind, "number": number, "problem": problem.name, "changes": changes}
    return row | {"accepted": accepted, "fault": fault, "seconds": round(seconds, 3)}


def _checked(
    proof: NetworkCertificate, network: ExactNetwork, problem: Problem
) -> tuple[bool, str]:
    try:
        check_certificate(proof, network, problem.program, problem.domain)
    except MipsVerifyError:
        return False, ""
    except Exception as error:  # anything else is a fault of the checker
        return False, f"the check ended in {error!r}"
    return True, ""


def misbehaves(
    proof: NetworkCertificate, network: ExactNetwork, problem: Problem, rng: np.random.Generator
) -> str:
    """The first word on which an accepted network is not the program, in words; or nothing."""
    model, domain = package_network(network), problem.domain
    side = Lockstep.of(model, problem.program)
    longest = LONG if proof.floats is None else min(LONG, proof.floats)
    for x in (_short_words(domain, longest), _random_words(domain, longest, RANDOM, rng)):
        if x.size and (failure := side.failing(x)) is not None:
            return f"wrong in doubles after {failure.word}"
    longest = LONG if proof.exact is None else min(LONG, proof.exact)
    for word in _random_words(domain, longest, EXACT, rng).tolist():
        if not _right_exactly(network, model, problem.program, [tuple(x) for x in word]):
            return f"wrong in exact numbers on {word}"
    return ""


def _short_words(domain: Domain, longest: int) -> np.ndarray:
    """All words of as many letters as can be tried."""
    length = min(longest, SHORT)
    while domain.size**length > WORDS:
        length -= 1
    return domain.all_sequences(length) if length else np.zeros((0, 0, domain.channels), np.int64)


def _random_words(domain: Domain, length: int, count: int, rng: np.random.Generator) -> np.ndarray:
    return domain.sample(count if length else 0, length, rng)


def _right_exactly(
    network: ExactNetwork, model: Any, program: Machine, word: list[tuple[int, ...]]
) -> bool:
    """Whether the network gives the program's outputs, where exact numbers say what it gives."""
    exact = exactly(model)
    if exact is None:  # curves: two hundred digits
        word = word[:10]
        return [answer(network, s) for s in run(network, Reals(), word)] == program.run(word)
    states = list(exact.states(word, CELLS))
    found = [exact.read(state) for state in states]
    want = program.run(word[: len(states)])
    return all(y in (None, z) for y, z in zip(found, want, strict=True))


def figures(rows: list[dict[str, Any]]) -> list[str]:
    """Lines with the counts of each kind, and every fault."""
    lines = []
    for kind in KINDS:
        of = [r for r in rows if r["kind"] == kind]
        accepted = sum(r["accepted"] for r in of)
        slowest = max((r["seconds"] for r in of), default=0)
        faults = sum(bool(r["fault"]) for r in of)
        lines.append(
            f"{kind}: {len(of)} mutants, {accepted} accepted, {faults} faults, "
            f"slowest check {slowest} s"
        )
        names = Counter(c.split(":")[0] for r in of if r["accepted"] for c in r["changes"])
        lines.append(f"  accepted with: {dict(names.most_common())}")
    return [*lines, *(f"fault: {json.dumps(r)}" for r in rows if r["fault"])]


def main(argv: list[str] | None = None) -> int:
    """Run the trial and print the figures; exit code 1 on a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.network_mutants",
                                     description=__doc__)  # fmt: skip
    parser.add_argument("--count", type=int, default=2_000, help="mutants of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--journal", type=Path, metavar="FILE", help="to go on after a stop")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args(argv)
    journal = Journal(args.journal, {"count": args.count, "seed": args.seed})
    todo = [(kind, number) for number in range(args.count) for kind in KINDS]
    progress = Progress("network mutants", len(todo), len(journal.results))
    for kind, number in todo[len(journal.results) :]:
        journal.add(tried(kind, args.seed, number))
        progress.step()
    print("\n".join(figures(journal.results)))
    if args.json:
        args.json.write_text(json.dumps(journal.results, indent=1) + "\n")
    return int(any(row["fault"] for row in journal.results))


if __name__ == "__main__":
    sys.exit(main())
