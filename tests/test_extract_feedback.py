"""Machines whose state is what they show: their last answer, with the letters before."""

import numpy as np
import pytest

from mips_verify.algebra.batch import run_batch
from mips_verify.extract.extraction import extract
from mips_verify.extract.method import Known
from mips_verify.extract.methods import output_feedback
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import children
from tests.extract_networks import BITS, MachineNetwork, machine

DIGITS = Domain(("x",), (0,), (9,))
TWO = Domain(("x", "w"), (0, 0), (5, 5))

MACHINES = {
    "length of a rising run": (
        {"n": (0, "n + 1 if x > a else 1"), "a": (0, "x")}, ("n",), DIGITS),
    "length of an alternating run": (
        {"n": (0, "1 if x == a else n + 1"), "a": (-1, "x")}, ("n",), DIGITS),
    "two answers that look at each other": (
        {"n": (3, "n + 1 if x > a else m"), "m": (0, "max(m, w)"), "a": (0, "x")}, ("n", "m"), TWO),
}  # fmt: skip


@pytest.mark.parametrize("name", MACHINES)
def test_the_state_is_the_last_answer_and_letter(name):
    state, outputs, domain = MACHINES[name]
    inputs = domain.names
    wanted = machine(state, *outputs, inputs=inputs)
    (found,) = output_feedback.run(study_of(wanted, domain), Known())
    assert found.size <= wanted.size + 2
    x = domain.sample(500, 60, np.random.default_rng(3))
    assert (run_batch(found, x) == run_batch(wanted, x)).all()


def test_a_hidden_register_is_no_feedback():
    hidden = machine({"n": (0, "n + x")}, "n // 4")
    assert not output_feedback.run(study_of(hidden, BITS), Known())


def study_of(wanted, domain):
    network = MachineNetwork(wanted, horizon=10)
    sequences = domain.sample(800, 10, np.random.default_rng(0))
    return Study(Oracle(network, domain, 10), sequences, network.run(sequences)[1], seed=0)


def test_a_counter_that_stops_at_both_ends_says_so():
    wanted = machine({"n": (4, "min(9, max(0, n + 2 * x - 1))")}, "n")
    found = extract(MachineNetwork(wanted, horizon=20), BITS, 20).machine
    assert found is not None
    assert {"min", "max"} <= {node.op for node in children(found.next[0])}
    x = BITS.sample(500, 60, np.random.default_rng(3))
    assert (run_batch(found, x) == run_batch(wanted, x)).all()


def test_states_that_show_numbers_are_named_by_them():
    domain = Domain(("x", "w"), (0, 0), (1, 1))
    wanted = machine({"c": (0, "c if x == w else x - w")}, "c", inputs=domain.names)
    found = extract(MachineNetwork(wanted, horizon=10), domain, 10).machine
    assert found is not None
    assert found.size == wanted.size
    assert str(found.outputs[0]) == found.state[0]
