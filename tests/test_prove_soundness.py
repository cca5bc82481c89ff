"""Attempts to get a false PROVED: random machines, broken programs, wrap-around, missing values."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.prove.equal import equal
from mips_verify.prove.limits import Limits
from mips_verify.spec.task import load_tasks
from tests.prove_tools import (
    broken,
    first_difference,
    judge,
    random_machine,
    rebased,
    sampled_difference,
)
from tests.quick import slow_case
from tests.test_prove_encodings import ENCODINGS
from tests.test_prove_pairs import PAIRS, machine

BIT = Domain(("x",), (0,), (1,))
DOMAINS = [
    BIT,
    Domain(("x",), (-2,), (3,)),
    Domain(("x",), (0,), (9,)),
    Domain(("x",), (-1,), (1,)),
]


def check_verdict(a: Machine, b: Machine, domain: Domain, rng: random.Random) -> Verdict:
    """Compare, and hold the verdict against a judge that shares no code with the prover."""
    verdict = equal(a, b, domain)
    shortest, certain = judge(a, b, domain)
    known = shortest or sampled_difference(a, b, domain, rng)
    if verdict.status is Status.PROVED:
        assert known is None, f"false PROVED of\n{a}\nagainst\n{b}"
    if verdict.status is Status.PROVED_UPTO:
        assert known is None or known > verdict.length
    if verdict.status is Status.REFUTED:
        assert first_difference(a, b, verdict.counterexample) == len(verdict.counterexample)
        if verdict.shortest:
            assert known is None or known >= len(verdict.counterexample)
            assert shortest is not None or len(verdict.counterexample) > certain
    elif shortest is not None:
        assert verdict.status in (Status.UNKNOWN, Status.VACUOUS), verdict
        assert "no value" in verdict.reason
    return verdict


def random_pairs(seed: int) -> list[Status]:
    rng = random.Random(seed)
    domain, a = rng.choice(DOMAINS), random_machine(rng)
    copies = list(broken(a))
    others = [random_machine(rng), rng.choice(copies) if copies else a]
    return [check_verdict(b, a, domain, rng).status for b in others]


@pytest.mark.parametrize("seed", range(12, 24))
def test_random_machines_get_no_false_verdict(seed: int) -> None:
    random_pairs(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24, 1000))
def test_more_random_machines_get_no_false_verdict(seed: int) -> None:
    random_pairs(seed)


def test_random_pairs_reach_both_answers() -> None:
    found = {status for seed in range(12) for status in random_pairs(seed)}
    assert {Status.PROVED, Status.REFUTED} <= found


@pytest.mark.parametrize("seed", [*range(10), *map(slow_case, range(10, 30))])
def test_a_machine_in_another_basis_is_proved(seed: int) -> None:
    rng = random.Random(1000 + seed)
    domain, a = rng.choice(DOMAINS), random_machine(rng)
    verdict = check_verdict(rebased(a, rng), a, domain, rng)
    if verdict.status is not Status.PROVED:
        assert "no value" in verdict.reason  # of the specification itself


def broken_pairs(step: int) -> list[object]:
    tasks = {t.name: t for t in load_tasks()}
    every = [(name, p, tasks[name].spec, tasks[name].domain) for name, _, p in PAIRS]
    every += [(name, p, s, d) for name, (d, p, s) in ENCODINGS.items()]
    return [pytest.param(*row[1:], id=f"{row[0]}-{i}") for i, row in enumerate(every)][::step]


def check_broken(program: Machine, spec: Machine, domain: Domain, count: int) -> None:
    rng = random.Random(0)
    copies = list(broken(program))
    for copy in rng.sample(copies, min(count, len(copies))):
        verdict = check_verdict(copy, spec, domain, rng)
        if sampled_difference(copy, spec, domain, rng) is not None:
            assert verdict.status is Status.REFUTED
            assert verdict.shortest


@pytest.mark.parametrize(("program", "spec", "domain"), broken_pairs(3))
def test_broken_programs_are_refuted_by_the_shortest_sequence(program, spec, domain) -> None:
    check_broken(program, spec, domain, 1)


@pytest.mark.slow
@pytest.mark.parametrize(("program", "spec", "domain"), broken_pairs(1))
def test_more_broken_programs_are_refuted_by_the_shortest_sequence(program, spec, domain) -> None:
    check_broken(program, spec, domain, 8)


def test_wrap_around_does_not_refute() -> None:
    program = machine("x", {"z": (1, "4294967296 * z")}, "int(z == 0)")
    verdict = equal(program, machine("x", {}, "0"), BIT)
    assert verdict.status is not Status.REFUTED


def test_what_wraps_to_the_same_is_not_proved() -> None:
    # 2^64 n wraps to 0 at once; the machines agree on every int64 and on no first letter 1
    program = machine("x", {"z": (0, "z + 4294967296 * (4294967296 * x)")}, "z")
    verdict = equal(program, machine("x", {}, "0"), BIT)
    assert verdict.status is Status.REFUTED
    assert verdict.counterexample == ((1,),)
    assert (verdict.expected, verdict.got) == ((0,), (2**64,))


def test_constants_beyond_64_bits_are_compared_exactly() -> None:
    big = 10**30
    program = machine("x", {"z": (0, f"z + {big} * x")}, "z")
    spec = machine("x", {"n": (0, "n + x")}, f"{big} * n")
    assert equal(program, spec, BIT).status in (Status.PROVED, Status.PROVED_UPTO)
    off = machine("x", {"z": (0, f"z + {big + 1} * x")}, "z")
    verdict = equal(off, spec, BIT)
    assert verdict.status is Status.REFUTED
    assert verdict.shortest


def test_a_difference_far_out_is_found_or_the_claim_is_bounded() -> None:
    program = machine("x", {"n": (0, "n + 1")}, "int(n > 400)")
    verdict = equal(program, machine("x", {}, "0"), BIT)
    assert verdict.status is Status.REFUTED
    assert len(verdict.counterexample) == 401
    assert verdict.shortest
    far = machine("x", {"n": (0, "n + 1")}, "int(n > 1000000)")
    verdict = equal(far, machine("x", {}, "0"), BIT)
    assert verdict.status is Status.PROVED_UPTO
    assert verdict.length < 1_000_000


def test_shortest_is_only_claimed_where_it_was_shown() -> None:
    program = machine("x", {"n": (0, "n + x")}, "int(n > 2)")
    weak = Limits(product_steps=1, bounded_length=1)
    verdict = equal(program, machine("x", {}, "0"), BIT, limits=weak)
    assert verdict.status is Status.REFUTED
    assert not verdict.shortest
    assert equal(program, machine("x", {}, "0"), BIT).shortest


def test_the_same_seed_gives_the_same_verdict_in_every_process() -> None:
    code = (
        "from tests.test_prove_encodings import ENCODINGS\n"
        "from mips_verify.prove.equal import equal\n"
        "for name in ('saturated counter', 'Gray code', 'longest run'):\n"
        "    domain, program, spec = ENCODINGS[name]\n"
        "    print([str(e) for e in equal(program, spec, domain, seed=3).invariant])\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.getcwd()},
        ).stdout
        for seed in (1, 2)
    }
    assert len(found) == 1


def test_a_program_without_a_value_is_refuted() -> None:
    program = machine("x", {"n": (0, "n + 1")}, "(0, 0, 0)[n]")
    verdict = equal(program, machine("x", {}, "0"), BIT)
    assert verdict.status is Status.REFUTED
    assert (len(verdict.counterexample), verdict.got) == (3, None)


def test_a_program_that_reads_no_bits_is_refuted_not_proved() -> None:
    two = Domain(("x",), (0,), (2,))
    verdict = equal(machine("x", {}, "x ^ 0"), machine("x", {}, "x"), two)
    assert verdict.status is Status.REFUTED
    assert verdict.counterexample == ((2,),)
    verdict = equal(machine("x", {}, "x ^ 0"), machine("x", {}, "x"), BIT)
    assert (verdict.status, verdict.all_integers) == (Status.PROVED, False)


def test_a_specification_without_any_value_is_vacuous() -> None:
    nothing = machine("x", {}, "(5,)[x + 1]")
    assert equal(nothing, nothing, BIT).status is Status.VACUOUS


def test_a_specification_that_loses_its_value_proves_nothing() -> None:
    fading = machine("x", {"n": (0, "n + 1")}, "(5, 5, 5)[n]")
    verdict = equal(fading, fading, BIT)
    assert verdict.status is Status.UNKNOWN
    assert "no value" in verdict.reason


def test_both_without_a_value_off_the_sampled_paths_are_not_proved() -> None:
    # only the letter 77777 leaves the table, and no sequence is likely to hold it
    wide = Domain(("x",), (0,), (10**6,))
    same = machine("x", {}, "(1, 2)[int(x == 77777) * 2]")
    assert equal(same, same, wide).status is not Status.PROVED
