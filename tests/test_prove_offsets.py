"""Offsets by a key hold at every state, and say which remainder a name stands for."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.obligations import join
from mips_verify.prove.invariants.finite_part import completed
from mips_verify.prove.invariants.offsets import offset_tables, unlinked
from mips_verify.prove.invariants.samples import sampled
from mips_verify.prove.product import search_product
from tests.prove_tools import random_machine
from tests.test_prove_pairs import machine

DIGIT = Domain(("x",), (0,), (9,))
NAMES = (3, 1, 4, 0, 2)  # of the remainders modulo 5
TABLE = tuple(NAMES[(NAMES.index(q) + x) % 5] for q in range(5) for x in range(10))
RENAMED = machine("x", {"q": (3, f"{TABLE}[10 * q + x]"), "c": (0, "c + x")}, "c")
SUM = machine("x", {"s": (0, "(s + x) % 20"), "n": (0, "n + x")}, "n")


def states(pair, steps: int = 20_000):
    return sampled(pair, search_product(pair, steps).states, complete=False)


def test_a_renamed_remainder_is_found_within_a_larger_one() -> None:
    samples = states(join(RENAMED, SUM, DIGIT))
    found = {str(o.condition("congruent")) for o in offset_tables(samples, ["p_q"])}
    inside, table = "p_q >= 0 and p_q <= 4", tuple(NAMES.index(q) for q in range(5))
    assert f"{inside} and (s_s - {table}[p_q]) % 5 == 0" in found


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("form", ["equal", "congruent"])
def test_offsets_hold_at_every_state_they_were_read_from(seed: int, form: str) -> None:
    rng = random.Random(seed)
    samples = states(join(random_machine(rng), random_machine(rng), DIGIT), 3_000)
    found = offset_tables(samples, samples.free)
    assert set(unlinked(found)) <= set(found)
    for o in found:
        values = samples.values(o.condition(form))
        assert values is not None
        assert values.all()


def test_an_offset_that_is_linear_in_its_key_is_left_to_the_hull() -> None:
    twice = machine("x", {"a": (0, "(a + x) % 7")}, "0")
    pair = join(twice, machine("x", {"b": (0, "(b + x) % 14")}, "0"), DIGIT)
    assert offset_tables(states(pair), ["p_a"]) == []


def test_the_finite_part_is_what_reads_only_itself() -> None:
    pair = join(RENAMED, SUM, DIGIT)
    part = completed(states(pair), search_product(pair, 1_000), 100_000).finite
    assert part is not None
    assert part.pair.state == ("p_q", "s_s")
    assert len(part.states) == 20
    reached = {tuple(r) for r in part.states.tolist()}
    assert reached == {(NAMES[s % 5], s) for s in range(20)}
    assert np.array_equal(part.states[0], [3, 0])


def test_machines_that_only_count_have_no_finite_part() -> None:
    pair = join(
        machine("x", {"n": (0, "n + x")}, "n"), machine("x", {"m": (0, "m - x")}, "m"), DIGIT
    )
    assert completed(states(pair), search_product(pair, 1_000), 10_000).finite is None
