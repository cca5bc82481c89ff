"""The paper's plain way, and training on where a network was found wrong."""

import numpy as np
import pytest

from mips_verify.algebra.batch import run_batch
from mips_verify.data import Dataset
from mips_verify.extract.extraction import extract
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Network
from mips_verify.train.ladder import PAPER
from mips_verify.train.optimise.adam import Plan, Stage
from mips_verify.train.rung import sequences_right
from mips_verify.train.rungs import plain_adam
from mips_verify.train.rungs.resume import Resume
from mips_verify.train.train import TrainingError, train

BRIEF = Plan((Stage(3, 60, 2), Stage(6, 60, 1)), members=4, batch=16)
DOMAIN = Domain(("x",), (0,), (3,))


def sums(count=2000, length=6, seed=0):
    x = DOMAIN.sample(count, length, np.random.default_rng(seed))
    return Dataset(DOMAIN, x, np.cumsum(x, axis=1))


def linear(gain):
    one = np.ones((1, 1))
    f, g = ((np.array([[1.0, gain]]), np.zeros(1)),), ((one, np.zeros(1)),)
    return Network(f, g, np.zeros(1), 1)


def test_a_plain_network_has_the_architecture_it_was_asked_for():
    rung = plain_adam.PlainAdam(2, (5,), (4,), BRIEF)
    network = rung.fit(sums(), 0, lambda line: None).network
    assert [w.shape for w, _ in network.f] == [(5, 3), (2, 5)]
    assert [w.shape for w, _ in network.g] == [(4, 2), (1, 4)]


@pytest.mark.slow
def test_the_search_goes_from_small_to_large_and_stops_at_the_first_exact_network():
    trained = train(sums(), sums(seed=1), engine="adam")
    assert trained.exact
    assert trained.engine == "plain Adam h=1 f=linear g=linear"
    assert len(trained.trail) == 1


def labelled_by(domain, rule, length=8):
    return [
        Dataset(domain, x, rule(x))
        for x in (domain.sample(4000, length, np.random.default_rng(seed)) for seed in (0, 1))
    ]


def first_exact(rungs, data, check):
    fits = (rung.fit(data, 0, lambda line: None).network for rung in rungs)
    return any(sequences_right(network, check) == 1.0 for network in fits)


@pytest.mark.slow
@pytest.mark.parametrize("largest", [5, 40])
def test_distances_of_neighbours_are_learned_with_a_linear_state(largest):
    # a bent step would have to pass on the last input, which plain training hardly learns exactly
    domain = Domain(("x",), (-largest,), (largest,))
    data, check = labelled_by(domain, lambda x: np.abs(np.diff(x, axis=1, prepend=0)))
    rungs = [r for r in PAPER if not r.f and r.g]
    assert rungs
    assert first_exact(rungs, data, check)


@pytest.mark.slow
@pytest.mark.parametrize("modulus", [5, 8])
def test_sums_modulo_a_number_are_read_out_of_a_wide_plain_network(modulus):
    # the network errs on some words; the program does not, and the program is the gate
    domain = Domain(("x",), (0,), (modulus - 1,))
    data, check = labelled_by(domain, lambda x: np.cumsum(x, axis=1) % modulus)
    widest = [r for r in PAPER if r.f and max(r.f) > 40]
    assert widest
    network = widest[0].fit(data, 0, lambda line: None).network
    program = extract(network, domain, data.length).machine
    assert program is not None
    assert np.array_equal(run_batch(program, check.x), check.y)


def test_training_goes_on_from_the_given_network():
    trained = train(sums(), sums(seed=1), start=linear(1.15))
    assert trained.exact
    assert trained.engine == "training on, snapped"
    assert trained.steps > 0


def test_a_network_that_is_right_is_left_as_it_is():
    fit = Resume(linear(1.0)).fit(sums(), 0, lambda line: None)
    assert fit.steps == 0
    assert np.array_equal(fit.network.f[0][0], linear(1.0).f[0][0])


def test_the_same_seed_gives_the_same_network():
    rung = plain_adam.PlainAdam(2, (5,), (), BRIEF)
    first, again, other = (rung.fit(sums(), k, lambda line: None).network for k in (3, 3, 4))
    assert np.array_equal(first.f[0][0], again.f[0][0])
    assert not np.array_equal(first.f[0][0], other.f[0][0])


def test_an_unknown_engine_is_refused():
    with pytest.raises(TrainingError, match="no engine 'sgd'"):
        train(sums(), sums(), engine="sgd")


def test_no_plain_network_has_a_skip_path_folded_in():
    # a folded skip shows as pairs of hidden units with opposite weights
    tiny = Plan((Stage(3, 2, 2), Stage(6, 2, 1)), members=2, batch=4)
    for rung in PAPER:
        brief = plain_adam.PlainAdam(rung.hidden, rung.f, rung.g, tiny)
        network = brief.fit(sums(count=50), 0, lambda line: None).network
        assert network is not None
        assert tuple(len(b) for _, b in network.f[:-1]) == rung.f
        assert tuple(len(b) for _, b in network.g[:-1]) == rung.g
        for weight, _ in (*network.f[:-1], *network.g[:-1]):
            assert not (np.abs(weight[:, None] + weight[None]).max(axis=2) < 1e-9).any()


def test_plain_training_uses_neither_feedback_nor_one_hot_inputs(monkeypatch):
    asked = []
    honest = plain_adam.Source.of

    def spy(data, **options):
        asked.append(options)
        return honest(data, **options)

    monkeypatch.setattr(plain_adam.Source, "of", spy)
    plain_adam.PlainAdam(1, (), (), BRIEF).fit(sums(count=50), 0, lambda line: None)
    assert asked
    assert all(not o.get("feedback") and not o.get("one_hot") for o in asked)
    assert all(r.plan.hard == 0.0 for r in PAPER)
