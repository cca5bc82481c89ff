"""Formulas by cases, and numbers of states along a letter."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import evaluate_batch
from mips_verify.algebra.mealy import Mealy
from mips_verify.regress.fit import fit
from mips_verify.regress.state_assignment.by_chain import chains
from tests.quick import examples


def counter(states, up, reset):
    """A counter with a limit: one letter counts, one sets it back, one keeps it."""
    n = np.arange(states)
    step = np.stack([np.minimum(n + 1, up), np.full(states, reset), n], axis=1)
    letters = np.arange(3)[:, None]
    return Mealy(("x",), letters, step, step[:, :, None])


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(3, 30), st.randoms(use_true_random=False))
def test_states_are_numbered_along_the_letter_that_counts(states, random):
    machine = counter(states, states - 1, 0)
    names = [0, *random.sample(range(1, states), states - 1)]  # any other names for the states
    shuffled = Mealy(
        machine.inputs,
        machine.letters,
        np.array(names)[machine.next[np.argsort(names)]],
        machine.output[np.argsort(names)],
    )
    wanted = np.argsort(names)
    found = [labels.tolist() for labels in chains(shuffled)]
    assert wanted.tolist() in found
    assert (states - 1 - wanted).tolist() in found


def test_no_letter_that_leads_through_all_states_no_numbers():
    swapped = np.array([[1, 0], [0, 1], [3, 2], [2, 3]])
    assert chains(Mealy(("x",), np.arange(2)[:, None], swapped, swapped[:, :, None])) == []


def test_a_column_that_says_what_is_done_with_the_others_is_told_apart():
    def cruise(op, held, speed):
        if held == 0 and op > 1:
            return 0
        return (0, speed, min(60, held + 2), max(30, held - 2))[op]

    rows = np.array(list(itertools.product(range(4), [0, *range(30, 61)], range(30, 61))))
    target = np.array([cruise(*row) for row in rows.tolist()])
    columns = {name: rows[:, i] for i, name in enumerate(("op", "held", "speed"))}
    found = fit(columns, target, constants=(0, 30, 60))
    assert found is not None
    assert found.method == "cases"
    assert (evaluate_batch(found.expr, columns) == target).all()
