"""Normalisers: readable coordinates that provably compute the same."""

import functools
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.network.network import Network
from mips_verify.normalize.debias import debias
from mips_verify.normalize.exact import compare
from mips_verify.normalize.formula import formula
from mips_verify.normalize.jordan import jordan
from mips_verify.normalize.minimal_realisation import minimal
from mips_verify.normalize.normalizers import NORMALIZERS, normalize
from mips_verify.normalize.quantization import quantization
from mips_verify.normalize.rationals import common_denominator
from mips_verify.normalize.result import HARMLESS, Check, difference, normaliser
from mips_verify.normalize.space import linear_part
from mips_verify.normalize.toeplitz import toeplitz
from mips_verify.normalize.whitening import whitening
from tests.linear_systems import (
    benchmark_networks,
    block_diagonal,
    companion,
    integer_systems,
    linear,
    mixing,
    moved,
    unimodular,
)
from tests.quick import examples

SEEDS = st.integers(0, 2**32 - 1)
SUMS = linear(np.eye(3, k=-1), [[1], [0], [0]], [[1, 1, 1]])  # the sum of the last three
slow_enough = settings(max_examples=examples(20), deadline=None)


def disguised(network, seed):
    rng = np.random.default_rng(seed)
    return moved(network, mixing(network.hidden, rng), rng.normal(size=network.hidden))


def recurrent(network):
    return linear_part(network).A


# all of them together


@slow_enough
@given(integer_systems(), SEEDS)
def test_an_integer_system_in_disguise_comes_back_as_an_integer_system(system, seed):
    steps = normalize(disguised(system, seed))
    last = steps[-1].network
    assert steps[-1].integer
    assert last.hidden <= system.hidden
    x = Check(seed=7).sequences(system.channels)
    assert np.array_equal(last.run(x)[1], system.run(x)[1])
    assert difference(system, last, Check()).exact


@slow_enough
@given(integer_systems(), SEEDS)
def test_no_step_changes_what_a_network_computes(system, seed):
    network = disguised(system, seed)
    for step in normalize(network):
        assert step.difference.bound <= HARMLESS
        assert step.difference.measured <= 1e-6
        fresh = difference(network, step.network, Check(-3, 5, 12, seed=1))
        assert fresh.measured <= fresh.bound + 1e-6  # what floating point adds to the proof


@functools.cache
def benchmark():
    return {name: (network, normalize(network)) for name, network in benchmark_networks()}


def test_every_linear_network_of_the_benchmark_is_normalised_without_harm():
    assert len(benchmark()) >= 15
    for network, steps in benchmark().values():
        whole = difference(network, steps[-1].network, Check())
        assert max(s.difference.bound for s in steps) <= HARMLESS
        assert whole.bound <= HARMLESS
        assert whole.measured <= HARMLESS
        assert steps[-1].terms[1] <= steps[0].terms[0]


def test_linear_networks_of_the_benchmark_become_integer_networks():
    integer = [name for name, (_, steps) in benchmark().items() if steps[-1].integer]
    assert len(integer) >= 15


def test_a_window_of_inputs_becomes_a_shift_register():
    steps = normalize(disguised(SUMS, 3))
    assert steps[-1].after == "h1' = x\nh2' = h1\nh3' = h2\ny = h1' + h2' + h3'"


def test_the_same_network_gives_the_same_result():
    network = disguised(SUMS, 5)
    first, second = (normalize(network)[-1].network for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first.f[0], second.f[0], strict=True))


def test_a_network_with_a_hidden_layer_in_f_comes_back_as_it_is():
    layers = ((np.ones((4, 2)), np.zeros(4)), (np.ones((1, 4)), np.zeros(1)))
    network = Network(layers, ((np.ones((1, 1)), np.zeros(1)),), np.zeros(1), 1)
    for step in normalize(network):
        assert step.network is network
        assert "f has a hidden layer" in step.declined
        assert not step.integer


