"""Where a network differs from its program, a short word that shows it is found; else none is."""

import functools
import itertools
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.certify.failures import _shortest, first_failure
from mips_verify.certify.lockstep import Failure, Lockstep
from mips_verify.certify.needle_words import growing_blocks, needles, palette
from mips_verify.certify.short_words import every_word
from mips_verify.certify.shorter_words import shortened
from mips_verify.kernel.certificate import certificate_from_text
from mips_verify.kernel.domain import Domain
from mips_verify.network.load import load_model
from mips_verify.network.network import Network, layers_of
from mips_verify.network.torch_cells import Layer
from mips_verify.network.torch_recurrent import Stacked
from tests.extract_networks import (
    BITS,
    MachineNetwork,
    constant_machine,
    delay_sum_network,
    machine,
    rotated,
)
from tests.quick import examples
from tests.strategies import machines
from tests.test_certify_exact import outputs_by_fractions

DIGITS = Domain(("x",), (0,), (9,))
SIGNED = Domain(("x", "y"), (-10, -3), (10, 3))
SUM = machine({"s": (0, "s + x")}, "s")
PROOFS = Path(__file__).parent.parent / "proofs"


def search(network, program, domain, longest=10_000):
    return first_failure(
        network, program, domain, seed=0, longest=longest, progress=lambda _: None
    ).failure


def linear(step, bias, read, *, channels=1):
    """A network with one layer in f and one in g, from nested lists."""
    f, g = [(step, bias)], [(read, [0.0] * len(read))]
    return Network(layers_of(f), layers_of(g), np.zeros(len(step)), channels)


def adder(keep=1.0, drift=0.0):
    """``h' = keep * h + x + drift``, ``y = h``."""
    return linear([[keep, 1.0]], [drift], [[1.0]])


def float_outputs(network, word):
    """The outputs after the last letter, of the word run alone."""
    h = network.start(1)
    for letter in word:
        h = network.step(h, np.array([letter]))
    return tuple(network.read(h)[0].tolist())


def demand_replay(found, network, program):
    """The failure is one by other means: the machine's own run, the network, and fractions."""
    assert found.expected == program.run(found.word)[-1]
    assert found.got_float == float_outputs(network, found.word) != found.expected
    assert found.exact is (outputs_by_fractions(network, found.word) != found.expected)


@given(machines())
@settings(max_examples=examples(20))
def test_a_network_that_equals_the_program_has_no_failure(program):
    domain = Domain(("x",), (-5,), (5,))
    assert search(MachineNetwork(program), program, domain, longest=100) is None


@pytest.mark.parametrize("delays", [1, 3])
def test_a_network_in_other_coordinates_has_no_failure(delays):
    network = rotated(delay_sum_network(delays), seed=delays)
    names = [f"d{i}" for i in range(delays)]
    before = ["x", *names]
    state = {n: (0, b) for n, b in zip(names, before, strict=False)}
    program = machine(state, " + ".join(["x", *(f"{n}_old" for n in names)]))
    assert search(network, program, DIGITS) is None


@pytest.mark.parametrize("ones", [1, 5, 12, 13, 17, 18])
def test_a_failure_within_all_short_words_is_the_shortest(ones):
    network = MachineNetwork(machine({"s": (0, f"min({ones}, (s + 1) * x)")}, f"s == {ones}"))
    program = constant_machine(0)
    found = first_failure(network, program, BITS, seed=0, longest=40, progress=lambda _: None)
    assert found.letters == min(ones - 1, 17)
    assert len(found.failure.word) == ones


@given(st.integers(0, 99), st.integers(2, 200), st.integers(1, 6))
@settings(max_examples=examples(30))
def test_all_words_of_so_many_letters_agree_and_one_of_the_next_length_does_not(seed, rare, length):
    """The network is wrong after words whose number, in a hash, is divisible."""
    state = {"s": (seed, "(5 * s + 3 * x + 1) % 1009")}
    network = MachineNetwork(machine(state, f"s % {rare} == 0"))
    found = every_word(Lockstep.of(network, constant_machine(0)), BITS, length)
    wrong = [
        n for n in range(1, length + 1) for w in itertools.product(BITS.letters(), repeat=n)
        if network.read(functools.reduce(_after(network), w, network.start(1)))[0, 0]
    ]  # fmt: skip
    assert found.letters == min(wrong, default=length + 1) - 1
    assert (found.failure is None) == (not wrong)
    assert found.failure is None or len(found.failure.word) == found.letters + 1


