"""The paper's integer autoencoders put hidden states on integer lattices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.integer_lattice import lattice_basis
from mips_verify.normalize.integer_autoencoders import NEAR, gcd_lattice, generated, linear_lattice
from mips_verify.normalize.result import Check
from tests.linear_systems import benchmark_networks, linear, mixing, moved
from tests.quick import examples

SHIFT = linear(np.eye(3, k=-1), [[2], [0], [0]], [[1, 1, 1]])


def walk(network, check):
    x = check.sequences(network.channels)
    states, _ = network.run(x)
    before, after = (s.reshape(-1, network.hidden) for s in (states[:, :-1], states[:, 1:]))
    return before, x.reshape(-1, network.channels), after


def hidden_lattice(seed):
    """States of a shift register of even numbers in disguise, and the volume of their cell."""
    rng = np.random.default_rng(seed)
    mix = mixing(3, rng)
    network = moved(SHIFT, mix, rng.normal(size=3))
    return *walk(network, Check(0, 4, 8, 60)), 8 * abs(np.linalg.det(mix))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=examples(20), deadline=None)
@pytest.mark.parametrize("method", ["linear_lattice", "gcd_lattice"])
def test_the_states_of_a_disguised_integer_system_lie_on_the_lattice_found(method, seed):
    before, inputs, after, volume = hidden_lattice(seed)
    found = gcd_lattice(after) if method == "gcd_lattice" else linear_lattice(before, inputs, after)
    assert found.method == method
    assert found.share == 1.0
    z = found.coordinates(after)
    assert np.abs(z - np.rint(z)).max() <= NEAR
    assert np.abs(found.origin + np.rint(z) @ found.basis - after).max() < 1e-6
    assert abs(np.linalg.det(found.basis)) == pytest.approx(volume)


@given(st.lists(st.tuples(*[st.integers(-9, 9)] * 2), min_size=1, max_size=8))
def test_the_euclidean_algorithm_finds_the_cell_of_an_integer_lattice(vectors):
    exact = np.array(lattice_basis(vectors), dtype=float).reshape(-1, 2)
    found, _ = generated(np.array(vectors, dtype=float))
    assert len(found) == len(exact)
    volume = [np.sqrt(np.linalg.det(b @ b.T)) if len(b) else 1.0 for b in (found, exact)]
    assert volume[0] == pytest.approx(volume[1])
    assert np.abs(found - np.rint(found)).max(initial=0.0) < 1e-6


def test_states_on_no_lattice_get_a_small_share():
    rng = np.random.default_rng(0)
    assert gcd_lattice(rng.normal(size=(300, 2))).share < 0.5
    free = rng.normal(size=(300, 1))
    step = linear_lattice(free, rng.integers(0, 2, (300, 1)), free + rng.normal(size=(300, 1)))
    assert step.share < 0.5


def test_states_off_the_plane_of_the_lattice_do_not_count():
    h, x, side = (a.ravel() for a in np.meshgrid(range(4), range(2), (-0.3, 0.3)))
    before, after = (np.column_stack([first, second]) for first, second in
                     ((h, np.zeros(16)), (h + x, side)))  # fmt: skip
    assert linear_lattice(before.astype(float), x[:, None].astype(float), after).share == 0.5


def test_a_state_that_never_moves_is_a_lattice_of_rank_zero():
    found = gcd_lattice(np.ones((5, 2)))
    assert found.basis.shape == (0, 2)
    assert found.share == 1.0


def test_the_linear_finder_reads_the_linear_networks_of_the_benchmark():
    shares = [
        linear_lattice(*walk(network, Check(0, 5, 10, 100))).share
        for _, network in benchmark_networks()
    ]
    assert len(shares) >= 15
    assert min(shares) == 1.0
