"""Searches for proofs of networks: what each finds, and what the checker then says."""

import contextlib
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.certify import certify_budgets, closed_boxes
from mips_verify.certify.certify_network import certify_network
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.closed_boxes import Boxes
from mips_verify.certify.failures import fails_soon
from mips_verify.certify.levels import Levels
from mips_verify.certify.methods import METHODS
from mips_verify.certify.orbit import Orbit, _endless
from mips_verify.certify.prove_network import prove_network
from mips_verify.certify.staircase import staircases
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.network.network import Network
from mips_verify.network_kernel.cells import check_cells
from mips_verify.network_kernel.exact_network import ExactNetwork
from mips_verify.network_kernel.network_certificate import (
    certificate_from_text,
    certificate_to_text,
    check_certificate,
)
from tests.strategies import machines

BIT = Domain(("x",), (0,), (1,))


def machine(state, update, output):
    names = ["x", state, f"old_{state}"]
    return Machine(("x",), (state,), (0,), (parse(update, names),), (parse(output, names),))


def previous():
    """Outputs the letter before this one."""
    return Machine(
        ("x",),
        ("a", "b"),
        (0, 0),
        (parse("x", ["x", "a", "b"]), parse("a", ["x", "a", "b"])),
        (parse("b", ["a", "b"]),),
    )


IDENTITY = ((np.array([[1.0]]), np.zeros(1)),)
COUNT = ((np.array([[1.0, 1.0]]), np.zeros(1)),)  # h' = h + x
PARITY = machine("s", "(s + x) % 2", "s")
# h' = h / 4 + x holds all letters so far; g is 1 where the letter before the last was 1
MEMORY = Network(
    f=((np.array([[0.25, 1.0]]), np.zeros(1)),),
    g=(
        (
            np.array([[8.0], [8.0], [4.0], [4.0], [8.0], [8.0]]),
            np.array([-1.0, -2.0, -2.0, -3.0, -9.0, -10.0]),
        ),
        (np.array([[1.0, -1.0, -1.0, 1.0, 1.0, -1.0]]), np.zeros(1)),
    ),
    h0=np.zeros(1),
    channels=1,
)


def parity_network(slope=1.0, start=0.0):
    """``h' = |h - x|`` with a slope that forgets or grows; 1 and 0 are its states."""
    f = (
        (np.array([[slope, -1.0], [-slope, 1.0]]), np.zeros(2)),
        (np.array([[1.0, 1.0]]), np.zeros(1)),
    )
    return Network(f, ((np.array([[1.0]]), np.zeros(1)),), np.array([start]), 1)


def asked(network, program, length=6):
    return Certifying(network, program, BIT, length)


def say(message):
    del message


def test_an_exact_network_is_its_orbit():
    problem = asked(parity_network(), PARITY)
    proof = Orbit(100).search(problem)
    assert len(proof.cells) == 2
    assert check_cells(problem.exact, PARITY, BIT, proof) is None


def test_an_orbit_that_does_not_end_is_given_up():
    assert Orbit(1000).search(asked(MEMORY, previous())) is None


def test_boxes_close_where_the_orbit_does_not():
    problem = asked(MEMORY, previous())
    theorem = prove_network(problem, say)
    assert theorem.exact is None
    assert theorem.floats is None
    assert theorem.methods == ("closed boxes",)
    assert theorem.failure is None


def test_boxes_are_given_up_after_so_many_comparisons(monkeypatch):
    problem = asked(MEMORY, previous())
    search = next(m.find for m in METHODS if m.name == "closed boxes" and m.find(problem))
    monkeypatch.setattr(closed_boxes, "BOX_COMPARISONS", 1)
    assert search(problem) is None


@given(st.integers(1, 1_000_000), st.integers(1, 2000))
def test_wide_networks_get_fewer_words_and_sets_and_small_ones_all(count, hidden):
    given_to = certify_budgets.fewer(count, hidden)
    assert given_to == max(count, certify_budgets.FEWEST) or hidden > 16
    assert certify_budgets.FEWEST <= given_to <= max(count, certify_budgets.FEWEST)
    assert certify_budgets.fewer(count, hidden + 1) <= given_to


def test_a_certificate_that_was_found_survives_its_text():
    problem = asked(MEMORY, previous())
    proof = prove_network(problem, say).certificate
    text = certificate_to_text(proof)
    parts = problem.exact, problem.program, problem.domain
    assert certificate_from_text(text, *parts) == proof
    check_certificate(proof, *parts)


def test_where_nothing_closes_every_word_up_to_some_length_is_proved_and_a_longer_one_fails():
    problem = asked(parity_network(1.0625), PARITY)
    theorem = prove_network(problem, say)
    assert theorem.exact == theorem.floats
    assert len(theorem.failure.word) == theorem.exact + 1
    assert theorem.failure.exact


