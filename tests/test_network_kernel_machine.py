"""A network as a machine gives what fractions give."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import size
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.network_kernel import as_machine
from mips_verify.network_kernel.as_machine import (
    NODES,
    TERMS,
    NotIntegralError,
    Term,
    TermArithmetic,
    exact_machine,
    twice,
)
from mips_verify.network_kernel.exact_network import Affine, ExactNetwork
from tests.network_kernel_tools import BITS, Fractions, plain_networks, run, torch_networks

PAIR = Domain(("x", "hh"), (-2, 0), (3, 1))
FEW = st.one_of(
    st.integers(-3, 3).map(float), st.integers(-9, 9).map(lambda k: k / 4), st.just(0.0)
)
WHOLE = st.integers(-3, 3).map(float)


def floor_and_ceil(score):
    half = Fraction(1, 2)
    return [(score + half) // 1, -((half - score) // 1)]


def alike(network, domain, data):
    try:
        machine = exact_machine(network, domain)
    except NotIntegralError:
        return
    word = data.draw(st.lists(st.sampled_from(list(domain.letters())), min_size=1, max_size=6))
    want = [
        tuple(e for s in scores for e in floor_and_ceil(s))
        for scores in run(network, Fractions(), word)
    ]
    assert machine.run(word) == want
    assert machine.inputs == domain.names
    assert len(machine.state) == len(network.start)


@given(plain_networks(FEW), st.data())
def test_a_network_gives_the_same_as_its_machine(network, data):
    alike(network, PAIR if network.channels == 2 else BITS, data)


@given(plain_networks(WHOLE, layers=3), st.data())
def test_a_deep_network_gives_the_same_as_its_machine(network, data):
    alike(network, PAIR if network.channels == 2 else BITS, data)


@given(torch_networks("rnn_relu", FEW, argmax=False, one_hot=False), st.data())
def test_a_torch_module_gives_the_same_as_its_machine(network, data):
    alike(network, BITS, data)


@given(*(torch_networks(cell, argmax=False, one_hot=False) for cell in ("rnn_tanh", "gru", "lstm")))
def test_other_cells_are_no_machines(a, b, c):
    for network in (a, b, c):
        with pytest.raises(
            NotIntegralError, match=r"^the network has (gates|units other than ReLU)$"
        ):
            exact_machine(network, BITS)
    one = Term(parse("x", ["x"]), Fraction(1))
    for curve in (TermArithmetic().tanh, TermArithmetic().sigmoid):
        with pytest.raises(NotIntegralError, match=r"^the network has units other than ReLU$"):
            curve(one)
    with pytest.raises(NotIntegralError, match=r"^the network has gates$"):
        TermArithmetic().times(one, one)


@given(torch_networks("rnn_relu", argmax=True, one_hot=False),
       torch_networks("rnn_relu", argmax=False, one_hot=True))  # fmt: skip
def test_encoded_letters_and_scores_are_no_machines(a, b):
    for network in (a, b):
        with pytest.raises(NotIntegralError, match=r"^the network reads one-hot letters or comp"):
            exact_machine(network, BITS)


def linear(weight, bias, start=0.0, read=1.0, offset=0.0):
    f, g = Affine(((weight, 1.0),), (bias,)), Affine(((read,),), (offset,))
    return ExactNetwork((start,), (f,), (), (g,), (), None, 1)


def test_states_whose_unit_shrinks_for_ever_are_refused():
    with pytest.raises(NotIntegralError, match=r"^the hidden states are not multiples of one numb"):
        exact_machine(linear(0.5, 0.0), BITS)
    assert exact_machine(linear(1.0, 0.5), BITS).init == (0,)
    assert exact_machine(linear(1.0, 0.5, start=0.75), BITS).init == (3,)


def test_the_text_of_a_machine():
    machine = exact_machine(linear(1.0, 0.5, read=2.0, offset=0.25), BITS)
    assert str(machine) == (
        "h0 = 0 -> h0 + 2 * x + 1\n"
        "output (2 * (4 * h0 + 1) + 4) // 8\n"
        "output -((4 - 2 * (4 * h0 + 1)) // 8)"
    )
    machine = exact_machine(linear(0.0, 0.0, read=0.0), BITS)
    assert str(machine) == "h0 = 0 -> x\noutput 0\noutput 0"


def test_names_of_states_are_not_those_of_inputs():
    two = ExactNetwork(
        (0.0,), (Affine(((1.0, 1.0, 1.0),), (0.0,)),), (), (Affine(((1.0,),), (0.0,)),), (), None, 2
    )
    for names, state in ((("h0", "x"), "hh0"), (("x", "hhh"), "hhhh0"), (("x", "y"), "h0")):
        assert exact_machine(two, Domain(names, (0, 0), (1, 1))).state == (state,)


def test_two_outputs_for_each():
    machine = Machine(("x",), (), (), (), (parse("x", ["x"]), parse("2 * x", ["x"])))
    assert twice(machine).run([(3,)]) == [(3, 3, 6, 6)]


def wide(width, layers):
    """A network whose expressions grow by a factor with each layer."""
    sizes = [2, *[width] * layers, 1]
    f = tuple(Affine(((2.0,) * a,) * b, (1.0,) * b) for a, b in itertools.pairwise(sizes))
    return ExactNetwork((0.0,), f, (), (Affine(((1.0,),), (0.0,)),), (), None, 1)


def test_machines_that_would_be_huge_are_not_made():
    message = rf"^the network is a machine of more than {NODES} nodes$"
    for network in (wide(2, 60), wide(40, 4), wide(TERMS, 3)):
        with pytest.raises(NotIntegralError, match=message):
            exact_machine(network, BITS)
    with pytest.raises(NotIntegralError, match=rf"sums of more than {TERMS} terms$"):
        exact_machine(wide(TERMS + 1, 3), BITS)
    assert len(exact_machine(wide(3, 2), BITS).state) == 1


def test_nodes_are_counted():
    """1 + 2 terms of 1 + 3 nodes for the state; 1 + one term of 9 + 3 for the score."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(as_machine, "NODES", 22)
        assert exact_machine(linear(1.0, 0.5), BITS)
        patch.setattr(as_machine, "NODES", 21)
        with pytest.raises(NotIntegralError, match=r"more than 21 nodes$"):
            exact_machine(linear(1.0, 0.5), BITS)
    assert NODES == 100_000
    assert TermArithmetic().relu(Term(parse("x", ["x"]), Fraction(1), 5)).size == 7
    assert Term(parse("x", ["x"]), Fraction(1)).size == 1


@given(plain_networks(FEW, layers=3))
def test_sizes_are_not_underestimated(network):
    domain = PAIR if network.channels == 2 else BITS
    made = []

    class Counting(TermArithmetic):
        def __init__(self):
            super().__init__()
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(as_machine, "TermArithmetic", Counting)
        try:
            machine = exact_machine(network, domain)
        except NotIntegralError:
            return
    # rounding gives each score twice, with seven nodes more
    scores = sum(map(size, machine.outputs_before())) / 2 - 7 * len(machine.outputs)
    assert sum(map(size, machine.next)) <= made[-1].size
    assert scores <= made[-1].size
