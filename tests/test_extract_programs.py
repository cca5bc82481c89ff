"""Programs read out of exact networks: what they are, and what extraction may not depend on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import run_batch
from mips_verify.extract.extraction import extract
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Network, layers_of
from tests.extract_networks import (
    BITS,
    MachineNetwork,
    constant_machine,
    delay_sum_network,
    machine,
    rotated,
)
from tests.quick import examples, slow_case, some_slow

DIGITS = Domain(("x",), (0,), (9,))
SIGNED = Domain(("x",), (-20,), (20,))


def same(found, wanted, domain, length=40):
    """Whether two machines agree far beyond the horizon."""
    x = domain.sample(2_000, length, np.random.default_rng(5))
    return bool((run_batch(found, x) == run_batch(wanted, x)).all())


CASES = {
    "stateless": (machine({}, "x * x - 3"), SIGNED, 6, "definite memory"),
    "set of letters": (machine({}, "1 if x in (0, 3, 4, 9) else 0"), DIGITS, 6, "definite memory"),
    "delay": (machine({"a": (0, "x"), "b": (0, "a")}, "b_old"), SIGNED, 10, "definite memory"),
    "another start": (machine({"a": (7, "x")}, "x - a_old"), DIGITS, 8, "definite memory"),
    "difference": (machine({"a": (0, "x")}, "abs(x - a_old)"), SIGNED, 8, "definite memory"),
    "running sum": (machine({"s": (0, "s + x")}, "s"), SIGNED, 8, "affine over integers"),
    "leaky": (machine({"s": (0, "x - s")}, "s"), SIGNED, 8, "affine over integers"),
    "oscillator": (machine({"v": (0, "v + x - r"), "r": (0, "v + x")}, "r"), SIGNED, 10,
                   "affine over integers"),
    "count a kind": (machine({"n": (0, "n + (1 if x % 3 == 0 else 0)")}, "n"), DIGITS, 8,
                     "counters"),
    "modular sum": (machine({"s": (0, "(s + x) % 10")}, "s"), DIGITS, 8, "counters"),
    "weighted": (machine({"s": (0, "(s + 3 * x) % 8")}, "s"), Domain(("x",), (0,), (3,)), 12,
                 "counters"),
    "majority": (machine({"n": (0, "n + 2 * x - 1")}, "1 if n > 0 else 0"), BITS, 10, "counters"),
    "trapped": (machine({"n": (0, "n + 1 - 2 * x if n >= 0 else n")}, "1 if n == 0 else 0"), BITS,
                10, "counters with sink"),
    "quotient": (machine({"r": (0, "(2 * r + x) % 3")}, "(2 * r_old + x) // 3"), BITS, 10,
                 "state assignment"),
    "level": (machine({"n": (0, "max(n - 1, min(n + 1, x))")}, "n", "n - n_old"), DIGITS, 14,
              "states in order"),
    "balance": (machine({"n": (0, "max(-9, min(9, n + x - 4))")}, "max(n, 0)", "max(-n, 0)"),
                DIGITS, 14, "states in order"),
    "maximum": (machine({"m": (0, "max(m, x)")}, "m"), Domain(("x",), (0,), (99,)), 10,
                "output feedback"),
    "palindrome": (machine({"f": (0, "2 * f + x"), "r": (0, "r + p * x"), "p": (1, "2 * p")},
                           "1 if f == r else 0"), BITS, 10, "full history"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_short_exact_program_is_found(name):
    wanted, domain, horizon, form = CASES[name]
    found = extract(MachineNetwork(wanted, seed=2, horizon=horizon), domain, horizon)
    assert found.machine is not None, found.tried
    assert same(found.machine, wanted, domain, 25)
    assert found.agreement == 1.0
    assert found.form == form
    assert found.machine.size <= 1.5 * wanted.size


@pytest.mark.parametrize(
    "name", ["oscillator", "quotient", slow_case("difference"), slow_case("trapped")]
)
def test_hidden_coordinates_do_not_matter(name):
    wanted, domain, horizon, _ = CASES[name]
    programs = {
        str(extract(MachineNetwork(wanted, seed=seed), domain, horizon).machine)
        for seed in (None, 1, 2)
    }
    assert len(programs) == 1


@settings(max_examples=examples(8))
@given(st.integers(0, 6), st.integers(0, 1000))
def test_a_rotated_delay_line_comes_out_as_a_delay_line(delays, seed):
    found = extract(rotated(delay_sum_network(delays), seed), SIGNED, 20)
    assert found.form == "definite memory"
    assert len(found.machine.state) == delays
    assert found.machine.init == (0,) * delays
    assert found.machine.size == 4 * delays + 1


@settings(max_examples=examples(12))
@given(st.integers(1, 3), st.integers(0, 10**6))
def test_any_integer_linear_system_comes_out_affine_and_minimal(rank, seed):
    rng = np.random.default_rng(seed)
    A, B = rng.integers(-1, 2, size=(rank, rank)), rng.integers(-2, 3, size=(rank, 1))
    C = rng.integers(-2, 3, size=(1, rank))
    f, g = [(np.concatenate([A, B], axis=1), rng.integers(-1, 2, size=rank))], [(C, np.zeros(1))]
    network = Network(layers_of(f), layers_of(g), np.zeros(rank), 1)
    found = extract(rotated(network, seed), SIGNED, 12)
    assert found.machine is not None, found.tried
    assert len(found.machine.state) <= rank
    x = SIGNED.sample(300, 14, rng)
    assert (run_batch(found.machine, x) == network.run(x)[1]).all()


def test_two_inputs_and_two_outputs():
    turn = machine(
        {"a": (0, "a + x - b"), "b": (0, "b + w + a")}, "a", "a_old - w", inputs=("x", "w")
    )
    domain = Domain(("x", "w"), (-5, -5), (5, 5))
    found = extract(MachineNetwork(turn, seed=4, horizon=10), domain, 10)
    assert same(found.machine, turn, domain, 15)
    assert len(found.machine.state) == 2


NAMES = ("s", "n", "z0", "x1", "r", "q", "c0", "fwd")


@pytest.mark.parametrize("name", some_slow(NAMES, "z0", "r", "q", "c0", "fwd"))
def test_names_of_inputs_are_never_taken(name):
    domain = Domain((name, "x"), (0, 0), (1, 1))
    carry = machine(
        {"k": (0, f"(x + {name} + k) // 2")}, f"(x + {name} + k_old) % 2", inputs=(name, "x")
    )
    both = machine({"k": (0, f"k + x - {name}")}, "k", inputs=(name, "x"))
    delay = machine({"k": (0, name), "j": (0, "x")}, "k_old + j_old", inputs=(name, "x"))
    for wanted in (carry, both, delay):
        found = extract(MachineNetwork(wanted), domain, 8)
        assert same(found.machine, wanted, domain)


def test_the_same_seed_gives_the_same_program():
    wanted, domain, horizon, _ = CASES["oscillator"]
    runs = [extract(MachineNetwork(wanted), domain, horizon, seed=3) for _ in range(2)]
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    "name", ["delay", "oscillator", "quotient", slow_case("maximum"), slow_case("palindrome")]
)
def test_nothing_is_asked_beyond_the_horizon(name):
    # the network raises on the letter after its horizon, whatever form it has
    wanted, domain, _, _ = CASES[name]
    for horizon in (1, 4, 7):
        extract(MachineNetwork(wanted, horizon=horizon), domain, horizon)


@pytest.mark.slow
def test_a_counterexample_from_outside_changes_the_program():
    # the word 31 41 59 among a hundred letters is met by no random sequence
    rare = machine(
        {"a": (0, "x"), "b": (0, "a")}, "1 if x == 59 and a_old == 41 and b_old == 31 else 0"
    )
    domain = Domain(("x",), (0,), (99,))
    network = MachineNetwork(rare)
    blind = extract(network, domain, 10)
    assert same(blind.machine, constant_machine(), domain)
    word = np.array([[[31], [41], [59]]])
    seen = extract(network, domain, 10, sequences=word)
    assert run_batch(seen.machine, word).ravel().tolist() == [0, 0, 1]


def test_what_was_tried_is_told_line_by_line():
    lines = []
    wanted, domain, horizon, _ = CASES["majority"]
    found = extract(MachineNetwork(wanted), domain, horizon, progress=lines.append)
    assert found.tried == tuple(lines)
    assert any(line.startswith("automaton") for line in lines)


def test_a_horizon_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="horizon"):
        extract(MachineNetwork(constant_machine()), BITS, 0)


def test_a_machine_that_only_long_words_close_is_read_from_words_of_twice_the_length():
    days = "(28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31)"
    wanted = machine({"m": (0, "(m + 1) % 12")}, f"{days}[m_old] + (x if m_old == 0 else 0)")
    found = extract(MachineNetwork(wanted, seed=3), BITS, 16, beyond=True)
    assert any("looking at 32 letters" in line for line in found.tried)
    assert same(found.machine, wanted, BITS)