def _after(network):
    return lambda h, letter: network.step(h, np.array([letter]))


def test_values_that_float64_does_not_tell_apart_are_no_failure():
    doubled, program = linear([[2.0, 1.0]], [0.0], [[1.0]]), machine({"s": (0, "2 * s + x")}, "s")
    assert search(doubled, program, DIGITS) is None
    assert Lockstep.of(doubled, program).alone(np.array([[1]] * 100)) is None


def test_a_program_without_a_value_is_no_failure():
    program = machine({"s": (0, "min(s + 1, 30)")}, f"{(0,) * 30}[s]")
    network = MachineNetwork(machine({"s": (0, "min(s + 1, 30)")}, "s == 30"))
    assert search(network, program, BITS) is None


@given(
    st.integers(0, 5),
    st.sampled_from([-1.0, -0.01, 1e-3, 0.3, 2.0]),
    st.lists(st.sampled_from([-2.0, -1.0, 1.0, 3.0]), min_size=4, max_size=4),
)
@settings(max_examples=examples(30))
def test_one_changed_weight_is_found_and_replays(at, change, given):
    """Two sums, each of both inputs; one of the weights in f is another."""
    a, b, c, d = given
    step = np.array([[1.0, 0.0, a, b], [0.0, 1.0, c, d]])
    texts = [f"s + {a:.0f} * x + {b:.0f} * y", f"r + {c:.0f} * x + {d:.0f} * y"]
    state = dict(zip(("s", "r"), ((0, t) for t in texts), strict=True))
    program = machine(state, "s", "r", inputs=("x", "y"))
    place = [(0, 0), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)][at]
    step[place] += change
    network = linear(step.tolist(), [0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], channels=2)
    found = search(network, program, SIGNED)
    demand_replay(found, network, program)
    assert found.exact


@pytest.mark.parametrize("change", [1e-2, 1e-4, 1e-6])
def test_a_drift_is_found_on_nearly_the_shortest_word(change):
    """With h' = (1 + d) h + x, the error after n letters 9 is about 9 d n^2 / 2."""
    network = adder(1 + change)
    found = search(network, SUM, DIGITS)
    demand_replay(found, network, SUM)
    nines = next(
        n for n in range(1, 10_000) if outputs_by_fractions(network, [(9,)] * n) != (9 * n,)
    ) if change > 1e-5 else ceil((1 / (9 * change)) ** 0.5)  # fmt: skip
    assert len(found.word) <= nines + 2


def test_a_drift_that_shows_beyond_the_longest_word_is_not_found():
    assert search(adder(drift=1e-4), SUM, BITS, longest=4_000) is None
    assert len(search(adder(drift=1e-4), SUM, BITS).word) in (5_000, 5_001)


@pytest.mark.parametrize("domain", [BITS, DIGITS])
def test_a_needle_of_669_zeros_and_232_ones_is_found(domain):
    zeros, ones = "min(z + 1, 669) if x == 0 else z", "r + 1 if z == 669 and x == 1 else 0"
    network = MachineNetwork(machine({"z": (0, zeros), "r": (0, ones)}, "r >= 232"))
    found = search(network, constant_machine(), domain)
    assert found.word == ((0,),) * 669 + ((1,),) * 232
    assert found.exact is None


@given(st.lists(st.integers(0, 1), min_size=12, max_size=12))
@settings(max_examples=examples(30))
def test_a_single_wrong_word_is_found_where_all_can_be_tried(bits):
    state = {"n": (0, "min(n + 1, 13)"), "v": (0, "(2 * v + x) % 4096")}
    number = int("".join(map(str, bits)), 2)
    network = MachineNetwork(machine(state, f"n == 12 and v == {number}"))
    assert search(network, constant_machine(), BITS).word == tuple((b,) for b in bits)


def failure(word):
    return Failure(tuple((x,) for x in word), (0,), (1,))


