"""A network in exact arithmetic gives what fractions give, and says where it does not know."""

import itertools
from fractions import Fraction

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from mips_verify.certify.certify_budgets import EXACT_CELLS, SURPLUS
from mips_verify.certify.exact_replay import Affine, Ball, exact_network, exactly
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Network, layers_of
from mips_verify.network.torch_cells import CELLS, Layer
from mips_verify.network.torch_recurrent import Stacked

FLOATS = st.floats(-4, 4)
EIGHTHS = st.integers(-32, 32).map(lambda k: k / 8)  # few places: nothing is ever cut
DIGITS = Domain(("x",), (0,), (3,))
WORDS = st.lists(st.integers(0, 3).map(lambda x: (x,)), min_size=1, max_size=8)


def matrices(rows, columns, values=FLOATS):
    flat = st.lists(values, min_size=rows * columns, max_size=rows * columns)
    return flat.map(lambda v: np.array(v, dtype=np.float64).reshape(rows, columns))


@st.composite
def perceptrons(draw, sizes, values=FLOATS):
    pairs = zip(sizes[1:], sizes, strict=False)
    parts = [(matrices(o, i, values), matrices(1, o, values)) for o, i in pairs]
    return layers_of([(draw(weight), draw(bias)[0]) for weight, bias in parts])


@st.composite
def networks(draw, values=FLOATS):
    f, g = draw(st.sampled_from([((3, 2), (2, 1)), ((3, 4, 2), (2, 3, 1)), ((3, 2), (2, 3, 2))]))
    f, g = draw(perceptrons(f, values)), draw(perceptrons(g, values))
    return Network(f, g, draw(matrices(1, 2, values))[0], 1)


@st.composite
def stacks(draw, cell="rnn_relu", values=FLOATS):
    reads = draw(st.sampled_from(["numbers", "one-hot"]))
    gives = draw(st.sampled_from(["round", "argmax"]))
    rows, states = CELLS[cell].gates * 2, CELLS[cell].memories * 2
    layers, width = [], 1 if reads == "numbers" else 4
    for _ in range(draw(st.integers(1, 2))):
        weights = [
            draw(matrices(*shape, values)) for shape in ((rows, width), (rows, 2), (2, rows))
        ]
        layers.append(Layer(cell, *weights[:2], *weights[2]))
        width = 2
    origin = draw(matrices(1, states * len(layers), values))[0]
    weight, bias = draw(matrices(3, 2, values)), draw(matrices(1, 3, values))[0]
    shown = np.array([5, -1, 7])
    return Stacked(DIGITS, tuple(layers), weight, bias, origin, reads, gives, shown)


def affine(weight, bias, z):
    rows = zip(weight.tolist(), bias.tolist(), strict=True)
    pairs = [(zip(row, z, strict=True), b) for row, b in rows]
    return [sum((Fraction(w) * v for w, v in row), Fraction(b)) for row, b in pairs]


def relu(z):
    return [max(v, Fraction(0)) for v in z]


def through(layers, z):
    for i, (weight, bias) in enumerate(layers):
        z = affine(weight, bias, z)
        if i < len(layers) - 1:
            z = relu(z)
    return z


def outputs_by_fractions(network, word):
    h = list(map(Fraction, network.h0.tolist()))
    for letter in word:
        h = through(network.f, [*h, *letter])
    return tuple(map(round, through(network.g, h)))  # ties to even, as numpy.rint


def outputs_of_stack_by_fractions(network, word):
    states = network.origin.reshape(len(network.layers), -1).tolist()
    states = [list(map(Fraction, s)) for s in states]
    for (x,) in word:
        given = (
            [Fraction(x)] if network.reads == "numbers" else [Fraction(x == v) for v in range(4)]
        )
        for i, layer in enumerate(network.layers):
            of_x = affine(layer.weight_ih, layer.bias_ih, given)
            of_h = affine(layer.weight_hh, layer.bias_hh, states[i])
            states[i] = given = relu([a + b for a, b in zip(of_x, of_h, strict=True)])
    scores = affine(network.weight, network.bias, states[-1])
    if network.gives == "argmax":
        return (int(network.values[scores.index(max(scores))]),)
    return tuple(map(round, scores))


def last(network, word, cells=EXACT_CELLS):
    exact = exact_network(network)
    return exact.read(list(exact.states(word, cells))[-1])


@given(networks(EIGHTHS), WORDS)
def test_a_network_gives_what_fractions_give(network, word):
    assert last(network, word) == outputs_by_fractions(network, word)