@slow_enough
@given(integer_systems(), SEEDS)
def test_only_f_becomes_integral_under_a_read_out_that_is_not_linear(system, seed):
    rng = np.random.default_rng(seed)
    g = (
        (rng.normal(size=(4, system.hidden)), rng.normal(size=4)),
        (rng.normal(size=(1, 4)), rng.normal(size=1)),
    )
    weight = system.f[0][0][:, : system.hidden + 1]  # one input, and it alone
    f, rest = ((weight, np.zeros(system.hidden)),), np.zeros(system.hidden)
    network = disguised(Network(f, g, rest, 1), seed)
    steps = normalize(network, Check(0, 2, 10))
    assert steps[-1].integer
    assert np.array_equal(steps[-1].network.g[1][0], g[1][0])
    x = np.random.default_rng(seed).integers(0, 3, (100, 10, 1))
    assert np.array_equal(network.run(x)[1], steps[-1].network.run(x)[1])


# the exact comparison


@slow_enough
@given(integer_systems(), SEEDS)
def test_a_unimodular_change_of_coordinates_is_proved_exact(system, seed):
    P, _ = unimodular(system.hidden, np.random.default_rng(seed))
    other = moved(system, np.rint(P))
    rounded = linear(
        *(np.rint(m) for m in (recurrent(other), linear_part(other).B, other.g[0][0])),
        c=np.rint(other.f[0][1]),
        h0=other.h0,
        b=other.g[0][1],
    )
    assert difference(system, rounded, Check()).exact


@given(st.integers(0, 2), st.sampled_from(["f", "g"]))
def test_the_least_change_of_a_weight_is_seen(place, layer):
    weight, bias = getattr(SUMS, layer)[0]
    changed = weight.copy()
    changed[0, place] = np.nextafter(changed[0, place], 2.0)
    other = {"f": SUMS.f, "g": SUMS.g} | {layer: ((changed, bias),)}
    found = difference(SUMS, Network(other["f"], other["g"], SUMS.h0, 1), Check())
    assert not found.exact
    assert 0 < found.bound < 1e-10


def test_networks_that_differ_only_after_many_inputs_differ():
    def delay(k):
        return linear(np.eye(k, k=-1), np.eye(k)[:, :1], np.eye(k)[-1:])

    assert not difference(delay(6), delay(7), Check(length=3)).exact
    assert difference(delay(6), delay(7), Check(length=3)).bound == 0.0


@settings(max_examples=examples(30), deadline=None)
@given(integer_systems(), integer_systems())
def test_the_bound_is_what_the_worst_sequence_does(one, other):
    if (one.channels, one.outputs) != (other.channels, other.outputs):
        one = other
    letters = list(itertools.product((-1, 2), repeat=one.channels))
    x = np.array(list(itertools.product(letters, repeat=3)))
    worst = np.abs(one.run(x)[1] - other.run(x)[1]).max()
    found = compare(linear_part(one), linear_part(other), 3, -1, 2)
    assert max(found.bound) == worst


def test_a_bias_in_the_read_out_is_no_equality():
    assert not difference(SUMS, linear(recurrent(SUMS), [[1], [0], [0]], [[1, 1, 1]], b=[1]),
                          Check()).exact  # fmt: skip


# one at a time


def test_the_minimal_realisation_drops_what_is_not_reached_and_what_is_not_seen():
    A = block_diagonal([companion((0, 0)), companion((1,)), companion((-1,))])
    system = linear(A, [[1], [0], [1], [0]], [[0, 1, 0, 1]], h0=[0, 0, 0, 2])
    result = minimal(disguised(system, 0))
    assert result.network.hidden == 2
    assert difference(system, result.network, Check()).bound < 1e-12


def test_outputs_that_never_change_need_no_state():
    steps = normalize(disguised(linear([[1]], [[1]], [[0]], b=[3]), 0))
    assert steps[-1].after == "h' = 0\ny = 3"


def test_a_minimal_network_is_left_as_it_is():
    network = disguised(SUMS, 1)
    started_at_zero = Network(network.f, network.g, np.zeros(3), 1)
    assert minimal(started_at_zero).network is started_at_zero


def test_whitened_states_have_mean_zero_and_unit_covariance():
    check = Check(0, 9, 15)
    result = whitening(disguised(SUMS, 2), check)
    states, _ = result.network.run(check.sequences(1))
    cloud = states[:, 1:].reshape(-1, 3)
    assert np.abs(cloud.mean(axis=0)).max() < 1e-10
    assert np.abs(np.cov(cloud.T) - np.eye(3)).max() < 1e-10


def test_a_state_that_never_moves_has_no_scale():
    network = linear(np.zeros((2, 2)), [[1], [1]], [[1, 0]])
    result = whitening(network)
    assert "do not move in every direction" in result.declined
    assert result.network is network


