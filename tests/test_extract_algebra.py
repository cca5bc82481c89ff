"""Machines with an algebra to find: checksums, groups, machines made of smaller ones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import run_batch
from mips_verify.algebra.mealy import Mealy, moore_numbers
from mips_verify.extract.automata.closed_partitions import closed_partitions, quotient
from mips_verify.extract.automata.observation_table import Automaton
from mips_verify.extract.extraction import extract
from mips_verify.extract.method import Known
from mips_verify.extract.methods import state_table
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import children
from tests.extract_networks import BITS, MachineNetwork, machine
from tests.quick import examples

FOUR = Domain(("x",), (0,), (3,))


def read_out(wanted, domain, horizon=10):
    """The extraction, after its program was compared with the machine far beyond the horizon."""
    found = extract(MachineNetwork(wanted, horizon=horizon), domain, horizon)
    assert found.machine is not None, found.tried
    x = domain.sample(500, 50, np.random.default_rng(3))
    assert (run_batch(found.machine, x) == run_batch(wanted, x)).all()
    return found


def has_table(found):
    expressions = found.machine.next + found.machine.outputs
    return any(node.op == "table" for e in expressions for node in children(e))


CHECKSUMS = {
    "4 bits as a number": (
        {"a": (0, "d ^ x"), "b": (0, "a ^ d ^ x"), "c": (0, "b"), "d": (0, "c")},
        "8 * d + 4 * c + 2 * b + a", BITS),
    "4 bits, started elsewhere": (
        {"a": (1, "d ^ x"), "b": (0, "a"), "c": (1, "b ^ d"), "d": (0, "c")},
        "a + 2 * b + 4 * c + 8 * d", BITS),
    "2 digits modulo 3": (
        {"a": (0, "(a + b + x) % 3"), "b": (0, "(2 * a + x) % 3")}, "a + 3 * b",
        Domain(("x",), (0,), (2,))),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKSUMS)
def test_a_register_over_a_small_field_that_is_shown_as_a_number(name):
    state, output, domain = CHECKSUMS[name]
    wanted = machine(state, output)
    found = read_out(wanted, domain)
    assert not has_table(found)
    assert found.machine.size <= 1.3 * wanted.size


def mealy(steps, answers=None):
    """A machine from rows of next states; it answers with the state that it enters."""
    nxt = np.array(steps)
    answers = nxt if answers is None else np.array(answers)
    return Mealy(("x",), np.arange(nxt.shape[1])[:, None], nxt, answers[:, :, None])


def dihedral(n):
    """Turns of an n-gon and a flip: the product as ``turn + n * flip``."""
    return machine(
        {
            "t": (0, f"t if x == 1 else (t + 1) % {n} if f == 0 else (t - 1) % {n}"),
            "f": (0, "(f + x) % 2"),
        },
        f"t + {n} * f",
    )


@pytest.mark.parametrize("n", [5, pytest.param(7, marks=pytest.mark.slow)])
def test_turns_and_flips_become_two_registers(n):
    found = read_out(dihedral(n), BITS)
    assert found.form == "cascade"
    assert not has_table(found)
    assert found.machine.size <= dihedral(n).size


@pytest.mark.slow
def test_a_clamped_counter_beside_a_flag_becomes_two_registers():
    wanted = machine(
        {"n": (0, "min(max(n + x, 0), 4)"), "f": (0, "1 - f if x == 0 else f")}, "10 * n + f"
    )
    found = read_out(wanted, Domain(("x",), (-1,), (1,)), 12)
    assert not has_table(found)
    assert len(found.machine.state) == 2


@pytest.mark.slow
def test_a_counter_and_the_input_before_become_two_registers():
    """Many partitions forget part of an input; those that split the machine in two come first."""
    wanted = machine({"s": (0, "(s + x) % 3"), "x2": (0, "x1"), "x1": (0, "x")}, "s + x2")
    found = read_out(wanted, Domain(("x",), (0,), (2,)))
    assert sorted(map(str, found.machine.next)) == ["(r1 + x) % 3", "x"]
    assert str(found.machine.outputs[0]) == "r1 + old(r0)"


@settings(deadline=None, max_examples=examples(60))
@given(st.integers(2, 7), st.integers(1, 3), st.integers(0, 10**6))
def test_congruences_are_respected_by_every_letter(n, m, seed):
    one = mealy(np.random.default_rng(seed).integers(0, n, size=(n, m)))
    found = closed_partitions(one)
    for p in found:
        assert 1 < max(p) + 1 < n
        blocks = np.array(p)
        small = quotient(one, p)
        assert (small.next[blocks] == blocks[one.next]).all()
    assert len(set(found)) == len(found)


def test_the_congruences_of_a_group_are_the_cosets_of_its_subgroups():
    cyclic = mealy([[(q + 1) % 12] for q in range(12)])
    assert sorted(max(p) + 1 for p in closed_partitions(cyclic)) == [2, 3, 4, 6]
    sixth = mealy([[(q + 1) % 6 if q < 6 else 6 + (q - 1) % 6, (q + 6) % 12] for q in range(12)])
    # 16 subgroups of the turns and flips of a hexagon, without the two trivial ones
    assert len(closed_partitions(sixth)) == 14


def test_a_table_of_states_that_show_their_numbers_is_indexed_by_them():
    rng = np.random.default_rng(5)
    steps = np.array([rng.permutation(6) for _ in range(3)]).T
    domain = Domain(("x",), (0,), (2,))
    wanted = machine({"q": (2, f"{tuple(steps.ravel().tolist())}[3 * q + x]")}, "q")
    network = MachineNetwork(wanted)
    x = domain.sample(10, 5, rng)
    study = Study(Oracle(network, domain, 12), x, network.run(x)[1], 0)
    started = mealy(steps).reordered(2)
    shown = replace(started, output=steps[np.array(order_from(steps, 2))][:, :, None])
    (found,) = state_table.run(study, Known(Automaton(shown, None)))
    assert found == wanted


def order_from(steps, start):
    """The states in the order in which they are reached."""
    order = [start]
    for q in order:
        order += [d for d in dict.fromkeys(steps[q].tolist()) if d not in order]
    return order


def test_a_start_that_nothing_leads_to_has_the_number_left_over():
    assert moore_numbers(mealy([[2, 1], [1, 2], [2, 1]])).tolist() == [0, 1, 2]
    assert moore_numbers(mealy([[1, 1], [0, 1]], [[1, 2], [0, 1]])) is None