@given(st.lists(st.integers(0, 9), max_size=300))
@settings(max_examples=examples(30))
def test_letters_that_do_not_matter_are_cut_out(word):
    network = MachineNetwork(machine({"z": (0, "min(z + (x == 7), 5)")}, "z == 5"))
    pair = Lockstep.of(network, constant_machine())
    assert shortened(pair, failure([*word, *[7] * 5])).word == ((7,),) * 5


def test_other_words_are_tried_where_no_cut_of_the_given_one_fails():
    state = {"n": (0, "min(n + 1, 31)"), "r": (0, "min(r + 1, 12) if x == 1 else 0")}
    network = MachineNetwork(machine(state, "n == 30 or r == 12"))
    pair = Lockstep.of(network, constant_machine())
    found = _shortest(pair, failure([0, 1, 0] * 10), DIGITS, np.random.default_rng(0))
    assert found.word == ((1,),) * 12


def test_a_failure_of_float64_alone_is_reported_as_such():
    """Exactly, the second layer takes away what the first adds; float64 loses odd numbers."""
    f = layers_of([([[1.0, 1.0]], [2.0**53]), ([[1.0]], [-(2.0**53)])])
    network = Network(f, layers_of([([[1.0]], [0.0])]), np.zeros(1), 1)
    found = search(network, SUM, BITS)
    demand_replay(found, network, SUM)
    assert found.word == ((1,),)
    assert found.exact is False


def test_an_exact_failure_near_one_of_float64_alone_is_preferred():
    """Each letter adds 0.01, which float64 rounds to 1/64: it is wrong first, both are later."""
    f = layers_of([([[1.0, 1.0], [0.0, 0.0]], [2.0**46, 1.0]), ([[1.0, 0.01]], [-(2.0**46)])])
    network = Network(f, layers_of([([[1.0]], [0.0])]), np.zeros(1), 1)
    only_float = next(n for n in range(1, 99) if float_outputs(network, [(0,)] * n) != (0,))
    found = search(network, SUM, BITS)
    demand_replay(found, network, SUM)
    assert found.exact
    assert only_float < len(found.word) <= 51


def test_a_network_with_other_cells_has_no_exact_replay():
    layer = Layer("rnn_tanh", np.ones((1, 1)), np.ones((1, 1)), np.zeros(1), np.zeros(1))
    parts = np.array([[9.0]]), np.zeros(1), np.zeros(1), "numbers", "round", np.zeros(0, np.int64)
    network = Stacked(BITS, (layer,), *parts)
    found = search(network, SUM, BITS)
    assert found.exact is None
    assert found.got_float == float_outputs(network, found.word) != found.expected


def test_a_network_that_leaves_the_numbers_fails():
    found = search(linear([[1e300, 1e300]], [0.0], [[1.0]]), constant_machine(), BITS)
    assert found.word == ((1,),)


@pytest.mark.parametrize(
    ("name", "most"),
    [("Balanced_Parenthesis", 12), ("Bit_Palindrome", 11)],
)
def test_networks_known_to_fail_are_found_to_fail(name, most):
    proof = certificate_from_text((PROOFS / name / "certificate.json").read_text())
    network = load_model(PROOFS / name / "network.safetensors").network
    found = search(network, proof.program, proof.domain)
    assert len(found.word) <= most
    assert found.exact
    assert found.got_float == float_outputs(network, found.word) != found.expected
    assert found.expected == proof.program.run(found.word)[-1]


@given(
    st.sampled_from(
        [BITS, DIGITS, SIGNED, Domain(("x",), (4,), (4,)), Domain(("x",), (0,), (99,))]
    ),
    st.integers(1, 300),
    st.integers(1, 70),
)
def test_needles_are_words_over_the_domain(domain, count, length):
    words = needles(domain, count, length, np.random.default_rng(0))
    assert words.shape[1:] == (length, domain.channels)
    assert count <= len(words) <= count + len(palette(domain))
    assert (words >= domain.lows).all()
    assert (words <= domain.highs).all()
    constant = {tuple(w[0]) for w in words.tolist() if w == w[:1] * length}
    assert constant >= set(map(tuple, palette(domain).tolist()))


def test_growing_blocks_double():
    letters = np.array([[0], [1]])
    words = growing_blocks(letters, 2, 14, np.random.default_rng(0))[:, :, 0].tolist()
    assert sorted(words) == [
        [0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1],
        [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0],
    ]
