"""State merging finds the machine behind labelled words, however opaque its outputs are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.sequences import runs
from mips_verify.data import Dataset
from mips_verify.train.identify.state_merging import merge_states
from mips_verify.train.rungs.merged_states import MergedStates
from tests.quick import examples
from tests.training_data import is_exact, labelled, letters, quiet


def machine(states, symbols, outputs, seed):
    """Labels of a random machine whose outputs are names: numbers without order."""
    rng = np.random.default_rng(seed)
    step = rng.integers(0, states, (states, symbols))
    output = rng.integers(0, outputs, (states, symbols)) * 37 % 101

    def labels(x):
        state, out = np.zeros(len(x), dtype=np.int64), []
        for t in range(x.shape[1]):
            out.append(output[state, x[:, t, 0]])
            state = step[state, x[:, t, 0]]
        return np.stack(out, axis=1)[..., None]

    return labels


@settings(max_examples=examples(12), deadline=None)
@given(st.integers(2, 20), st.integers(2, 9), st.integers(2, 12), st.integers(0, 999))
def test_a_random_machine_runs_on_exactly_in_no_more_states(states, symbols, outputs, seed):
    labels, domain = machine(states, symbols, outputs, seed), letters(symbols - 1)
    fit = MergedStates(64).fit(labelled(domain, labels, 16, 12_000), 0, quiet)
    assert fit.network is not None, fit.note
    assert fit.network.hidden <= states + 1
    assert is_exact(fit.network, labelled(domain, labels, 60, 200, seed=1))


def test_two_outputs_are_one_label():
    first, second = machine(5, 3, 4, 0), machine(3, 3, 2, 1)

    def both(x):
        return np.concatenate([first(x), second(x)], axis=2)

    network = MergedStates(64).fit(labelled(letters(2), both, 12), 0, quiet).network
    assert network is not None
    assert network.outputs == 2
    assert is_exact(network, labelled(letters(2), both, 40, 200, seed=1))


def test_what_no_sequence_shows_stays_open():
    index = np.array([[0, 0, 1], [0, 1, 0]])
    found = merge_states(index, np.array([[0, 0, 1], [0, 1, 2]]), 3, 8)
    assert not isinstance(found, str)
    assert (found.next[:, 2] == -1).all()
    assert (found.label[:, 2] == -1).all()


def test_a_sum_without_bound_has_too_many_states():
    data = labelled(letters(3), lambda x: np.cumsum(x, axis=1), 30)
    fit = MergedStates(16).fit(data, 0, quiet)
    assert fit.network is None
    assert "more than 16 states" in fit.note


def test_a_machine_that_only_looks_closed_within_the_sequences_is_a_guess():
    def balanced(x):
        level = np.cumsum(1 - 2 * x, axis=1)
        lowest = np.minimum.accumulate(level, axis=1)
        return ((level == 0) & (lowest >= 0)).astype(np.int64)

    domain = letters(1)
    x = domain.all_sequences(10)
    data = Dataset(domain, x, balanced(x), complete=True)
    refused = MergedStates(64).fit(data, 0, quiet)
    assert refused.network is None
    assert "need sequences of" in refused.note
    guessed = MergedStates(64, guess=True).fit(data, 0, quiet).network
    assert guessed is not None
    assert is_exact(guessed, data)


def test_rare_sequences_show_what_random_ones_do_not():
    """Four letters in a row open a lock; a random sequence hardly ever does it."""

    def opened(x):
        state, out = np.zeros(len(x), dtype=np.int64), []
        for t in range(x.shape[1]):
            hit = x[:, t, 0] == np.array([5, 3, 7, 2, 4])[state]
            state = np.where(state == 4, 4, np.where(hit, state + 1, 0))
            out.append(state == 4)
        return np.stack(out, axis=1)[..., None].astype(np.int64)

    domain = letters(7)
    data = labelled(domain, opened, 6, 500)
    x = np.array([5, 3, 7, 2, 4, 0])[None, :, None] * np.ones((1, 6, 1), dtype=np.int64)
    near = np.concatenate([x] * 6 * 8)
    for i in range(6):
        near[8 * i : 8 * i + 8, i, 0] = np.arange(8)
    fresh = Dataset(domain, near, opened(near))
    with_rare = Dataset(domain, data.x, data.y, rare=lambda: fresh)
    plain = MergedStates(64, guess=True).fit(data, 0, quiet).network
    better = MergedStates(64, guess=True).fit(with_rare, 0, quiet).network
    assert plain is not None
    assert better is not None
    assert not is_exact(plain, fresh)
    assert is_exact(better, fresh)


@pytest.mark.slow
@pytest.mark.parametrize("states", [40, 60])
def test_a_large_machine_is_found(states):
    labels = machine(states, 8, 8, states)
    fit = MergedStates(64).fit(labelled(letters(7), labels, 24, 65_536), 0, quiet)
    assert fit.network is not None, fit.note
    assert is_exact(fit.network, labelled(letters(7), labels, 60, 300, seed=1))


def test_a_timer_whose_states_only_long_words_tell_apart_is_found():
    def barks(x):
        count, out = np.zeros(len(x), dtype=np.int64), []
        for t in range(x.shape[1]):
            count = np.where(x[:, t, 0] == 0, np.minimum(count + 1, 9), 0)
            out.append(count == 9)
        return np.stack(out, axis=1)[..., None].astype(np.int64)

    network = MergedStates(64).fit(labelled(letters(1), barks, 20, 20_000), 0, quiet).network
    assert network is not None
    assert is_exact(network, labelled(letters(1), barks, 40, 2000, seed=1))


def test_frames_whose_letters_do_not_matter_are_counted_down():
    def at_code(x):
        left, out = np.zeros(len(x), dtype=np.int64), []
        for t in range(x.shape[1]):
            out.append(left == 0)
            left = np.where(left == 0, x[:, t, 0], left - 1)
        return np.stack(out, axis=1)[..., None].astype(np.int64)

    domain = letters(7)
    data = labelled(domain, at_code, 14, 20_000)
    repeated = runs(domain, 14, np.random.default_rng(0), 4096)
    some = Dataset(
        domain, data.x, data.y, rare=lambda: Dataset(domain, repeated, at_code(repeated))
    )
    fit = MergedStates(64, guess=True).fit(some, 0, quiet)
    assert fit.note == "8 states"
    assert is_exact(fit.network, labelled(domain, at_code, 40, 2000, seed=1))


def with_answers(data, labels):
    """The data, with a way to ask for the labels of other words."""
    ask = lambda x: Dataset(data.domain, x, labels(x))  # noqa: E731
    return Dataset(data.domain, data.x, data.y, data.complete, ask=ask)


def calendar(x):
    """Days in a month, which goes on by one each step; a letter says whether it is a leap year."""
    days = np.array([28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31])
    month = np.arange(x.shape[1]) % 12
    return days[month][None, :, None] + x * (month == 0)[None, :, None]


def test_longer_words_are_asked_for_where_the_given_ones_confirm_no_machine():
    data = labelled(letters(1), calendar, 16, 20_000)
    refused = MergedStates(64).fit(data, 0, quiet)
    assert "12 states need sequences of" in refused.note
    network = MergedStates(64).fit(with_answers(data, calendar), 0, quiet).network
    assert network is not None
    assert is_exact(network, labelled(letters(1), calendar, 100, 300, seed=1))


def test_steps_that_no_sequence_shows_are_asked_for():
    labels = machine(9, 40, 3, 1)
    data = labelled(letters(39), labels, 8, 150)
    plain = MergedStates(64, guess=True).fit(data, 0, quiet).network
    asked = MergedStates(64).fit(with_answers(data, labels), 0, quiet).network
    fresh = labelled(letters(39), labels, 16, 500, seed=1)
    assert plain is None or not is_exact(plain, fresh)
    assert asked is not None
    assert is_exact(asked, fresh)


def test_more_states_than_merging_tells_apart_are_asked_for():
    def valid(x):
        sums = np.cumsum(np.cumsum(x, axis=1), axis=1)
        return (sums % 7 == 0).astype(np.int64)

    data = labelled(letters(6), valid, 8, 5_000)
    assert "more than 16 states" in MergedStates(16).fit(data, 0, quiet).note
    fit = MergedStates(16).fit(with_answers(data, valid), 0, quiet)
    assert fit.note == "49 states"
    assert is_exact(fit.network, labelled(letters(6), valid, 60, 300, seed=1))