@pytest.mark.parametrize(
    "blocks",
    [
        [(0, 0, 0)],
        [(0,) * 7],
        [(0, 0, 0), (0,)],  # two chains of one eigenvalue
        [(1, -2)],  # one Jordan block of eigenvalue 1
        [(-1,), (1,)],
        [(-1,), (-1,)],  # eigenvalue 1 twice, but diagonalisable
        [(-1,), (1, -2)],
        [(1, 0), (-1,)],  # a conjugate pair
        [(-1, -1)],  # the golden ratio and its conjugate
        [(0.25, -1)],  # eigenvalue 1/2 in one block
        [(-0.37,), (0.719,)],
    ],
)
def test_the_jordan_form_is_the_same_in_all_coordinates(blocks):
    A = block_diagonal([companion(b) for b in blocks])
    n = len(A)
    forms = [
        recurrent(jordan(disguised(linear(A, np.ones((n, 1)), np.ones((1, n))), s)).network)
        for s in (0, 1)
    ]
    assert np.abs(forms[0] - forms[1]).max() < 1e-6
    assert np.abs(np.poly(forms[0]) - np.poly(A)).max() < 1e-6
    assert ((np.abs(forms[0]) > 1e-6).sum(axis=1) <= 2).all()


def test_a_jordan_block_is_lower_triangular():
    result = jordan(disguised(linear([[1, 0], [1, 1]], [[1], [0]], [[0, 1]]), 4))
    assert np.abs(recurrent(result.network) - [[1, 0], [1, 1]]).max() < 1e-9


def test_the_toeplitz_step_keeps_the_jordan_form_and_makes_inputs_units():
    before = jordan(disguised(SUMS, 6)).network
    after = toeplitz(before).network
    assert np.abs(recurrent(after) - recurrent(before)).max() < 1e-9
    assert np.abs(linear_part(after).B - [[1], [0], [0]]).max() < 1e-9
    # h = P z: each matrix of columns A^k B is P times the other, and P must be Toeplitz
    krylov = [
        np.hstack([np.linalg.matrix_power(recurrent(n), k) @ linear_part(n).B for k in range(3)])
        for n in (before, after)
    ]
    P = krylov[0] @ np.linalg.inv(krylov[1])
    assert np.abs(P[1:, 1:] - P[:-1, :-1]).max() < 1e-9
    assert np.abs(np.triu(P, 1)).max() < 1e-9
    assert np.abs(P[:, 0]).max() > 1e-3


def test_a_bias_moves_to_the_read_out_where_the_state_rests():
    network = linear([[0.5, 0], [1, 0.5]], [[1], [0]], [[0, 1]], c=[3, -1], h0=[6, 10])
    result = debias(network)
    assert result.after == "h1' = 0.5 h1 + x\nh2' = h1 + 0.5 h2\ny = h2' + 10"
    assert result.difference.exact


def test_a_bias_moves_to_the_start_state_where_that_is_shorter():
    network = linear([[0.5, 0], [1, 0.5]], [[1], [0]], [[0, 1]], c=[2, -4])
    result = debias(network)
    assert result.after == "h1' = 0.5 h1 + x\nh2' = h1 + 0.5 h2\nh1(0) = -4\ny = h2'"
    assert result.difference.bound < 1e-12


@pytest.mark.parametrize(
    ("network", "why"),
    [
        (SUMS, "zero already"),
        (linear([[1]], [[1]], [[1]], c=[1]), "no state is a fixed point"),
        (linear([[-1]], [[1]], [[1]], c=[1]), "only moves terms"),
    ],
)
def test_debiasing_says_why_it_declines(network, why):
    result = debias(network)
    assert why in result.declined
    assert result.network is network


def test_weights_near_no_simple_rational_are_not_rounded():
    result = quantization(linear([[0.6180339887]], [[1]], [[1]]))
    assert "no rational" in result.declined


@pytest.mark.parametrize(
    ("factor", "why"), [(1.0009, "a rounded output"), (1.009, "the impulse response")]
)
def test_weights_near_integers_are_not_rounded_where_outputs_would_change(factor, why):
    network = linear([[factor]], [[1]], [[1]])
    result = quantization(network)
    assert why in result.declined
    assert result.network is network


