"""Rungs for many letters, for windows and for comparisons of counts; outputs apart."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Network, mlp
from mips_verify.train.identify.impulse_response import letter_response
from mips_verify.train.identify.integer_scores import integer_scores
from mips_verify.train.rung import Fit
from mips_verify.train.rungs.delay_line import DelayLine
from mips_verify.train.rungs.letter_counts import LetterCounts
from mips_verify.train.rungs.letter_subspace import LetterSubspace
from mips_verify.train.rungs.per_output import PerOutput, side_by_side
from mips_verify.train.rungs.subspace import Subspace
from tests.training_data import is_exact, labelled, letters, modular_sum, quiet, running_max

PAIR = Domain(("x", "w"), (-3, -3), (3, 3))


def products_so_far(x):
    return (x[..., :1] * x[..., 1:]).cumsum(axis=1)


def commonest(k):
    """The value seen most often; the smallest of equals."""
    return lambda x: (x == np.arange(k)).cumsum(axis=1).argmax(axis=2)[..., None]


def largest_of_three(x):
    past = np.pad(x, ((0, 0), (2, 0), (0, 0)))
    return np.maximum(np.maximum(past[:, 2:], past[:, 1:-1]), past[:, :-2])


def test_a_sum_of_products_is_a_sum_over_letters():
    data = labelled(PAIR, products_so_far)
    network = LetterSubspace().fit(data, 0, quiet).network
    assert network is not None
    assert network.hidden == 1
    assert is_exact(network, labelled(PAIR, products_so_far, length=50, seed=1))


def test_a_table_of_a_thousand_numbers_is_learned():
    table = np.random.default_rng(3).integers(0, 9, 1000)
    data = labelled(letters(999), lambda x: table[x], length=4, count=60_000)
    network = LetterSubspace().fit(data, 0, quiet).network
    assert network is not None
    assert is_exact(network, labelled(letters(999), lambda x: table[x], seed=1))


def test_what_is_no_sum_over_letters_is_refused():
    fit = LetterSubspace().fit(labelled(PAIR, lambda x: running_max(x[..., :1])), 0, quiet)
    assert fit.network is None
    assert "residual" in fit.note
    wide = LetterSubspace().fit(labelled(letters(2000), lambda x: x, count=50), 0, quiet)
    assert "letters" in wide.note


def test_the_response_to_letters_is_recovered():
    rng = np.random.default_rng(0)
    truth = rng.integers(-4, 5, (5, 2, 6)).astype(float)
    index = rng.integers(0, 6, (900, 5))
    labels = np.zeros((900, 5, 2))
    for k in range(5):
        labels[:, k:] += truth[k].T[index[:, : 5 - k]]
    response, worst = letter_response(index, 6, labels.astype(np.int64))
    assert worst < 1e-6
    change = response - response[..., :1]  # a constant may move between lags
    assert np.allclose(change, truth - truth[..., :1], atol=1e-6)


@pytest.mark.parametrize("k", [2, 5])
def test_the_commonest_letter_is_learned_from_counts(k):
    domain = letters(k - 1)
    network = LetterCounts().fit(labelled(domain, commonest(k), count=9000), 0, quiet).network
    assert network is not None
    assert network.hidden == k
    assert is_exact(network, labelled(domain, commonest(k), seed=1))


def largest_score(weights):
    """The first class of those with the largest score ``weights[v] . counts``."""
    weights = np.array(weights)

    def labels(x):
        counts = (x == np.arange(weights.shape[1])).cumsum(axis=1)
        return (counts @ weights.T).argmax(axis=2)[..., None]

    return labels


@pytest.mark.parametrize(
    "weights", [np.eye(4, dtype=int), [[1, 0], [0, 2]], [[1, 0, 0], [0, 1, 1], [0, 2, -1]]]
)
def test_scores_of_counts_are_exact_beyond_the_trained_length(weights):
    labels = largest_score(weights)
    domain = letters(np.shape(weights)[1] - 1)
    network = LetterCounts().fit(labelled(domain, labels, 9, 9000), 0, quiet).network
    assert network is not None
    assert is_exact(network, labelled(domain, labels, 300, 1000, seed=1))
    assert all((w == np.rint(w)).all() for layer in (*network.f, *network.g) for w in layer)


SCORES = st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=2, max_size=4)


@given(SCORES, st.integers(0, 2**32 - 1))
def test_integer_scores_give_every_label_that_they_were_made_from(weights, seed):
    rng = np.random.default_rng(seed)
    weights = np.array(weights)
    counts = rng.integers(0, 9, (200, 3))
    labels = (counts @ weights.T).argmax(axis=1)
    found = integer_scores(weights * rng.uniform(0.5, 20.0) + 3.7, counts, labels)
    if not np.ptp(weights, axis=0).any():
        assert found is None
        return
    assert found is not None  # the weights themselves are small integers
    scores = counts @ found.weights.T
    for a, b in combinations(range(len(weights)), 2):
        first = scores[:, a] - scores[:, b] >= found.thresholds[a, b]
        assert first[labels == a].all()
        assert not first[labels == b].any()


def test_labels_that_need_large_weights_have_no_small_integer_scores():
    counts = np.array([[100, 99], [99, 98], [98, 97], [97, 97]])
    weights = np.array([[0.0, 0.0], [97.5, -98.5]])  # the sign of a / b - 98.5 / 97.5
    labels = (counts @ weights.T).argmax(axis=1)
    assert 0 < labels.sum() < 4
    assert integer_scores(weights, counts, labels) is None


def test_counts_that_do_not_decide_the_label_are_seen():
    fit = LetterCounts().fit(labelled(letters(3), lambda x: x), 0, quiet)
    assert "no function of the counts" in fit.note
    parity = LetterCounts().fit(labelled(letters(1), modular_sum(2)), 0, quiet)
    assert parity.network is None
    assert "no linear scores" in parity.note


def test_a_window_is_remembered_and_read():
    domain = letters(99)
    network = DelayLine(3).fit(labelled(domain, largest_of_three), 0, quiet).network
    assert network is not None
    assert network.hidden == 3
    assert is_exact(network, labelled(domain, largest_of_three, length=30, seed=1))


def test_the_same_seed_gives_the_same_network():
    domain = letters(3)
    data = labelled(domain, largest_of_three, length=4)
    first, again, other = (DelayLine(2).fit(data, s, quiet).network for s in (1, 1, 2))
    if first is None:
        pytest.fail("no network to compare")
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(first.g, again.g, strict=True))
    assert not all(np.array_equal(a[0], b[0]) for a, b in zip(first.g, other.g, strict=True))


def random_network(rng, hidden, f, g, channels=2):
    def layers(*widths):
        return tuple(
            (rng.standard_normal((b, a)), rng.standard_normal(b)) for a, b in pairwise(widths)
        )

    return Network(
        layers(hidden + channels, *f, hidden),
        layers(hidden, *g, 1),
        rng.standard_normal(hidden),
        channels,
    )


def test_networks_side_by_side_answer_as_they_did():
    rng = np.random.default_rng(0)
    shapes = [(2, (), (3, 4)), (1, (5,), ()), (3, (2, 2), (6,))]
    networks = [random_network(rng, *shape) for shape in shapes]
    both = side_by_side(networks)
    x = PAIR.sample(20, 4, rng)
    states, _ = both.run(x)
    alone = [n.run(x)[0] for n in networks]
    assert np.allclose(states, np.concatenate(alone, axis=2))
    mine = mlp(both.g, states)
    assert np.allclose(
        mine, np.concatenate([mlp(n.g, h) for n, h in zip(networks, alone, strict=True)], axis=2)
    )


def test_each_output_may_have_an_engine_of_its_own():
    def labels(x):
        return np.concatenate([x.cumsum(axis=1), commonest(3)(x)], axis=2)

    data = labelled(letters(2), labels)
    fit = PerOutput((Subspace(), LetterCounts())).fit(data, 0, quiet)
    assert fit.network is not None
    assert is_exact(fit.network, labelled(letters(2), labels, seed=1))
    assert PerOutput((Subspace(),)).fit(data, 0, quiet).network is None


class Counted:
    """A rung that gives a network of zeros and counts how often it was asked."""

    name = "counted"

    def __init__(self):
        self.asked = 0

    def fit(self, data, seed, progress):
        self.asked += 1
        zeros = Network(((np.zeros((1, 2)), np.zeros(1)),), ((np.zeros((1, 1)), np.zeros(1)),),
                        np.zeros(1), 1)  # fmt: skip
        return Fit(zeros, 0, "zeros")


def test_once_an_output_is_lost_the_others_cost_little():
    data = labelled(letters(3), lambda x: np.concatenate([x, x + 1, x + 2], axis=2), count=50)
    first, second = Counted(), Counted()
    network = PerOutput((first, second)).fit(data, 0, quiet).network
    assert network is not None
    assert network.outputs == 3
    assert (first.asked, second.asked) == (3, 1)