def test_a_network_that_drifts_is_repaired_by_rounding_its_states():
    found = certify_network(asked(parity_network(1.0625), PARITY), say)
    assert found.repaired is not None
    assert found.repaired.theorem.exact is None
    assert found.theorem.exact is not None


def test_nothing_is_repaired_where_all_is_proved_or_nobody_asks():
    assert certify_network(asked(MEMORY, previous()), say).repaired is None
    drifting = asked(parity_network(1.0625), PARITY)
    assert certify_network(drifting, say, repair=False).repaired is None


def test_a_staircase_keeps_what_the_network_does():
    problem = asked(parity_network(1.001), PARITY)
    words = BIT.all_sequences(8)
    stepped = next(staircases(problem))
    assert (stepped.run(words)[1] == problem.model.run(words)[1]).all()


def test_no_proof_for_every_length_is_looked_for_where_a_short_word_is_wrong():
    said = []
    prove_network(asked(MEMORY, PARITY), said.append)
    unbounded = {method.name for method in METHODS if not method.bounded}
    assert not [line for line in said if any(name in line for name in unbounded)]


def test_a_network_is_proved_although_no_word_of_its_program_can_be_tried():
    large = machine("s", f"(s + x) % 2 if s < {2**70} else s", "s")
    problem = asked(parity_network(), large)
    with pytest.raises(OverflowError):
        fails_soon(problem.model, problem.program, problem.domain, seed=0)
    assert prove_network(problem, say).exact is None


def test_an_orbit_takes_no_step_of_a_network_whose_program_has_too_many_states(monkeypatch):
    problem = asked(Network(COUNT, IDENTITY, np.zeros(1), 1), machine("s", "s + x", "s"))
    assert problem.exact  # read before its steps are forbidden
    monkeypatch.delattr(ExactNetwork, "step")
    assert Orbit(2000).search(problem) is None


@given(machines(), st.integers(1, 40))
def test_a_program_is_endless_if_one_letter_leads_it_to_more_states_than_were_asked(program, most):
    letters = list(itertools.product((0, 1), repeat=len(program.inputs)))
    paths = [states_of(program, x, most + 1) for x in letters]
    assert _endless(program, letters, most) == any(len(set(path)) > most for path in paths)


def states_of(program, letter, steps):
    """The states before each of so many equal letters, as far as they have values."""
    path = [program.init]
    with contextlib.suppress(ValueError):
        for _ in range(steps - 1):
            path.append(program.step(path[-1], letter)[0])
    return path


def test_a_wrong_program_is_never_proved():
    theorem = prove_network(asked(MEMORY, PARITY), say)
    assert theorem.exact == theorem.floats == 0
    assert theorem.failure.word == ((1,),)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2]))
def test_what_is_proved_of_a_random_network_holds_on_every_word(seed, hidden):
    """The program is the network's own rounding at short words, or another; both must be safe."""
    rng = np.random.default_rng(seed)
    near = rng.normal(size=(hidden, hidden + 1)) * 0.2
    near[0, -1] += 1.0
    g = np.zeros((1, hidden))
    g[0, 0] = 1.0
    network = Network(((near, np.zeros(hidden)),), ((g, np.zeros(1)),), np.zeros(hidden), 1)
    program = machine("s", "x", "s")
    for search in (Boxes(10.0, 1).search, Boxes(1e-3, 1).search, Levels(200).search):
        problem = asked(network, program)
        if (proof := search(problem)) is None:
            continue
        letters = check_cells(problem.exact, program, BIT, proof)
        longest = 8 if letters is None else min(8, letters)
        words = BIT.all_sequences(longest)
        assert (network.run(words)[1][..., 0] == words[..., 0]).all()


def test_values_that_no_step_reads_do_not_multiply_the_cells_of_an_orbit():
    """The parity of the input, beside a copy of the last input that only the read-out sees."""
    f = (
        (np.array([[1.0, 0.0, -1.0], [-1.0, 0.0, 1.0], [0.0, 0.0, 1.0]]), np.zeros(3)),
        (np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 3.0]]), np.zeros(2)),
    )
    network = Network(f, ((np.array([[1.0, 0.0]]), np.zeros(1)),), np.zeros(2), 1)
    problem = asked(network, PARITY)
    proof = Orbit(100).search(problem)
    assert len(proof.cells) == 2
    assert check_cells(problem.exact, PARITY, BIT, proof) is None
    assert check_cells(problem.exact, PARITY, BIT, replace(proof, floats=True)) is None
