"""The ladder and its rungs: they learn small tasks, repeatably, and stop when they should."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from mips_verify.commands.options import engine_option
from mips_verify.data import Dataset
from mips_verify.network.network import Network
from mips_verify.train import ladder
from mips_verify.train.identify.round_to_lattice import round_to_lattice
from mips_verify.train.optimise.adam import Plan, Stage, train_ensemble
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import Architecture
from mips_verify.train.optimise.initial_weights import InitialWeights, draw
from mips_verify.train.rung import Fit, sequences_right
from mips_verify.train.rungs.adam_ensemble import AdamEnsemble
from mips_verify.train.rungs.one_hot_state import OneHotLinearState
from mips_verify.train.rungs.plain_lm import PlainLM
from mips_verify.train.rungs.teacher_forcing import TeacherForcing, stays_near_integers
from mips_verify.train.train import TrainingError, one_thread, train
from tests.training_data import is_exact, labelled, letters, modular_sum, quiet, running_max

BITS = letters(1)


def linear(gain):
    f = ((np.array([[1.0, gain]]), np.zeros(1)),)
    return Network(f, ((np.ones((1, 1)), np.zeros(1)),), np.zeros(1), 1)


def weights(network):
    return [w for layers in (network.f, network.g) for pair in layers for w in pair]


def same(one, other):
    mine, theirs = weights(one), weights(other)
    return len(mine) == len(theirs) and all(map(np.array_equal, mine, theirs))


@dataclass
class Given:
    """A rung that returns a given network and counts how often it was asked."""

    network: Network | None
    name: str = "given"
    asked: int = 0

    def fit(self, data, seed, progress):
        self.asked += 1
        return Fit(self.network, 5, "as given")


def given(monkeypatch, rungs):
    """An engine of that name tries these rungs."""
    sections = (ladder.Section(tuple(rungs)),)
    monkeypatch.setitem(ladder.ENGINES, "given", lambda outputs: sections)


def climb(monkeypatch, rungs, learn, check, seed=0):
    given(monkeypatch, rungs)
    return train(learn, check, engine="given", seed=seed)


def sums(seed=0):
    return labelled(letters(3), lambda x: np.cumsum(x, axis=1), seed=seed)


def test_a_search_that_stopped_where_it_was_enough_continues_from_there(monkeypatch):
    nearly = linear(1.0 + 1.0 / 12)  # off by half where the sum reaches 6
    rungs = tuple(
        Given(n, c) for n, c in zip([None, nearly, None, linear(1.0)], "abcd", strict=True)
    )
    given(monkeypatch, rungs)
    short = labelled(letters(3), lambda x: np.cumsum(x, axis=1), length=2)
    first = train(short, short, engine="given", enough=0.9)
    assert [a.name for a in first.trail] == ["a", "b"]
    assert not first.exact
    assert not first.finished
    second = train(short, short, engine="given", earlier=first, enough=0.99)
    assert [a.name for a in second.trail] == ["a", "b", "c", "d"]
    assert second.exact
    assert second.finished
    assert [rung.asked for rung in rungs] == [1, 1, 1, 1]


def test_the_ladder_stops_at_the_first_exact_network(monkeypatch):
    rungs = [Given(None, "a"), Given(linear(2.0), "b"), Given(linear(1.0), "c"), Given(None, "d")]
    trained = climb(monkeypatch, rungs, sums(), sums(1), 7)
    assert trained.exact
    assert trained.engine == "c"
    assert [r.asked for r in rungs] == [1, 1, 1, 0]
    assert [a.name for a in trained.trail] == ["a", "b", "c"]
    assert trained.steps == 15
    assert trained.trail[0].accuracy == 0.0
    assert 0.0 <= trained.trail[1].accuracy < 1.0


def test_without_an_exact_network_the_best_one_comes_back_and_says_so(monkeypatch):
    bits = labelled(BITS, lambda x: np.cumsum(x, axis=1), length=3)
    good, bad = linear(1.3), linear(3.0)  # one counts to 1, the other is right on zeros only
    trained = climb(monkeypatch, [Given(bad), Given(good), Given(bad)], bits, bits)
    assert not trained.exact
    assert same(trained.network, good)
    assert trained.accuracy == sequences_right(good, bits)
    assert 0.0 < sequences_right(bad, bits) < trained.accuracy < 1.0


def disguised():
    """The running sum as a third of the state."""
    f = ((np.array([[1.0, 3.1]]), np.zeros(1)),)
    return Network(f, ((np.ones((1, 1)) / 3.1, np.zeros(1)),), np.zeros(1), 1)


def test_a_network_that_is_right_becomes_one_of_integers_and_its_engine_says_so(monkeypatch):
    trained = climb(monkeypatch, [Given(None), Given(disguised(), "b")], sums(), sums(1))
    assert trained.engine == "b, snapped"
    assert [a.name for a in trained.trail] == ["given", "b"]
    assert trained.exact
    assert all((w == np.rint(w)).all() for w in weights(trained.network))


def test_a_network_that_is_wrong_somewhere_stays_as_it_was_trained(monkeypatch):
    trained = climb(
        monkeypatch, [Given(disguised(), "b")], sums(), labelled(letters(3), modular_sum(20))
    )
    assert trained.engine == "b"
    assert not trained.exact
    assert trained.network is not None


def test_a_section_may_keep_its_networks_as_they_were_trained(monkeypatch):
    network = disguised()
    sections = (ladder.Section((Given(network, "b"),), as_trained=True),)
    monkeypatch.setitem(ladder.ENGINES, "given", lambda outputs: sections)
    trained = train(sums(), sums(1), engine="given")
    assert trained.exact
    assert trained.engine == "b"
    assert same(trained.network, network)


def test_exactness_is_decided_on_the_check_sequences(monkeypatch):
    other = labelled(letters(3), modular_sum(4))
    trained = climb(monkeypatch, [Given(linear(1.0))], sums(), other)
    assert not trained.exact


def test_no_network_at_all_is_an_error_that_says_why(monkeypatch):
    with pytest.raises(TrainingError, match="as given"):
        climb(monkeypatch, [Given(None)], sums(), sums(1))


def test_data_that_do_not_fit_are_refused():
    none = Dataset(BITS, np.zeros((0, 3, 1), dtype=np.int64), np.zeros((0, 3, 1), dtype=np.int64))
    with pytest.raises(TrainingError, match="at least one"):
        train(none, none)
    with pytest.raises(TrainingError, match="different tasks"):
        train(sums(), labelled(BITS, modular_sum(2)))
    two = Network(((np.ones((1, 3)), np.zeros(1)),), linear(1.0).g, np.zeros(1), 2)
    with pytest.raises(TrainingError, match="reads 2 inputs"):
        train(sums(), sums(1), start=two)


def test_a_linear_task_never_gets_past_the_first_rung():
    trained = train(sums(), sums(1))
    assert trained.exact
    assert [a.name for a in trained.trail] == ["subspace"]
    assert trained.steps == 0


@pytest.mark.parametrize("k", [2, 5])
def test_teacher_forcing_and_rounding_give_a_counter_that_runs_for_ever(k):
    data = labelled(letters(k - 1), modular_sum(k), length=10)
    network = TeacherForcing(1, 6).fit(data, 1, quiet).network
    assert network is not None
    assert network.hidden == 1
    assert is_exact(network, labelled(data.domain, modular_sum(k), length=500, count=50, seed=9))


def test_a_lattice_needs_no_more_than_roughly_trained_weights():
    data = labelled(letters(2), modular_sum(3))
    # h counts x and forgets 3 when the label before was what is left: h = x + y
    one, gain, bias = np.array([[1.0]]), np.array([[2.0]]), np.array([0.3])
    network = round_to_lattice(0 * one, 2.001 * one, gain, bias, data)
    assert network is not None
    assert is_exact(network, labelled(data.domain, modular_sum(3), length=100, seed=3))
    assert round_to_lattice(0.5 * one, one, 0.3 * one, bias, data) is None


def test_one_label_a_lattice_point_or_no_network():
    data = labelled(BITS, lambda x: np.cumsum(np.cumsum(x, axis=1), axis=1) % 2)
    one = np.ones((1, 1))
    assert round_to_lattice(one, one, 0 * one, np.zeros(1), data) is None


def test_an_unstable_loop_is_told_from_a_stable_one():
    data = labelled(letters(2), modular_sum(3))
    assert stays_near_integers(linear(1.0), data)
    drifting = Network(linear(1.0).f, ((np.full((1, 1), 1.01), np.zeros(1)),), np.zeros(1), 1)
    assert not stays_near_integers(drifting, data)
    growing = Network(((np.array([[1e9, 1.0]]), np.zeros(1)),), linear(1.0).g, np.zeros(1), 1)
    assert not stays_near_integers(growing, labelled(letters(2), modular_sum(3), length=100))


def test_second_order_steps_learn_a_running_maximum():
    data = labelled(letters(20), running_max)
    network = PlainLM(1, (6,)).fit(data, 0, quiet).network
    assert network is not None
    assert is_exact(network, labelled(data.domain, running_max, seed=5))


ENSEMBLE = AdamEnsemble(
    1, (4,), (4,), Plan((Stage(2, 60, 4), Stage(6, 60, 1)), members=6, batch=16, hard=0.5)
)
STATE = OneHotLinearState(2, (4,), Plan((Stage(2, 60, 4), Stage(6, 60, 1)), members=6, batch=16))


def of_two_back(x):
    """A label that teacher forcing cannot round to a lattice, so that seeds show."""
    past = np.pad(x, ((0, 0), (1, 0), (0, 0)))[:, :-1]
    return (x + past) % 2


@pytest.mark.parametrize("rung", [TeacherForcing(1, 3), PlainLM(1, (3,)), ENSEMBLE, STATE])
def test_the_same_seed_gives_the_same_network(rung):
    data = labelled(BITS, of_two_back, length=6)
    first, again, other = (rung.fit(data, seed, quiet).network for seed in (1, 1, 2))
    assert first is not None
    assert same(first, again)
    assert other is not None
    assert not same(first, other)


def test_a_wide_alphabet_gets_no_one_hot_state():
    assert STATE.fit(labelled(letters(99), modular_sum(2)), 0, quiet).network is None


def ensemble(plan, labels=None, seed=0):
    data = labelled(BITS, labels or modular_sum(2), length=6)
    source = Source.of(data, dtype=torch.float32)
    shape = Architecture(1, 1, 1)
    generator = torch.Generator().manual_seed(seed)
    theta = draw(shape, plan.members, InitialWeights(), generator).to(torch.float32)
    return train_ensemble(shape, source, theta, plan, generator)


def test_a_prefix_that_is_not_learned_ends_a_run():
    stages = (Stage(3, 60, 2), Stage(6, 500, 1))
    # no linear network gives the parity
    assert ensemble(Plan(stages, members=4, batch=16, gate=0.97)).steps == 60
    assert ensemble(Plan(stages, members=4, batch=16)).steps == 560


def test_an_ensemble_stops_once_a_member_is_right_on_all_of_the_data():
    plan = Plan((Stage(6, 4000, 1),), members=8, batch=32)
    outcome = ensemble(plan, lambda x: np.cumsum(x, axis=1))
    assert outcome.right == 1.0
    assert outcome.steps < 4000


def test_training_leaves_the_number_of_threads_alone():
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_the_command_line_offers_every_engine():
    assert list(engine_option(lambda: None).__click_params__[0].type.choices) == [*ladder.ENGINES]
