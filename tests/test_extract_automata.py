"""Observation tables: the minimal machine behind a network, from its answers alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.mealy import Mealy
from mips_verify.algebra.sequences import comparison_set
from mips_verify.extract.automata.observation_table import (
    Limits,
    fill_table,
    first_words,
    learn_automaton,
    learn_table,
)
from mips_verify.extract.equal_rows import distinct
from mips_verify.extract.methods.counters import commutes, counter_coordinates, letter_counts
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import apply, const, var
from mips_verify.kernel.machine import Machine
from tests.extract_networks import BITS, MachineNetwork, machine
from tests.quick import examples


@st.composite
def mealy_machines(draw, complete=True):
    n, m = draw(st.integers(1, 6)), draw(st.integers(2, 3))
    least = 0 if complete else -1
    numbers = st.lists(st.integers(least, n - 1), min_size=n * m, max_size=n * m)
    nxt = np.array(draw(numbers)).reshape(n, m)
    out = np.array(draw(st.lists(st.integers(0, 2), min_size=n * m, max_size=n * m)))
    letters = np.arange(m).reshape(m, 1)
    return Mealy(("x",), letters, nxt, out.reshape(n, m, 1))


def as_machine(mealy):
    """The table as a machine, its output looked up in the old state."""
    m = len(mealy.letters)
    where = apply("add", apply("mul", const(m), var("q")), var("x"))
    before = apply("add", apply("mul", const(m), var("old(q)")), var("x"))
    step = apply("table", where, value=tuple(mealy.next.ravel().tolist()))
    read = apply("table", before, value=tuple(mealy.output.ravel().tolist()))
    return Machine(("x",), ("q",), (0,), (step,), (read,))


def study_of(network, domain, horizon):
    rng = np.random.default_rng(0)
    evidence = comparison_set(domain, horizon, rng, 600)
    return Study(Oracle(network, domain, horizon), evidence, network.run(evidence)[1], 0)


def learned(network, domain, horizon):
    study = study_of(network, domain, horizon)
    return learn_automaton(study, study.evidence, study.answers)


def answers(mealy, words):
    paths = mealy.paths(words)
    return mealy.output[paths[:, :-1], words]


@given(mealy_machines())
def test_the_minimal_machine_behaves_the_same_and_has_no_equal_states(mealy):
    small = mealy.minimal()
    words = np.random.default_rng(0).integers(0, len(mealy.letters), size=(200, 14))
    assert (answers(small, words) == answers(mealy, words)).all()
    assert small.minimal().states == small.states <= mealy.states
    # every two states are told apart by some word of at most n - 1 letters
    for q in range(small.states):
        for r in range(q):
            swapped = small.reordered(q), small.reordered(r)
            assert (answers(swapped[0], words) != answers(swapped[1], words)).any()


@settings(max_examples=examples(40))
@given(mealy_machines(), st.integers(0, 100))
def test_any_finite_machine_is_found_behind_mixed_hidden_states(mealy, seed):
    small = mealy.minimal()
    horizon = 2 * small.states + 6
    domain = Domain(("x",), (0,), (len(mealy.letters) - 1,))
    network = MachineNetwork(as_machine(mealy), seed=seed, horizon=horizon)
    found = learned(network, domain, horizon).closed
    assert found is not None
    assert (found.next == small.next).all()
    assert (found.output == small.output).all()


def test_a_state_that_only_a_long_word_tells_apart_needs_a_counterexample():
    # one more step of 1 after five of them: no suffix of three letters shows the count
    ring = machine({"n": (0, "(n + x) % 9")}, "1 if n == 0 else 0")
    study = study_of(MachineNetwork(ring, horizon=24), BITS, 24)
    few = first_words(study.oracle, 2, 10)
    table = fill_table(study.oracle, few, 20, np.array([[0], [1]]), Limits())
    assert table.machine.complete
    assert table.machine.states < 9
    table, wrong = learn_table(
        study.oracle,
        study.evidence,
        study.answers,
        longest=2,
        limits=Limits(words=10),
        whole=True,
    )
    assert (table.machine.minimal().states, wrong) == (9, 0)


def test_a_counter_does_not_close_and_is_known_within_half_the_horizon():
    endless = machine({"n": (0, "n + 2 * x - 1")}, "1 if n > 0 else 0")
    found = learned(MachineNetwork(endless, seed=1, horizon=10), BITS, 10)
    assert found.closed is None
    assert found.machine.states == 11  # -5 .. 5
    assert commutes(found.machine)
    ((weights, modulus),) = counter_coordinates(found.machine, letter_counts(found.machine))
    assert modulus == 0
    assert sorted(weights.tolist()) == [-1, 1]


@pytest.mark.parametrize(("moduli", "index"), [((4,), 4), ((2, 3), 6), ((2, 2), 4), ((6, 4), 24)])
def test_cyclic_counters_have_as_many_values_as_the_machine_has_states(moduli, index):
    state = {f"s{i}": (0, f"(s{i} + ({i} == x)) % {m}") for i, m in enumerate(moduli)}
    text = " + ".join(f"{100**i} * s{i}" for i in range(len(moduli)))
    domain = Domain(("x",), (0,), (2,))
    found = learned(MachineNetwork(machine(state, text), seed=3), domain, 26).closed
    coordinates = counter_coordinates(found, letter_counts(found))
    assert found.states == index == np.prod([m for _, m in coordinates])


def test_letters_that_do_not_commute_are_noticed():
    last = machine({"s": (0, "x")}, "s_old")
    found = learned(MachineNetwork(last), BITS, 8).closed
    assert not commutes(found)


@given(st.lists(st.lists(st.integers(0, 2), min_size=2, max_size=2), min_size=1, max_size=20))
def test_distinct_rows_come_in_order_of_appearance(rows):
    first, inverse = distinct(np.array(rows))
    assert [rows[i] for i in first] == list(map(list, dict.fromkeys(map(tuple, rows))))
    assert [rows[first[c]] for c in inverse] == rows
