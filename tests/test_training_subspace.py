"""Subspace identification finds the linear system behind the labels, or says there is none."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mips_verify.train.identify.ho_kalman import LinearSystem, realise
from mips_verify.train.identify.impulse_response import impulse_response
from mips_verify.train.rungs.one_hot_subspace import OneHotSubspace
from mips_verify.train.rungs.subspace import Subspace
from tests.linear_systems import integer_systems
from tests.training_data import is_exact, labelled, letters, modular_sum, quiet

SMALL = st.integers(-2, 2)


def matrix(rows, columns):
    row = st.lists(SMALL, min_size=columns, max_size=columns)
    return st.lists(row, min_size=rows, max_size=rows).map(lambda m: np.array(m, dtype=float))


def simulate(a, b, c, drift, offset, x):
    h, out = np.zeros((len(x), len(a))), []
    for t in range(x.shape[1]):
        h = h @ a.T + x[:, t] @ b.T + drift
        out.append(h @ c.T + offset)
    return np.rint(np.stack(out, axis=1)).astype(np.int64)


@given(st.integers(1, 3), st.integers(1, 2), st.integers(1, 2), st.data())
def test_a_random_linear_system_is_recovered_exactly_and_no_larger(n, channels, outputs, data):
    a, b, c = (data.draw(matrix(*s)) for s in ((n, n), (n, channels), (outputs, n)))
    drift, offset = data.draw(matrix(1, n))[0], data.draw(matrix(1, outputs))[0]
    assume(np.abs(np.linalg.eigvals(a)).max() < 1.5)  # larger labels leave the float64 range
    train = labelled(letters(5, -5, channels), lambda x: simulate(a, b, c, drift, offset, x), 10)
    fit = Subspace().fit(train, 0, quiet)
    assert fit.network is not None
    fresh = labelled(train.domain, lambda x: simulate(a, b, c, drift, offset, x), 10, seed=1)
    assert is_exact(fit.network, fresh)
    assert fit.network.hidden <= n + 1  # the offset of the outputs may need the constant 1


@given(integer_systems())
def test_the_network_of_an_integer_system_has_integer_weights(system):
    def outputs(x):
        return system.run(x)[1]

    domain = letters(3, -3, system.channels)
    train = labelled(domain, outputs, 16)
    fit = Subspace().fit(train, 0, quiet)
    assert fit.network is not None
    assert all((w == np.rint(w)).all() for layer in (*fit.network.f, *fit.network.g) for w in layer)
    assert fit.network.hidden <= system.hidden + 1
    assert is_exact(fit.network, labelled(domain, outputs, 50, seed=1))


def test_a_delay_needs_one_state_a_step():
    train = labelled(letters(9), lambda x: np.pad(x, ((0, 0), (3, 0), (0, 0)))[:, :-3], 10)
    network = Subspace().fit(train, 0, quiet).network
    assert network is not None
    assert network.hidden == 4
    assert len(network.f) == len(network.g) == 1


def test_labels_that_are_not_linear_are_refused_with_the_residual():
    fit = Subspace().fit(labelled(letters(4), modular_sum(5)), 0, quiet)
    assert fit.network is None
    assert "residual" in fit.note


@given(st.lists(SMALL, min_size=6, max_size=6), st.integers(0, 9))
def test_a_sum_over_a_table_is_found_with_one_hot_inputs(table, seed):
    values = np.array(table)
    train = labelled(letters(5), lambda x: np.cumsum(values[x], axis=1), seed=seed)
    network = OneHotSubspace().fit(train, seed, quiet).network
    assert network is not None
    assert network.hidden <= 2
    longer = labelled(train.domain, lambda x: np.cumsum(values[x], axis=1), length=60, seed=seed)
    assert is_exact(network, longer)


def test_too_many_letters_are_not_one_hot():
    fit = OneHotSubspace().fit(labelled(letters(100), modular_sum(2)), 0, quiet)
    assert fit.network is None
    assert "letters" in fit.note


@pytest.mark.parametrize("n", [1, 2, 4])
def test_realisation_is_minimal(n):
    rng = np.random.default_rng(n)
    system = LinearSystem(
        rng.standard_normal((n, n)) / n, rng.standard_normal((n, 2)), rng.standard_normal((1, n))
    )
    found = realise(system.response(12))
    assert found.order == n
    assert np.allclose(found.response(12), system.response(12))


def test_the_impulse_response_is_the_response_to_an_impulse():
    rng = np.random.default_rng(0)
    system = LinearSystem(np.array([[0.5]]), np.array([[1.0, -2.0]]), np.array([[3.0]]))
    inputs = rng.standard_normal((40, 6, 2))
    h, outputs = np.zeros((40, 1)), []
    for t in range(6):
        h = h @ system.A.T + inputs[:, t] @ system.B.T
        outputs.append(h @ system.C.T)
    response, worst = impulse_response(inputs, np.stack(outputs, axis=1))
    assert worst < 1e-9
    assert np.allclose(response, system.response(6))