@given(stacks(values=EIGHTHS), WORDS)
def test_a_stack_of_relu_cells_gives_what_fractions_give(network, word):
    assert last(network, word) == outputs_of_stack_by_fractions(network, word)


@given(networks(), WORDS)
def test_a_network_of_any_weights_gives_what_fractions_give_or_nothing(network, word):
    assert last(network, word) in (None, outputs_by_fractions(network, word))


@given(stacks(), WORDS)
def test_a_stack_of_any_weights_gives_what_fractions_give_or_nothing(network, word):
    assert last(network, word) in (None, outputs_of_stack_by_fractions(network, word))


def test_a_tie_that_hangs_on_what_was_cut_is_unknown():
    tiny = Network(
        layers_of([([[1.0, 0.0]], [0.0])]), layers_of([([[1.0]], [0.5])]), np.array([1e-300]), 1
    )
    assert last(tiny, [(0,)]) is None


@given(st.sampled_from(["rnn_tanh", "gru", "lstm"]).flatmap(stacks))
def test_other_cells_have_no_exact_run(network):
    assert exact_network(network) is None


def test_halves_round_to_even_as_in_numpy():
    values = [k / 4 for k in range(-10, 11)]
    assert exactly(values).rounded() == tuple(np.rint(values).astype(int).tolist())


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=4), st.integers(1, 80), st.integers(0, 9)
)
def test_a_cut_vector_still_holds_what_it_held(values, places, radius):
    whole = exactly(values)
    before = Ball(whole.values, whole.places, radius)
    after = before.cut(places)
    for v, w in zip(before.values, after.values, strict=True):
        for end in (v - before.radius, v + before.radius):
            distance = abs(Fraction(end, 2**before.places) - Fraction(w, 2**after.places))
            assert distance <= Fraction(after.radius, 2**after.places)


@given(st.floats(-50, 50), st.integers(1, 60), st.integers(0, 1000))
def test_outputs_are_unknown_where_the_radius_leaves_them_open(value, places, radius):
    whole = exactly([value]).cut(places)
    ball = Ball(whole.values, whole.places, whole.radius + radius)
    centre, r = (Fraction(v, 2**ball.places) for v in (ball.values[0], ball.radius))
    ends = {round(centre - r), round(centre + r)}
    assert ball.rounded() == (tuple(ends) if len(ends) == 1 else None)


@given(
    perceptrons((3, 2)), st.lists(st.integers(-99, 99), min_size=3, max_size=3), st.integers(0, 9)
)
def test_a_layer_holds_the_values_of_all_that_it_is_given(layers, centre, radius):
    ((weight, bias),) = layers
    layer = Affine.of(weight, bias.tolist(), relu=True)
    after = layer(Ball(tuple(centre), 3, radius))
    for signs in itertools.product((-1, 0, 1), repeat=3):
        z = [Fraction(v + s * radius, 8) for v, s in zip(centre, signs, strict=True)]
        for value, held in zip(relu(affine(weight, bias, z)), after.values, strict=True):
            distance = abs(value - Fraction(held, 2**after.places))
            assert distance <= Fraction(after.radius, 2**after.places)


@given(st.lists(st.integers(-9, 9), min_size=3, max_size=3), st.integers(0, 5))
def test_the_largest_score_is_unknown_where_the_radius_leaves_it_open(scores, radius):
    ball = Ball(tuple(scores), 4, radius)
    found = ball.largest()
    if found is not None:
        others = [v for i, v in enumerate(ball.values) if i != found]
        assert ball.values[found] - radius > max(others) + radius or not radius
    else:
        assert radius


@given(networks(), WORDS)
def test_a_long_run_keeps_few_places_and_agrees_with_a_run_that_cuts_nothing(network, word):
    """The same network on a long word, cut to the places that the rest of the word can need."""
    long = (word * 60)[:60]
    exact = exact_network(network)
    states = list(exact.states(long, EXACT_CELLS))
    assume(len(states) == len(long))
    assert exact.read(states[-1]) in (None, outputs_by_fractions(network, long))
    most = SURPLUS + len(long) * exact.gain
    assert all(s.radius < 2**s.places and s.places <= most for s in states)


def test_a_run_stops_when_its_work_is_spent():
    network = Network(
        layers_of([([[0.3, 1.0]], [0.1])]), layers_of([([[1.0]], [0.0])]), np.zeros(1), 1
    )
    exact = exact_network(network)
    assert len(list(exact.states([(1,)] * 100, 20))) < 100
