"""Networks with gates: enclosures hold, cells close where states contract, training makes them."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mips_verify.certify import box_training, enclosures
from mips_verify.certify.box_training import box_trained
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.contracting_cells import contracting_cells, is_finite
from mips_verify.certify.enclosures import Sets
from mips_verify.certify.layered_cells import layered_cells
from mips_verify.certify.torch_boxes import Box, Trainable
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import const, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.network.network import Network
from mips_verify.network.torch_cells import CELLS, Layer
from mips_verify.network.torch_recurrent import Stacked
from mips_verify.network_kernel.forms import Form, FormArithmetic
from mips_verify.network_kernel.network_certificate import letters_proved

BIT = Domain(("x",), (0,), (1,))
SEEDS = st.integers(0, 2**32 - 1)
COPY = Machine(("x",), (), (), (), (var("x"),))
PREVIOUS = Machine(("x",), ("a",), (0,), (var("x"),), (var(old("a")),))


def stacked(rng, cell, layers=1, hidden=3, size=1.0):
    gates, memories = CELLS[cell].gates, CELLS[cell].memories
    parts, width = [], 2
    for _ in range(layers):
        shapes = (gates * hidden, width), (gates * hidden, hidden), gates * hidden, gates * hidden
        parts.append(Layer(cell, *(rng.normal(0, size, shape) for shape in shapes)))
        width = hidden
    weight, bias = rng.normal(size=(2, hidden)), rng.normal(size=2)
    origin = np.zeros(layers * memories * hidden)
    values = np.array([0, 1])
    return Stacked(BIT, tuple(parts), weight, bias, origin, "one-hot", "argmax", values)


def perceptrons(rng, hidden=3):
    def layers(*sizes):
        pairs = zip(sizes[1:], sizes, strict=False)
        return tuple((rng.normal(size=(o, i)), rng.normal(size=o)) for o, i in pairs)

    return Network(layers(hidden + 1, 5, hidden), layers(hidden, 4, 1), np.zeros(hidden), 1)


def networks(rng):
    kinds = [*((cell, layers) for cell in CELLS for layers in (1, 2)), None]
    kind = kinds[rng.integers(len(kinds))]
    return perceptrons(rng) if kind is None else stacked(rng, *kind)


def remembers():
    """Its second hidden value has the sign of the letter before the last one."""
    layer = Layer(
        "rnn_tanh",
        np.array([[-3.0, 3.0], [0.0, 0.0]]),
        np.array([[0.3, 0.0], [2.0, 0.4]]),
        np.zeros(2),
        np.zeros(2),
    )
    weight = np.array([[0.0, -2.0], [0.0, 2.0]])
    origin = np.array([-1.0, -1.0])
    return Stacked(
        BIT, (layer,), weight, np.zeros(2), origin, "one-hot", "argmax", np.array([0, 1])
    )


def proved(problem, cells):
    return letters_proved(
        replace(cells, floats=True), problem.exact, problem.program, problem.domain
    )


@given(SEEDS, st.sampled_from([1e-3, 0.1, 1.0]))
def test_images_of_sets_hold_the_images_of_their_points(seed, size):
    rng = np.random.default_rng(seed)
    model = networks(rng)
    centre, axes = rng.normal(size=(4, model.hidden)), rng.normal(size=(4, model.hidden, 2))
    sets = Sets(centre, size * axes, size * rng.random((4, model.hidden)))
    letters = rng.integers(0, 2, (4, 1))
    after = enclosures.step(model, sets, letters)
    scores = enclosures.scores(model, after)
    for _ in range(20):
        symbols, own = rng.uniform(-1, 1, (4, 2)), rng.uniform(-1, 1, (4, model.hidden))
        h = sets.centre + np.einsum("mks,ms->mk", sets.axes, symbols) + sets.rest * own
        image = model.step(h, letters)
        assert (np.abs(image - after.centre) <= after.radius + 1e-9).all()
        if isinstance(model, Stacked):
            end = model.hidden - model.layers[-1].state
            found = image[:, end : end + 3] @ model.weight.T + model.bias
            assert (np.abs(found - scores.centre) <= scores.radius + 1e-9).all()


@given(st.floats(-4, 4), st.lists(st.floats(-2, 2), max_size=2), st.floats(0, 1), SEEDS)
def test_tanh_of_a_form_holds_all_values_and_keeps_what_forms_share(centre, parts, rest, seed):
    one = 1 << 80
    numbers = FormArithmetic(80, floats=False)
    numbers.symbols = len(parts)
    scaled = [round(p * 2**40) << 40 for p in parts]
    form = Form(round(centre * 2**40) << 40, tuple(scaled), round(rest * 2**40) << 40)
    curve = numbers.tanh(form)
    rng = np.random.default_rng(seed)
    for _ in range(20):
        symbols, own = rng.uniform(-1, 1, len(parts)), rng.uniform(-1, 1)
        z = form.centre / one + sum(p / one * e for p, e in zip(form.parts, symbols, strict=True))
        z += form.rest / one * own
        shared = sum(p / one * e for p, e in zip(curve.parts, symbols, strict=False))
        slack = sum(map(abs, curve.parts[len(parts) :])) / one + curve.rest / one
        assert abs(math.tanh(z) - curve.centre / one - shared) <= slack + 1e-9
    if form.radius < one // 4 and any(abs(p) > one // 100 for p in form.parts):
        assert any(curve.parts[: len(parts)])


def test_cells_close_where_a_network_forgets():
    problem = Certifying(remembers(), PREVIOUS, BIT, 10)
    cells = contracting_cells(problem)
    assert proved(problem, cells) == (None, None)


def test_cells_turn_where_a_network_contracts_only_in_skew_directions():
    skew = np.array([[1.0, 0.5], [0.5, 1.0]])
    inner = skew @ np.diag([0.9, -0.3]) @ np.linalg.inv(skew)
    assert max(abs(np.linalg.eigvals(np.abs(inner)))) > 1  # plain boxes grow
    weight = np.zeros((3, 4))
    weight[:2, :2], weight[:2, 3], weight[2, 3] = inner, 0.05, 1.0
    read = ((np.array([[0.1, 0.1, 1.0]]), np.zeros(1)),)
    problem = Certifying(Network(((weight, np.zeros(3)),), read, np.zeros(3), 1), COPY, BIT, 10)
    cells = contracting_cells(problem)
    assert cells.bases
    assert proved(problem, cells) == (None, None)


@settings(max_examples=5, deadline=None)
@given(SEEDS, st.sampled_from(sorted(CELLS)))
@example(125, "rnn_relu")  # whose states are all 0
def test_what_is_found_is_what_the_checker_confirms(seed, cell):
    rng = np.random.default_rng(seed)
    model = stacked(rng, cell, size=0.4)
    x = BIT.sample(64, 20, rng)
    wanted = int(model.run(x)[1][0, 0, 0])
    constant = Machine(("x",), (), (), (), (const(wanted),))
    problem = Certifying(model, constant, BIT, 4)
    for cells in (contracting_cells(problem), layered_cells(problem)):
        if cells is not None:
            depth = cells.cells[0].depth
            assert proved(problem, cells) == (depth, depth)


@pytest.mark.parametrize(("length", "reached"), [(6, 6), (20, 8)])
def test_layers_reach_the_own_length_or_the_first_output_that_may_be_wrong(length, reached):
    weight = np.array([[2.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    read = ((np.array([[1.0, 1.0]]), np.zeros(1)),)
    start = np.array([2.0**-10, 0.0])
    problem = Certifying(Network(((weight, np.zeros(2)),), read, start, 1), COPY, BIT, length)
    cells = layered_cells(problem)
    assert cells.cells[0].depth == reached
    assert proved(problem, cells) == (reached, reached)


@given(SEEDS)
def test_boxes_that_torch_trains_hold_the_images_of_their_points(seed):
    rng = np.random.default_rng(seed)
    model = networks(rng)
    trainable = Trainable(model)
    letters = rng.integers(0, 2, (4, 1, 1))
    middle, radius = rng.normal(size=(4, model.hidden)), rng.random((4, model.hidden))
    ends = [
        trainable.inputs(np.zeros((1, 1, 1), np.int64)).new_tensor(middle + s * radius)
        for s in (-1, 1)
    ]
    image = trainable.step(Box(*ends), trainable.inputs(letters)[:, 0])
    for _ in range(20):
        after = model.step(middle + radius * rng.uniform(-1, 1, radius.shape), letters[:, 0])
        slack = 1e-4 * (1 + np.abs(after))
        assert (after >= image.low.detach().numpy() - slack).all()
        assert (after <= image.high.detach().numpy() + slack).all()
    exported = trainable.export().step(middle, letters[:, 0])
    assert np.allclose(exported, model.step(middle, letters[:, 0]), atol=1e-4)


def test_training_gives_networks_of_few_cells_without_the_program(monkeypatch):
    monkeypatch.setattr(box_training, "STEPS", 200)
    monkeypatch.setattr(box_training, "LOOK", 100)
    problem = Certifying(remembers(), None, BIT, 8)
    said: list[str] = []
    model = next(box_trained(problem, said.append))
    assert said[0].startswith("a repair is trained: step 50 of 200, at most ")
    x = BIT.sample(100, 8, np.random.default_rng(1))
    assert (model.run(x)[1] == problem.model.run(x)[1]).all()
    assert is_finite(replace(problem, model=model))
    mended = Certifying(model, PREVIOUS, BIT, 8)
    assert proved(mended, contracting_cells(mended)) == (None, None)
