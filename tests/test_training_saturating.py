"""Saturating units: the arithmetic, what leaves a network as it is, and what the rung learns."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import mlp
from mips_verify.train.rungs.saturating_units import SaturatingUnits
from mips_verify.train.saturating.as_relu import export
from mips_verify.train.saturating.curriculum import grown
from mips_verify.train.saturating.loss import LetterSource, SaturatingProblem
from mips_verify.train.saturating.readout import reread
from mips_verify.train.saturating.rounding import from_zero, normalised, rescaled, settled
from mips_verify.train.saturating.units import Layout, forward, jacobian, unpack
from tests.quick import examples
from tests.training_data import is_exact, labelled, letters, quiet, running_max

PAIR = Domain(("x", "w"), (-2, 0), (2, 1))
SHAPES = st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(0, 2**32 - 1))


def recurrence(start, step):
    """Labels ``h_t = step(h_{t-1}, x_t)`` of the first channel."""

    def labels(x):
        h, out = np.full(len(x), start), []
        for t in range(x.shape[1]):
            h = step(h, x[:, t, 0])
            out.append(h)
        return np.stack(out, axis=1)[..., None]

    return labels


def since(letter):
    return recurrence(0, lambda h, x: np.where(x == letter, 0, h + 1))


def saturating(low, high):
    return recurrence(0, lambda h, x: np.clip(h + x, low, high))


def drawn(hidden, outputs, seed, members=1):
    """Random parameters, and data over two channels that they may be run on."""
    rng = np.random.default_rng(seed)
    layout = Layout(PAIR.size, PAIR.channels, hidden, outputs)
    theta = torch.from_numpy(rng.standard_normal((members, layout.parameters)))
    x = PAIR.sample(20, 5, rng)
    data = Dataset(PAIR, x, rng.integers(-3, 4, (20, 5, outputs)))
    return layout, theta, LetterSource.of(data), data


def test_the_jacobian_is_the_derivative():
    layout, theta, source, _ = drawn(3, 2, 0, members=2)
    y, j = jacobian(layout, theta, source.x)
    assert torch.allclose(y, forward(layout, theta, source.x))
    whole = torch.autograd.functional.jacobian(lambda t: forward(layout, t, source.x), theta)
    own = torch.stack([whole[m, ..., m, :] for m in range(2)])
    assert torch.allclose(j, own, atol=1e-10)


@settings(max_examples=examples(25), deadline=None)
@given(SHAPES)
def test_scaling_moving_and_growing_leave_the_outputs_as_they_are(shape):
    layout, theta, source, _ = drawn(*shape, members=2)
    before = forward(layout, theta, source.x)
    gain = torch.rand(2, layout.hidden, dtype=torch.float64) + 0.5
    size = 1e-9 * float(before.abs().max().clamp_min(1.0))
    for changed in (
        normalised(layout, theta),
        from_zero(layout, theta),
        rescaled(layout, theta, gain),
    ):
        assert torch.allclose(forward(layout, changed, source.x), before, atol=size)
    assert torch.allclose(forward(*grown(layout, theta), source.x), before, atol=size)
    assert not unpack(layout, from_zero(layout, theta)).start.any()


@settings(max_examples=examples(25), deadline=None)
@given(SHAPES)
def test_the_plain_network_gives_the_same_outputs(shape):
    layout, theta, source, data = drawn(*shape)
    network = export(layout, theta, source, data)
    states, _ = network.run(data.x)
    mine = mlp(network.g, states[:, 1:])
    theirs = forward(layout, theta, source.x)[0].numpy()
    assert np.allclose(mine, theirs, atol=1e-8 * max(1.0, np.abs(theirs).max()))


def test_an_output_of_two_values_is_a_threshold_with_a_margin():
    x = letters(2).sample(50, 4, np.random.default_rng(0))
    data = Dataset(letters(2), x, 7 - 2 * (x > 1))
    source = LetterSource.of(data)
    layout = Layout(3, 1, 1, 1)
    problem = SaturatingProblem.of(layout, source)
    y = torch.tensor([[-3.0], [0.0], [0.4], [1.0], [5.0]], dtype=torch.float64)
    high, low = torch.ones_like(y), torch.zeros_like(y)
    assert problem.compare(y, high).flatten().tolist() == pytest.approx([-4, -1, -0.6, 0, 0])
    assert problem.compare(y, low).flatten().tolist() == pytest.approx([0, 0, 0.4, 1, 5])
    theta = torch.zeros(1, layout.parameters, dtype=torch.float64)
    theta[0, layout.read_columns[0].start + 1] = 1.0  # the bias of the read-out
    network = export(layout, theta, source, data)
    assert (network.run(data.x)[1] == 7).all()


def counter():
    """A counter of steps since letter 1, its source, and its parameters with some noise."""
    data = labelled(letters(3), since(1), count=500)
    source = LetterSource.of(data)
    layout = Layout(4, 1, 1, 1)
    theta = torch.zeros(1, layout.parameters, dtype=torch.float64)
    theta[0, :8] = torch.tensor([1.0, 0, 1, 1, 1, 0, 1, 1])
    theta[0, 8:12] = torch.tensor([-9.0, 1, 9, 1])
    theta[0, layout.read_columns[0].start] = 1.0
    return layout, theta, source, data


def test_rounding_takes_away_noise_and_bounds_that_are_never_met():
    layout, truth, source, data = counter()
    noise = 0.01 * torch.randn(truth.shape, generator=torch.Generator().manual_seed(0))
    noise[0, layout.read_columns[0].start :] = 0.0
    everything = source.rows(torch.arange(len(source)), source.length)
    found = settled(SaturatingProblem.of(layout, source), (truth + noise).double(), everything)
    assert torch.equal(found[0, :8].abs(), truth[0, :8])
    network = export(layout, found, source, data)
    assert is_exact(network, labelled(letters(3), since(1), length=300, count=20, seed=1))
    assert len(network.f) == 2  # the gate, and no layer for a bound


def test_a_read_out_is_found_with_the_units_as_they_are():
    layout, theta, source, _ = counter()
    theta[0, layout.read_columns[0].start :] = 0.0
    generator, rng = torch.Generator().manual_seed(0), np.random.default_rng(0)
    read, right, _ = reread(SaturatingProblem.of(layout, source), theta, 0, generator, rng)
    assert right == 1.0
    assert float(read[0]) == pytest.approx(1.0, abs=0.2)


def both(one, other, join):
    return lambda x: join(one(x), other(x))


LEARNED = {
    "steps since a letter": (letters(4), since(2)),
    "largest so far": (letters(9), running_max),
    "a sum with two ends": (letters(3, -3), saturating(-4, 5)),
    "smaller of two": (letters(4), both(since(2), since(0), np.minimum)),
    "sum of two": (letters(3, -3), both(since(1), saturating(-4, 5), np.add)),
}


@pytest.mark.parametrize("name", LEARNED)
def test_registers_are_learned_and_stay_right(name):
    domain, labels = LEARNED[name]
    fit = SaturatingUnits().fit(labelled(domain, labels, count=6000), 0, quiet)
    assert fit.network is not None
    assert is_exact(fit.network, labelled(domain, labels, length=40, count=500, seed=1)), fit.note


def test_what_one_output_teaches_serves_the_other():
    domain = letters(3, -3)

    def labels(x):
        one, other = since(1)(x), saturating(-4, 5)(x)
        return np.concatenate([np.maximum(one, other), one - other], axis=2)

    network = SaturatingUnits().fit(labelled(domain, labels, count=6000), 0, quiet).network
    assert network is not None
    assert is_exact(network, labelled(domain, labels, length=40, count=500, seed=1))


def test_the_same_seed_gives_the_same_network():
    data = labelled(letters(3), both(since(1), running_max, np.subtract), length=4, count=500)
    rung = SaturatingUnits((1,), members=6, children=3)
    first, again, other = (rung.fit(data, s, quiet).network for s in (1, 1, 2))
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(first.g, again.g, strict=True))
    assert not all(
        a[0].shape == b[0].shape and np.array_equal(a[0], b[0])
        for a, b in zip(first.g, other.g, strict=True)
    )


def test_too_many_letters_are_refused():
    fit = SaturatingUnits().fit(labelled(letters(99), running_max, count=100), 0, quiet)
    assert fit.network is None
    assert "letters" in fit.note
