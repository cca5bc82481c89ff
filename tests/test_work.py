"""Bounds on work: where they end and what they keep."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.work import at_most, spend, spent


@given(st.lists(st.integers(1, 50)), st.integers(0, 500))
def test_a_block_ends_once_its_steps_are_made_and_what_follows_goes_on(steps, bound):
    done = []
    with at_most(bound):
        for n in steps:
            spend(n)
            done.append(n)
    assert done == steps or sum(done) + steps[len(done)] >= bound
    assert sum(done) < bound or not done
    spend(10)  # no bound holds any more


@given(st.integers(1, 100), st.integers(1, 100))
def test_the_bound_of_the_outer_block_ends_it_from_within_an_inner_one(outer, inner):
    reached = []
    with at_most(outer):
        with at_most(inner):
            spend(1_000)
        reached.append("after the inner block")
    assert bool(reached) == (inner < outer)


def test_without_a_block_no_amount_of_work_is_too_much():
    before = spent()
    spend(1e12)
    assert spent() == before + 1e12


def test_a_block_without_a_bound_is_bounded_by_the_one_around():
    with at_most(5):
        with at_most(math.inf):
            spend(6)
        pytest.fail("the block around did not end")
