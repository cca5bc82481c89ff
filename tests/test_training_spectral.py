"""Weighted automata are found from the words seen, and become networks that run them exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.train.identify.integer_automaton import in_integers
from mips_verify.train.identify.labelled_words import (
    EMPTY,
    Word,
    WordTable,
    letter_index,
    letter_number,
)
from mips_verify.train.identify.weighted_automaton import WeightedAutomaton
from mips_verify.train.identify.weighted_automaton_network import factors, switched_network
from mips_verify.train.rungs.spectral import Spectral
from tests.quick import examples
from tests.training_data import is_exact, labelled, letters, modular_sum, quiet

BITS = letters(1)


def mealy(step, output):
    """Labels of a machine given as tables ``(states, letters)``."""

    def labels(x):
        state, out = np.zeros(len(x), dtype=np.int64), []
        for t in range(x.shape[1]):
            out.append(output[state, x[:, t, 0]])
            state = step[state, x[:, t, 0]]
        return np.stack(out, axis=1)[..., None]

    return labels


def complete(domain, labels, length):
    x = domain.all_sequences(length)
    return Dataset(domain, x, labels(x), complete=True)


def ones_in_a_row(x):
    run = np.zeros(x.shape[0], dtype=np.int64)
    out = []
    for t in range(x.shape[1]):
        run = (run + 1) * x[:, t, 0]
        out.append(run)
    return np.stack(out, axis=1)[..., None]


def most_ones_in_a_row(x):
    return np.maximum.accumulate(ones_in_a_row(x), axis=1)


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(2, 4), st.integers(2, 3), st.integers(0, 999))
def test_a_random_machine_runs_on_exactly(states, symbols, seed):
    rng = np.random.default_rng(seed)
    labels = mealy(
        rng.integers(0, states, (states, symbols)), rng.integers(0, 3, (states, symbols))
    )
    domain = letters(symbols - 1)
    fit = Spectral(12).fit(complete(domain, labels, 8), 0, quiet)
    assert fit.network is not None, fit.note
    assert is_exact(fit.network, labelled(domain, labels, length=60, count=200, seed=1))


def test_a_count_that_has_no_bound_has_a_small_rank():
    network = Spectral(4).fit(complete(BITS, ones_in_a_row, 8), 0, quiet).network
    assert network is not None
    assert network.hidden == 2


def test_letters_of_two_channels_are_read_together():
    def carried_sum(x):
        out, carry = [], np.zeros(len(x), dtype=np.int64)
        for t in range(x.shape[1]):
            total = x[:, t].sum(axis=1) + carry
            out.append(total % 3)
            carry = total // 3
        return np.stack(out, axis=1)[..., None]

    domain = Domain(("x", "w"), (0, 0), (2, 2))
    data = labelled(domain, carried_sum, length=8, count=20_000)
    network = Spectral(8).fit(data, 0, quiet).network
    assert network is not None
    assert is_exact(network, labelled(domain, carried_sum, length=40, seed=3))


def test_a_machine_that_never_closes_is_unfolded_only_on_request():
    data = complete(BITS, most_ones_in_a_row, 8)
    fit = Spectral(40).fit(data, 0, quiet)
    assert fit.network is None
    assert "too few words" in fit.note
    unfolded = Spectral(40, guess=True).fit(data, 0, quiet).network
    assert unfolded is not None
    assert is_exact(unfolded, data)


def test_a_rank_above_the_largest_is_given_up():
    fit = Spectral(3).fit(complete(BITS, modular_sum(7), 9), 0, quiet)
    assert fit.network is None
    assert "rank above 3" in fit.note


def test_labels_that_are_all_zero_need_one_state():
    data = complete(BITS, lambda x: 0 * x, 5)
    network = Spectral(4).fit(data, 0, quiet).network
    assert network is not None
    assert network.hidden == 1
    assert is_exact(network, data)


def test_too_many_letters_are_left_to_others():
    fit = Spectral(4).fit(labelled(letters(999), lambda x: x, length=2, count=50), 0, quiet)
    assert fit.network is None
    assert "letters" in fit.note


def test_the_table_knows_the_words_seen_and_no_others():
    x = np.array([[0, 1], [0, 2]])[..., None]
    data = Dataset(letters(2), x, 10 * x)
    table = WordTable.of(data, data.y.astype(float))
    word = EMPTY.then(Word(0, 1), 3).then(Word(2, 1), 3)
    values, known = table.look(np.array([word.code, 0]), word.length)
    assert known.tolist() == [True, False]
    assert values[0] == 20
    assert table.look(np.array([1]), 1)[1].tolist() == [False]
    assert not table.look(np.array([0]), 3)[1].any()


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 3)), min_size=1, max_size=3))
def test_the_number_of_a_letter_is_a_linear_function_of_it(channels):
    lows = tuple(low for low, _ in channels)
    highs = tuple(low + width for low, width in channels)
    domain = Domain(tuple("xwuv"[: len(channels)]), lows, highs)
    every = np.array(list(domain.letters()))
    assert letter_index(every, domain).tolist() == list(range(domain.size))
    weights, shift = letter_number(domain)
    assert np.array_equal(every @ weights + shift, np.arange(domain.size))


@pytest.mark.parametrize("rank", [0, 1, 3])
def test_factors_multiply_to_the_matrix_and_are_as_few_as_its_rank(rank):
    rng = np.random.default_rng(rank)
    matrix = rng.integers(-2, 3, (5, rank)) @ rng.integers(-2, 3, (rank, 4)).astype(float)
    left, right = factors(matrix)
    assert len(right) == np.linalg.matrix_rank(matrix)
    assert np.allclose(left @ right, matrix)


@given(st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_factors_of_integers_are_integers(rank, seed):
    rng = np.random.default_rng(seed)
    matrix = rng.integers(-3, 4, (5, rank)) @ rng.integers(-3, 4, (rank, 4)).astype(float)
    left, right = factors(matrix)
    assert all((part == np.rint(part)).all() for part in (left, right))
    assert np.array_equal(left @ right, matrix)


@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_an_automaton_with_integer_answers_gets_integer_weights(rank, seed):
    rng = np.random.default_rng(seed)
    a = rng.integers(-1, 2, (2, rank, rank)).astype(float)
    start, c = rng.integers(-2, 3, rank) * 1.0, rng.integers(-2, 3, (1, rank)) * 1.0
    mix = rng.normal(size=(rank, rank)) + 3 * np.eye(rank)
    back = np.linalg.inv(mix)
    disguised = WeightedAutomaton(mix @ start, mix @ a @ back, c @ back, certain=True)
    found = in_integers(disguised)
    assert found.rank == rank
    words = rng.integers(0, 2, (20, 7))
    answers = WeightedAutomaton(start, a, c, certain=True).states(words) @ c.T
    assert np.allclose(found.states(words) @ found.C.T, answers, atol=1e-4)
    if found is disguised:  # some state is never reached, or never shows
        assert min(_rank(a, start), _rank(a.transpose(0, 2, 1), c[0])) < rank
    else:
        assert all((w == np.rint(w)).all() for w in (found.start, found.A, found.C))


def _rank(matrices, vector):
    """Dimension of the span of a vector and its images."""
    span = vector[None]
    for _ in vector:
        images = [span @ m.T for m in matrices]
        rows = np.concatenate([span, *images])
        span = np.linalg.svd(rows)[2][: np.linalg.matrix_rank(rows)]
    return np.linalg.matrix_rank(span)


def test_gates_switch_matrices_exactly():
    rng = np.random.default_rng(0)
    a = rng.integers(-1, 2, (4, 3, 3)).astype(float)
    automaton = WeightedAutomaton(np.array([1.0, 0.0, 2.0]), a, np.eye(3), certain=True)
    domain = letters(1, low=-2)
    index = rng.integers(0, 4, (50, 6))
    network = switched_network(automaton, domain, index, ((np.eye(3), np.zeros(3)),))
    states, _ = network.run((index - 2)[..., None])
    assert np.array_equal(states[:, 1:], automaton.states(index))
    assert len(network.f) == 2