def test_noise_in_the_weights_is_rounded_away():
    rng = np.random.default_rng(0)
    weight = SUMS.f[0][0] + rng.uniform(-1e-3, 1e-3, (3, 4))
    result = quantization(Network(((weight, np.zeros(3)),), SUMS.g, np.zeros(3), 1))
    assert result.integer
    assert not result.difference.exact
    assert np.array_equal(result.network.f[0][0], SUMS.f[0][0])


def test_rational_coordinates_become_integer_ones():
    half = moved(linear([[1]], [[2]], [[1]], c=[-1]), np.array([[0.5]]))  # h' = h + x - 1/2
    result = quantization(half)
    assert result.after in ("h' = h + 2 x - 1\ny = h'", "h' = h - 2 x + 1\ny = -h'")
    assert result.difference.exact


def test_integer_coordinates_of_f_do_not_need_a_linear_read_out():
    g = ((np.array([[0.3], [1.7]]), np.array([0.1, -0.2])), (np.ones((1, 2)), np.zeros(1)))
    half = moved(
        Network(((np.array([[1.0, 2.0]]), -np.ones(1)),), g, np.zeros(1), 1), np.eye(1) / 2
    )
    result = quantization(half)
    assert result.integer
    assert "2 x" in result.after


def test_integer_outputs_lead_to_integer_coordinates_that_inputs_alone_do_not_show():
    # coordinates of what the bias adds, in a basis of what the input adds, have denominators of six
    # digits; in coordinates that the output shows everything is an integer
    A = [[0, -5, 8, 3, 0, 2], [-2, 6, -5, -4, 5, -4], [-1, 1, 0, -1, 2, -1],
         [0, 5, -6, -3, 1, -2], [0, -3, 5, 2, 0, 1], [-2, 0, 2, 0, 4, -1]]  # fmt: skip
    B = [[-2], [3], [-1], [0], [-3], [-1]]
    system = linear(A, B, [[1, 1, 1, 1, -3, 3]], c=[-1, 2, 0, 1, 0, -2], h0=[2, 1, 2, 2, 2, -2])
    steps = normalize(disguised(system, 1))
    assert steps[-1].integer
    assert difference(system, steps[-1].network, Check()).exact


def test_a_rational_system_without_integer_coordinates_stays_rational():
    result = quantization(linear([[0.5 + 1e-9]], [[1]], [[2]]))
    assert result.after == "h' = 0.5 h + x\ny = 2 h'"
    assert not result.integer


def test_a_transform_that_does_harm_is_not_kept():
    @normaliser("scaled")
    def scaled(network, space, check):
        return replace(space, B=2 * space.B)

    result = scaled(SUMS)
    assert result.network is SUMS
    assert "an output would change by up to 30" in result.declined


@pytest.mark.parametrize(
    ("values", "denominator"),
    [([0.5, 0.25], 4), ([1 / 3 + 1e-9, 2.0], 3), ([0.1, 1 / 7, 3.0], 70), ([5.0], 1)],
)
def test_the_common_denominator_of_near_fractions_is_found(values, denominator):
    assert common_denominator(np.array(values)) == denominator


def test_random_numbers_have_no_common_denominator():
    numbers = np.random.default_rng(0).uniform(size=(60, 2))
    assert sum(common_denominator(pair) is not None for pair in numbers) < 20


def test_every_step_says_what_it_is_and_why():
    assert [step.name for step in normalize(SUMS)] == [
        "minimal", "whitening", "jordan", "toeplitz", "debias", "quantization",
    ]  # fmt: skip
    assert all(step.__doc__ for step in NORMALIZERS)


def test_a_formula_shows_signs_factors_start_values_and_hidden_layers():
    network = linear([[0, -1], [0.5, 0]], [[1, 0], [-2, 3]], [[1, 0]], c=[0, -1], h0=[0, 4])
    assert formula(network) == (
        "h1' = -h2 + x1\nh2' = 0.5 h1 - 2 x1 + 3 x2 - 1\nh2(0) = 4\ny = h1'"
    )
    g = ((np.ones((3, 2)), np.ones(3)), (np.ones((1, 3)), np.zeros(1)))
    assert formula(Network(network.f, g, network.h0, 2)).endswith("y = g(h1', h2'), g with 3 ReLU")


def test_a_check_without_sequences_is_refused():
    with pytest.raises(ValueError, match="no sequences"):
        Check(3, 3)
