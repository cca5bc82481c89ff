"""Networks that are right become networks of integers, with no more units, where that is free."""

from dataclasses import dataclass

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from mips_verify.network.layers import beside, interpolate
from mips_verify.network.network import Network, mlp
from mips_verify.train.rung import Fit
from mips_verify.train.rungs.per_output import PerOutput
from mips_verify.train.snapping.bends import Table, bent, fewest_units, small_directions, units
from mips_verify.train.snapping.snapped import is_integer, size, snapped
from tests.linear_systems import integer_systems, mixing, moved
from tests.training_data import is_exact, labelled, letters, quiet, running_max

SEEDS = st.integers(0, 2**32 - 1)


def as_labels(network):
    return lambda x: network.run(x)[1]


def demand_snapped(network, domain, length=10, count=3000):
    """The snapped network; it agrees with ``network`` also on sequences that no snap saw."""
    data, check = (labelled(domain, as_labels(network), length, count, seed) for seed in (0, 1))
    found = snapped(network, data, check)
    assert found is not None
    assert is_integer(found)
    assert size(found) <= size(network)
    assert is_exact(found, check)
    return found


@given(integer_systems(), SEEDS)
def test_an_integer_system_in_disguise_is_recovered(system, seed):
    disguised = moved(system, mixing(system.hidden, np.random.default_rng(seed)))
    domain = letters(3, -3, system.channels)
    assume(np.ptp(labelled(domain, as_labels(system)).y, axis=(0, 1)).any())
    assume(not is_integer(disguised))
    found = demand_snapped(disguised, domain)
    assert is_exact(found, labelled(domain, as_labels(system), 40, 200, seed=2))


@given(SEEDS)
def test_a_function_of_two_integer_states_in_disguise_is_fitted_anew(seed):
    rng = np.random.default_rng(seed)
    f = ((np.array([[0.0, 0, 1], [1, 0, 0]]), np.zeros(2)),)  # this input and the one before
    direction = np.array([[1.0, rng.choice([-1, 1])]])
    bend = int(rng.integers(-2, 3))
    g = ((np.vstack([direction, -direction, [[0.3, 0.7]]]), np.array([-bend, bend, -50.0])),
         (np.array([[1.0, 2.0, 4.0]]), np.array([0.25])))  # fmt: skip
    hidden = Network(f, g, np.zeros(2), 1)
    found = demand_snapped(moved(hidden, mixing(2, rng)), letters(9, -9))
    assert units(found.g) == 2  # the unit that is never active is gone


def through(points, values):
    """Layers of one input through the values at the points."""
    curve = interpolate(points, values)
    ones = np.ones((len(curve.kinks), 1))
    return ((ones, -curve.kinks), (curve.steps.T, curve.start))


def line_network(table, outputs, scale, shift):
    """States ``scale * s + shift`` for s from 0, with ``table[x, s]`` next and ``outputs[s]``."""
    n = len(outputs)
    (_, kinks), after = through(range(table.size), table.reshape(-1, 1) * scale + shift)
    f = ((np.tile([1 / scale, n], (len(kinks), 1)), kinks - shift / scale), after)
    (_, kinks), after = through(range(n), outputs[:, None] * 1.0)
    g = ((np.ones((len(kinks), 1)) / scale, kinks - shift / scale), after)
    return Network(f, g, np.array([shift]), 1)


@given(st.integers(2, 5), SEEDS)
def test_an_automaton_on_a_line_becomes_one_of_integers(states, seed):
    rng = np.random.default_rng(seed)
    table = np.stack([np.roll(np.arange(states), -1), rng.integers(0, states, states)])
    outputs = np.append(rng.integers(0, 3, states - 1), 3)
    demand_snapped(line_network(table, outputs, rng.uniform(0.1, 3.0), rng.normal()), letters(1))


@given(st.integers(1, 3), SEEDS)
def test_a_function_that_bends_along_one_direction_is_found_with_its_units(inputs, seed):
    rng = np.random.default_rng(seed)
    direction = np.array(small_directions(inputs)[rng.integers(len(small_directions(inputs)))])
    kinks = rng.choice(np.arange(-3, 4), rng.integers(0, 4), replace=False)
    points = rng.integers(-9, 10, (600, inputs))
    bends = np.maximum(points @ direction - kinks[:, None], 0)
    steps, linear = rng.choice([-2, -1, 1, 2], len(kinks)), rng.integers(-2, 3, inputs)
    values = (steps @ bends + points @ linear)[:, None]
    for found in (
        bent(Table(points, values), tuple(direction.tolist())),
        fewest_units(Table(points, values), small_directions(inputs)),
    ):
        assert found is not None
        assert (mlp(found, points.astype(float)) == values).all()
        assert units(found) <= len(kinks) + 2 if len(kinks) else len(found) == 1


def test_what_bends_along_no_single_direction_is_refused():
    points = np.stack(np.meshgrid(np.arange(-4, 5), np.arange(-4, 5)), axis=-1).reshape(-1, 2)
    both = np.abs(points).sum(axis=1, keepdims=True)
    assert fewest_units(Table(points, both), small_directions(2)) is None


def largest_so_far():
    """The running maximum as ``-h / 3``."""
    f = ((np.array([[1.0 / 3, 1.0]]), np.zeros(1)), (np.array([[-3.0]]), np.zeros(1)))
    return Network(beside(f, np.array([[1.0, 0.0]])), ((np.array([[-1 / 3]]), np.zeros(1)),),
                   np.zeros(1), 1)  # fmt: skip


def test_a_state_that_is_the_output_needs_no_table_of_all_states():
    domain = letters(50)
    found = demand_snapped(largest_so_far(), domain, count=20_000)
    assert is_exact(found, labelled(domain, running_max, 100, 500, seed=3))


@dataclass
class Given:
    """A rung that returns one network."""

    network: Network
    name: str = "given"

    def fit(self, data, seed, progress):
        return Fit(self.network, 0, "as given")


def test_outputs_that_are_learned_apart_are_snapped_apart():
    data = labelled(letters(50), lambda x: np.repeat(running_max(x), 2, axis=2), 10, 5_000)
    fit = PerOutput((Given(largest_so_far()),)).fit(data, 0, quiet)
    assert fit.network is not None
    assert is_integer(fit.network)
    assert is_exact(fit.network, data)


def test_a_network_of_integers_stays_as_it_is():
    f = ((np.array([[1.0, 1.0]]), np.zeros(1)),)
    network = Network(f, ((np.array([[2.0]]), np.zeros(1)),), np.zeros(1), 1)
    data = labelled(letters(3), as_labels(network))
    assert snapped(network, data, data) is None


def test_what_the_check_sequences_refute_is_not_kept():
    domain = letters(50)
    data = labelled(domain, running_max, 10, 20_000)
    other = labelled(domain, lambda x: running_max(x) % 50, 10, 2_000, seed=1)
    assert snapped(largest_so_far(), data, data) is not None
    assert snapped(largest_so_far(), data, other) is None
