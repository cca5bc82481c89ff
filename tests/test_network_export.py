"""An exported network computes what the ensemble computed, and derivatives are derivatives."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.network.layers import beside, interpolate
from mips_verify.network.network import mlp
from mips_verify.train.optimise import jacobian as analytic
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import Architecture, export, forward, pack, unpack
from mips_verify.train.optimise.initial_weights import InitialWeights, draw
from mips_verify.train.rungs.one_hot_state import export_one_hot
from mips_verify.train.rungs.teacher_forcing import FeedbackSystem, close
from tests.training_data import labelled, letters

WIDTHS = st.lists(st.integers(1, 4), max_size=2).map(tuple)


@st.composite
def architectures(draw_):
    inputs, f, g = draw_(st.integers(1, 3)), draw_(WIDTHS), draw_(WIDTHS)
    skips = draw_(st.booleans()), draw_(st.booleans())
    return Architecture(
        inputs, draw_(st.integers(1, 3)), draw_(st.integers(1, 2)), f=f, g=g,
        skip_f=bool(f) and skips[0], skip_g=bool(g) and skips[1],
    )  # fmt: skip


def members(shape, count=2, seed=0):
    return draw(shape, count, InitialWeights(), torch.Generator().manual_seed(seed))


def two_outputs(x):
    return np.concatenate([x.cumsum(axis=1).sum(axis=2, keepdims=True), x[..., :1]], axis=2)


@given(architectures(), st.integers(0, 99))
def test_the_exported_network_gives_the_outputs_of_the_ensemble(shape, seed):
    data = labelled(
        letters(5, -4, shape.inputs), lambda x: two_outputs(x)[..., : shape.outputs], count=20
    )
    source, theta = Source.of(data), members(shape, 1, seed)
    inside = forward(shape, theta, source.rows(torch.arange(20), 8).u)[0].transpose(0, 1)
    inside = inside * source.spread + source.mean
    network = export(shape, theta, data)
    states, _ = network.run(data.x)
    assert np.allclose(mlp(network.g, states[:, 1:]), inside.numpy(), atol=1e-8)


@given(WIDTHS, st.integers(1, 3), st.integers(1, 2), st.integers(0, 99))
def test_a_one_hot_state_becomes_a_piecewise_linear_layer(g, hidden, channels, seed):
    data = labelled(letters(4, -1, channels), lambda x: x.sum(axis=2, keepdims=True), count=20)
    source = Source.of(data, one_hot=True)
    shape = Architecture(source.inputs, hidden, 1, g=g, skip_g=bool(g))
    theta = members(shape, 1, seed)
    inside = forward(shape, theta, source.rows(torch.arange(20), 8).u)[0].transpose(0, 1)
    network = export_one_hot(shape, theta, data)
    states, _ = network.run(data.x)
    wanted = (inside * source.spread + source.mean).numpy()
    assert np.allclose(mlp(network.g, states[:, 1:]), wanted, atol=1e-8)


@given(architectures(), st.booleans(), st.integers(0, 99))
def test_the_jacobian_agrees_with_automatic_differentiation(shape, from_start, seed):
    theta = members(shape, 2, seed)
    generator = torch.Generator().manual_seed(seed)
    u = torch.rand(3, 4, shape.inputs, dtype=torch.float64, generator=generator)
    y, j = analytic.jacobian(shape, theta, u, from_start=from_start)
    assert torch.allclose(y, forward(shape, theta, u, from_start=from_start))
    for k in range(2):
        automatic = torch.autograd.functional.jacobian(
            lambda row: forward(shape, row[None], u, from_start=from_start)[0], theta[k]
        )
        assert torch.allclose(j[k], automatic, atol=1e-9)


@given(architectures(), st.integers(0, 99))
def test_packing_undoes_unpacking(shape, seed):
    theta = members(shape, 3, seed)
    assert theta.shape == (3, shape.parameters)
    assert torch.equal(pack(unpack(shape, theta)), theta)


@given(WIDTHS, st.integers(0, 99))
def test_a_closed_loop_feeds_on_its_own_outputs(widths, seed):
    rng = np.random.default_rng(seed)
    hidden, channels, outputs = 2, 2, 2
    sizes = (hidden, *widths, outputs)
    g = tuple((rng.standard_normal((b, a)), rng.standard_normal(b)) for a, b in pairwise(sizes))
    a, b, k = (rng.standard_normal((hidden, n)) / 2 for n in (hidden, channels, outputs))
    bias = rng.standard_normal(hidden)
    network = close(FeedbackSystem(a, b, k, bias, g))
    x = rng.integers(-3, 4, size=(5, 6, channels))
    h = np.zeros((5, hidden))
    for t in range(6):
        h = h @ a.T + x[:, t] @ b.T + mlp(g, h) @ k.T + bias
        assert np.allclose(network.run(x[:, : t + 1])[0][:, -1], h, atol=1e-8)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 99))
def test_a_linear_path_beside_layers_adds_a_matrix(widths, seed):
    rng = np.random.default_rng(seed)
    layers = tuple(
        (rng.standard_normal((b, a)), rng.standard_normal(b))
        for a, b in zip(widths, [*widths[1:], 2], strict=True)
    )
    linear, z = rng.standard_normal((2, widths[0])), rng.standard_normal((7, widths[0]))
    linear[0] = 0.0
    assert np.allclose(mlp(beside(layers, linear), z), mlp(layers, z) + z @ linear.T)


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=9, unique=True), st.integers(0, 99))
def test_the_interpolant_goes_through_every_point(points, seed):
    points = sorted(points)
    values = np.random.default_rng(seed).integers(-3, 4, size=(len(points), 2)).astype(float)
    curve = interpolate(points, values)
    units = np.maximum(np.array(points, dtype=float)[:, None] - curve.kinks, 0.0)
    assert np.allclose(units @ curve.steps + curve.start, values)


def test_the_interpolant_of_a_line_has_one_kink():
    assert len(interpolate(range(5), np.arange(5.0)[:, None]).kinks) == 1


@pytest.mark.parametrize("axis", [0.0, 1.0, None])
def test_kinks_of_the_first_layer_lie_inside_the_data(axis):
    shape = Architecture(1, 1, 1, f=(6,))
    theta = draw(shape, 5, InitialWeights(axis=axis), torch.Generator().manual_seed(1))
    (weight, bias), _ = unpack(shape, theta).f
    corners = torch.tensor([[a, b] for a in (-1.1, 1.1) for b in (-1.1, 1.1)], dtype=torch.float64)
    before = corners @ weight + bias
    assert bool(((before.amin(dim=1) <= 0) & (before.amax(dim=1) >= 0)).all())
