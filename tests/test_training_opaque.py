"""Opaque machines: letters and labels are names, and labels of more words can be asked for."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.mealy import Mealy
from mips_verify.algebra.words_around import words_around
from mips_verify.data import Dataset
from mips_verify.errors import TaskError
from mips_verify.kernel.domain import Domain
from mips_verify.train.identify.asked_machine import AskedMachine
from mips_verify.train.identify.asking import asked_machine
from mips_verify.train.identify.label_kind import Kind, label_kind
from mips_verify.train.identify.labelled_words import letter_index, numbered_labels
from mips_verify.train.identify.machine_network import machine_network
from mips_verify.train.rungs.merged_states import MergedStates
from mips_verify.train.snapping.snapped import is_integer
from tests.quality.protocol_machines import PROTOCOLS
from tests.quick import examples
from tests.training_data import is_exact, labelled, letters, modular_sum, quiet, running_max

MACHINES = st.tuples(
    st.integers(1, 12), st.integers(2, 9), st.integers(2, 5), st.integers(0, 2**32)
)


def random_machine(states, symbols, values, seed):
    """A minimal machine with at most so many states."""
    rng = np.random.default_rng(seed)
    to = rng.integers(0, states, (states, symbols))
    said = rng.integers(-3, values - 3, (states, symbols, 1))
    return Mealy(("x",), np.arange(symbols)[:, None], to, said).minimal()


def answers(machine):
    """The labels of a machine on sequences ``(n, length, 1)``."""

    def labels(x):
        paths = machine.paths(x[..., 0])
        return machine.output[paths[:, :-1], x[..., 0]]

    return labels


def asked(machine, length=20, count=500):
    """Few labelled sequences, and a way to ask for more."""
    labels, domain = answers(machine), letters(len(machine.letters) - 1)
    data = labelled(domain, labels, length, count)
    return Dataset(domain, data.x, data.y, ask=lambda x: Dataset(domain, x, labels(x)))


@settings(max_examples=examples(30), deadline=None)
@given(MACHINES, st.integers(-2, 3))
def test_a_network_of_integers_is_the_machine(shape, low):
    machine = random_machine(*shape)
    domain = letters(low + len(machine.letters) - 1, low)
    network = machine_network(machine.next, machine.output, domain)
    x = domain.sample(100, 30, np.random.default_rng(0))
    assert is_integer(network)
    assert network.hidden == 2
    assert np.array_equal(network.run(x)[1], answers(machine)(x - low))


def test_letters_of_several_inputs_are_those_of_the_domain():
    domain = Domain(("a", "b"), (0, -1), (1, 1))
    machine = random_machine(7, 6, 5, 0)
    network = machine_network(machine.next, machine.output, domain)
    x = domain.sample(100, 20, np.random.default_rng(0))
    index = letter_index(x, domain)[..., None]
    assert np.array_equal(network.run(x)[1], answers(machine)(index))


def test_letters_that_act_alike_share_units():
    machine = random_machine(5, 4, 5, 1)
    alike = np.repeat(np.arange(4), 64)
    wide = Mealy(("x",), np.arange(256)[:, None], machine.next[:, alike], machine.output[:, alike])
    network = machine_network(wide.next, wide.output, letters(255))
    assert len(network.f[1][1]) == 4 * 2
    x = letters(255).sample(100, 20, np.random.default_rng(0))
    assert np.array_equal(network.run(x)[1], answers(wide)(x))


@settings(max_examples=examples(20), deadline=None)
@given(MACHINES)
def test_what_is_asked_for_is_the_minimal_machine(shape):
    machine = random_machine(*shape)
    found, values = asked_machine(asked(machine), 16, np.random.default_rng(0))
    assert not isinstance(found, str), found
    same = Mealy(("x",), machine.letters, found.next, values[found.label]).minimal()
    assert found.states == machine.states
    assert np.array_equal(same.next, machine.next)
    assert np.array_equal(same.output, machine.output)


def test_states_that_only_a_long_ending_tells_apart_are_found():
    """A counter to nine that says nothing on its way."""
    to = np.array([[min(i + 1, 9), 0] for i in range(10)])
    said = (to == 9).astype(np.int64)[..., None]
    machine = Mealy(("x",), np.arange(2)[:, None], to, said).minimal()
    found, _ = asked_machine(asked(machine, 20, 5000), 16, np.random.default_rng(0))
    assert not isinstance(found, str), found
    assert found.states == machine.states


def test_a_machine_of_more_states_than_allowed_is_refused():
    found, _ = asked_machine(asked(random_machine(12, 4, 5, 0)), 8, np.random.default_rng(0))
    assert found == "more than 8 states"


def test_no_word_is_asked_for_that_is_longer_than_the_sequences():
    machine = random_machine(12, 2, 2, 3)
    longest = 0

    def ask(index):
        nonlocal longest
        longest = max(longest, index.shape[1])
        return answers(machine)(index[..., None])[..., 0]

    search = AskedMachine(ask, 2, 64, 6)
    index = letters(1).sample(200, 6, np.random.default_rng(0))[..., 0]
    while (found := search.machine()) is not None and search.learn(found, index, ask(index)):
        pass
    assert longest <= 6


def test_labels_that_are_too_large_end_the_search():
    def too_large(x):
        raise TaskError("outputs are too large")

    data = replace(asked(random_machine(7, 6, 5, 0)), ask=too_large)
    fit = MergedStates(64, label_kind(data)).fit(data, 0, quiet)
    assert fit.network is None
    assert fit.note == "outputs are too large"


def test_words_around_a_machine_take_all_its_steps():
    machine = random_machine(10, 5, 4, 0)
    x = words_around(machine.next, letters(4), 12, np.random.default_rng(0))[..., 0]
    paths = machine.paths(x)[:, :-1]
    assert {*zip(paths.ravel().tolist(), x.ravel().tolist(), strict=True)} == {
        (q, a) for q in range(machine.states) for a in range(5)
    }


def test_numbered_labels_are_those_of_each_step():
    y = np.random.default_rng(0).integers(-2, 3, (50, 7, 2))
    values, labels = numbered_labels(y)
    assert np.array_equal(values[labels], y)
    assert len(np.unique(values, axis=0)) == len(values)


@pytest.mark.parametrize(
    ("labels", "high", "kind"),
    [
        (modular_sum(7), 6, Kind.NAMES),
        (running_max, 9, Kind.NAMES),
        (lambda x: np.cumsum(x, axis=1), 30, Kind.NUMBERS),
        (lambda x: x % 2, 9, Kind.NUMBERS),
        (answers(random_machine(12, 8, 8, 0)), 7, Kind.OPAQUE),
    ],
)
def test_a_look_at_the_labels_tells_names_from_numbers(labels, high, kind):
    assert label_kind(labelled(letters(high), labels, 12)) is kind


@pytest.mark.slow
@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda p: p.name)
def test_protocols_are_found_whole(protocol):
    machine = protocol.machine()
    data = asked(machine, 20, 20_000)
    rung = MergedStates(64, label_kind(data))
    network = rung.fit(data, 0, quiet).network
    assert network is not None
    assert len(network.f[0][1]) > machine.states
    assert is_exact(network, labelled(data.domain, answers(machine), 60, 500, seed=1))
