"""Labels that are tables of one sum, and outputs that show the whole state."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mips_verify.kernel.domain import Domain
from mips_verify.train.identify.affine_cases import Case, CasesRule, find_cases
from mips_verify.train.identify.index_table import read_out
from mips_verify.train.identify.larger_of_tables import find_extreme
from mips_verify.train.rungs.linear_index import LinearIndex
from mips_verify.train.rungs.outputs_as_state import OutputsAsState
from mips_verify.train.rungs.subspace import Subspace
from tests.quick import examples
from tests.training_data import is_exact, labelled, letters, modular_sum, quiet


def window_sum(x, weights):
    out = np.zeros_like(x)
    for k, w in enumerate(weights):
        out[:, k:] += w * x[:, : x.shape[1] - k]
    return out


WEIGHTS = st.lists(st.integers(-3, 3), min_size=1, max_size=9).filter(any)


@settings(max_examples=examples(20), deadline=None)
@given(WEIGHTS)
def test_a_sum_over_most_of_a_sequence_needs_a_delay_line_no_longer_than_its_window(weights):
    train = labelled(letters(1), lambda x: window_sum(x, weights), 12)
    network = Subspace().fit(train, 0, quiet).network
    assert network is not None
    assert network.hidden <= len(weights)
    fresh = labelled(letters(1), lambda x: window_sum(x, weights), 50, 500, seed=1)
    assert is_exact(network, fresh)


@settings(max_examples=examples(12), deadline=None)
@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=5),
    st.integers(2, 5),
    st.sampled_from([None, 40, 60]),
)
def test_rounded_and_bounded_sums_are_right_at_the_ends_of_the_range_too(weights, divisor, top):
    def labels(x):
        y = window_sum(x, weights) // divisor
        return y if top is None else np.minimum(y, top)

    train = labelled(letters(30), labels, 12)
    fit = LinearIndex().fit(train, 0, quiet)
    assert fit.network is not None, fit.note
    fresh = labelled(letters(30), labels, 20, 500, seed=1)
    fresh.x[:100], fresh.x[100:200] = 30, 0
    fresh.y[:] = labels(fresh.x)
    assert is_exact(fit.network, fresh)


def test_labels_that_are_no_table_of_a_sum_are_refused():
    train = labelled(letters(9), lambda x: np.maximum.accumulate(x, axis=1), 12)
    assert LinearIndex().fit(train, 0, quiet).network is None


SHAPES = st.tuples(st.integers(-3, 3).filter(bool), st.integers(1, 8), st.integers(-20, 20))


@given(SHAPES, st.integers(-50, 0), st.integers(5, 80), st.integers(-5, 5), st.integers(6, 15))
def test_a_read_out_rounds_to_the_labels_of_any_staircase(shape, low, width, bottom, top):
    p, q, c = shape
    points = np.arange(low, low + width)
    labels = np.clip((p * points + c) // q, bottom, top)
    curve = read_out(points, labels, low, low + width - 1)
    values = curve.start + np.maximum(points[:, None] - curve.kinks, 0) @ curve.steps
    assert np.abs(values[:, 0] - labels).max() < 0.5


def test_outputs_that_feed_one_another_are_learned_together():
    def fletcher(x):
        first = np.cumsum(x, axis=1) % 15
        return np.concatenate([first, np.cumsum(first, axis=1) % 15], axis=2)

    domain = letters(14)
    network = OutputsAsState().fit(labelled(domain, fletcher, 10), 0, quiet).network
    assert network is not None
    assert network.hidden == 2
    assert is_exact(network, labelled(domain, fletcher, 60, 300, seed=1))


@settings(max_examples=examples(10), deadline=None)
@given(st.integers(0, 999), st.integers(2, 6), st.integers(3, 30))
@example(243, 2, 3)  # no letter leads back to the level before the start
def test_a_level_that_each_letter_changes_in_its_own_way_is_its_own_state(seed, symbols, size):
    step = np.random.default_rng(seed).integers(0, size, (symbols, size)) * 3 - 7

    def labels(x):
        level, out = np.zeros(len(x), dtype=np.int64) - 7, []
        for t in range(x.shape[1]):
            level = step[x[:, t, 0], (level + 7) // 3]
            out.append(level)
        return np.stack(out, axis=1)[..., None]

    domain = letters(symbols - 1)
    fit = OutputsAsState().fit(labelled(domain, labels, 12), 0, quiet)
    assert fit.network is not None, fit.note
    assert is_exact(fit.network, labelled(domain, labels, 40, 300, seed=1))


# the largest change, the limit, which a few changes reach, and what each step adds
LIMITS = st.tuples(st.integers(1, 9), st.integers(0, 27), st.integers(-3, 3)).filter(
    lambda t: t[1] <= 3 * t[0]
)


@settings(max_examples=examples(10), deadline=None)
@given(LIMITS)
def test_a_step_that_a_limit_refuses_is_learned_from_the_level_shown(limits):
    largest, cap, drift = limits

    def labels(x):
        level, out = np.zeros(len(x), dtype=np.int64), []
        for t in range(x.shape[1]):
            wanted = level + x[:, t, 0] + drift
            level = np.where((wanted >= 0) & (wanted <= cap), wanted, level)
            out.append(level)
        return np.stack(out, axis=1)[..., None]

    domain = letters(largest, low=-largest)
    fit = OutputsAsState().fit(labelled(domain, labels, 12), 0, quiet)
    assert fit.network is not None, fit.note
    assert is_exact(fit.network, labelled(domain, labels, 40, 300, seed=1))


@settings(max_examples=examples(20), deadline=None)
@given(st.data())
def test_affine_cases_and_their_layers_agree_on_all_rows(data):
    terms = data.draw(st.integers(1, 3))
    weights = st.lists(st.integers(-1, 1), min_size=terms, max_size=terms).map(np.array)
    case = st.builds(Case, weights, st.integers(-9, 9), weights, st.integers(-9, 9))
    last = Case(
        np.zeros(terms, dtype=np.int64), 0, data.draw(weights), data.draw(st.integers(-9, 9))
    )
    rule = CasesRule((*data.draw(st.lists(case, max_size=4)), last), np.full(terms, 200))
    z = np.random.default_rng(0).integers(-200, 200, (500, terms))
    assert (network_values(rule.layers(letters(1)), z) == rule.values(z)).all()


@settings(max_examples=examples(10), deadline=None)
@given(st.integers(1, 8), st.integers(0, 3), st.sampled_from([np.maximum, np.minimum]))
def test_a_peak_that_decays_is_learned_from_the_peak_shown(share, drop, extreme):
    def labels(x):
        peak, out = np.zeros(len(x), dtype=np.int64), []
        for t in range(x.shape[1]):
            peak = extreme(x[:, t, 0], peak - peak // share - drop)
            out.append(peak)
        return np.stack(out, axis=1)[..., None]

    domain = letters(30)
    fit = OutputsAsState().fit(labelled(domain, labels, 12), 0, quiet)
    assert fit.network is not None, fit.note
    assert is_exact(fit.network, labelled(domain, labels, 12, 300, seed=1))


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(0, 999), st.sampled_from([-1, 1]))
def test_the_larger_or_smaller_of_two_tables_is_found_and_its_layers_are_right(seed, sign):
    rng = np.random.default_rng(seed)
    f, g = rng.integers(-20, 20, (2, 9))
    z = rng.integers(0, 9, (4000, 2))
    after = sign * np.maximum(f[z[:, 0]], g[z[:, 1]])
    rule = find_extreme(z, after, list(np.eye(2, dtype=np.int64)))
    assert rule is not None
    values = network_values(rule.layers(letters(8)), z)
    assert (values == after).all()


def network_values(layers, z):
    values = z.astype(np.float64).T
    for i, (weight, bias) in enumerate(layers):
        values = weight @ values + bias[:, None]
        values = np.maximum(values, 0.0) if i + 1 < len(layers) else values
    return values[0]


@settings(max_examples=examples(10), deadline=None)
@given(st.integers(0, 999))
def test_neither_cases_nor_extremes_are_found_in_random_tables(seed):
    rng = np.random.default_rng(seed)
    z = rng.integers(0, 9, (4000, 2))
    table = rng.integers(0, 9, (9, 9))
    after = table[z[:, 0], z[:, 1]]
    assert find_cases(z, after, letters(8)) is None
    assert find_extreme(z, after, list(np.eye(2, dtype=np.int64))) is None


def test_a_running_sum_modulo_a_number_is_a_table_of_the_last_output_and_the_letter():
    train = labelled(letters(6), modular_sum(11), 12)
    network = OutputsAsState().fit(train, 0, quiet).network
    assert network is not None
    assert network.hidden == 1


def test_outputs_that_hide_the_state_are_refused():
    train = labelled(letters(1), lambda x: (np.cumsum(x, axis=1) // 3) % 2, 12)
    assert OutputsAsState().fit(train, 0, quiet).network is None


@settings(max_examples=examples(8), deadline=None)
@given(st.integers(12, 40), st.integers(0, 30))
def test_an_update_with_a_threshold_is_learned_with_what_it_refuses(most, credit):
    def account(x):
        balance, out = np.zeros(len(x), dtype=np.int64), []
        for t in range(x.shape[1]):
            refused = balance + x[:, t, 0] < -credit
            balance = np.where(refused, balance, balance + x[:, t, 0])
            out.append(np.stack([balance, refused], axis=1))
        return np.stack(out, axis=1).astype(np.int64)

    domain = Domain(("x",), (-most,), (most,))
    fit = OutputsAsState().fit(labelled(domain, account, 12), 0, quiet)
    assert fit.network is not None, fit.note
    assert is_exact(fit.network, labelled(domain, account, 16, 500, seed=1))


def test_stairs_go_on_beyond_the_sums_seen():
    def smoothed(x):
        s, out = np.zeros(len(x), dtype=np.int64), []
        for t in range(x.shape[1]):
            s = (3 * s + x[:, t, 0]) // 4
            out.append(s)
        return np.stack(out, axis=1)[..., None]

    network = OutputsAsState().fit(labelled(letters(60), smoothed, 10), 0, quiet).network
    assert network is not None
    highest = np.full((1, 60, 1), 60)
    assert np.array_equal(network.run(highest)[1], smoothed(highest))
