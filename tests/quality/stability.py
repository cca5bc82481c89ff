"""Do verdicts depend on chance? Every certificate re-checked, and proved anew, under other seeds.

Z3 gets other random seeds; the conjuncts of the invariant and the state variables of both
machines come in other orders; the prover draws other sequences. The exit code is 1 if any
verdict changes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import z3

from mips_verify.kernel.certificate import Certificate, certificate_from_text, recheck
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status
from mips_verify.prove.equal import equal
from tests.quality.journal import Progress
from tests.quality.material import PROOFS

SEEDS = 10


@dataclass(frozen=True, slots=True)
class Count:
    """Verdicts of one kind of run: how many, and which were not PROVED."""

    what: str
    runs: int
    flips: tuple[str, ...]


def main(argv: list[str] | None = None) -> int:
    """Run everything and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.stability", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--tasks", nargs="+", metavar="NAME", help="these tasks only")
    parser.add_argument("--json", type=Path, metavar="FILE")
    args = parser.parse_args(argv)
    counts = stability(args.tasks or certified_tasks(), range(args.seeds))
    for c in counts:
        print(f"{c.what}: {c.runs} runs, {len(c.flips)} not PROVED {' '.join(c.flips)}".rstrip())
    if args.json:
        args.json.write_text(json.dumps([asdict(c) for c in counts], indent=1) + "\n")
    return int(any(c.flips for c in counts))


def certified_tasks() -> list[str]:
    """The tasks with a committed certificate."""
    return sorted(p.parent.name for p in PROOFS.glob("*/certificate.json"))


def stability(tasks: Iterable[str], seeds: Iterable[int]) -> list[Count]:
    """Re-check and prove again the certificate of every task, with every seed."""
    names, several = list(tasks), list(seeds)
    progress = Progress("certificates", len(names))
    runs: dict[str, list[tuple[str, bool]]] = {}
    for name in names:
        proof = certificate_from_text((PROOFS / name / "certificate.json").read_text())
        for seed in several:
            for what, proved in _runs(proof, seed):
                runs.setdefault(what, []).append((f"{name}/{seed}", proved))
        progress.step()
    return [
        Count(what, len(found), tuple(which for which, proved in found if not proved))
        for what, found in runs.items()
    ]


def _runs(proof: Certificate, seed: int) -> Iterator[tuple[str, bool]]:
    with solver_seed(seed):
        for what, variant in variants(proof, random.Random(seed)):
            yield f"re-checked, {what}", recheck(variant).status is Status.PROVED
        verdict = equal(proof.program, proof.spec, proof.domain, seed=seed)
        yield "proved anew", verdict.status is Status.PROVED


def variants(proof: Certificate, rng: random.Random) -> Iterator[tuple[str, Certificate]]:
    """The same theorem from the same conditions, written in other orders."""
    yield "as it is", proof
    conjuncts = tuple(rng.sample(proof.invariant, len(proof.invariant)))
    yield "conjuncts in another order", replace(proof, invariant=conjuncts)
    program, spec = _reordered(proof.program, rng), _reordered(proof.spec, rng)
    yield "state variables in another order", replace(proof, program=program, spec=spec)
    yield "both in another order", replace(proof, program=program, spec=spec, invariant=conjuncts)


def _reordered(m: Machine, rng: random.Random) -> Machine:
    order = rng.sample(range(len(m.state)), len(m.state))

    def put(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(values[i] for i in order)

    return replace(m, state=put(m.state), init=put(m.init), next=put(m.next))


@contextmanager
def solver_seed(seed: int) -> Iterator[None]:
    """Contexts of Z3 that are made meanwhile start from this seed."""
    names = ("smt.random_seed", "sat.random_seed")
    before = {name: z3.get_param(name) for name in names}
    try:
        for name in names:
            z3.set_param(name, seed)
        yield
    finally:
        for name, value in before.items():
            z3.set_param(name, value)


if __name__ == "__main__":
    sys.exit(main())
