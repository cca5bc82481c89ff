"""Machines of several registers that are told apart by the words that make one of them forget."""

import numpy as np
import pytest

from mips_verify.algebra.batch import run_batch
from mips_verify.extract.equal_rows import decides
from mips_verify.extract.extraction import extract
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.registers.readable import by_cases, from_zero
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.parse import parse
from mips_verify.regress.fit import fit
from mips_verify.regress.shapes.saturation import clamped
from tests.extract_networks import BITS, MachineNetwork, machine
from tests.quick import some_slow

DIGITS = Domain(("x",), (0,), (9,))
SIGNED = Domain(("x",), (-10,), (10,))

PAIRS = {
    "two resets": (
        {"a": (0, "0 if x == 6 else a + 1"), "b": (0, "b + x if x > 5 else b")}, "a + b", DIGITS),
    "the most in a row": (
        {"n": (0, "n + 1 if x == 1 else 0"), "m": (0, "max(m, n + 1) if x == 1 else m")}, "m",
        BITS),
    "a clamp that reads a sum": (
        {"r": (0, "0 if x == -8 else r + x"), "s": (0, "min(max(s + r, -8), 9)")}, "r + s",
        SIGNED),
}  # fmt: skip


@pytest.mark.parametrize("name", some_slow(PAIRS, "two resets", "a clamp that reads a sum"))
def test_registers_are_read_one_by_one(name):
    state, output, domain = PAIRS[name]
    wanted = machine(state, output)
    found = extract(MachineNetwork(wanted, horizon=10), domain, 10)
    assert found.machine is not None, found.tried
    assert len(found.machine.state) == 2
    x = domain.sample(500, 60, np.random.default_rng(3))
    assert (run_batch(found.machine, x) == run_batch(wanted, x)).all()


def formula(columns, target):
    found = fit(columns, target)
    return None if found is None else found.expr


def test_a_value_that_stops_at_bounds_is_found_with_the_bounds():
    rng = np.random.default_rng(0)
    columns = {n: rng.integers(-20, 20, size=500) for n in ("a", "b")}
    target = np.clip(columns["a"] + columns["b"] - 3, -9, 14)
    assert str(clamped(columns, target, formula)) in (
        "min(max(a + b - 3, -9), 14)",
        "max(min(a + b - 3, 14), -9)",
    )
    assert str(clamped(columns, np.maximum(columns["a"], 2), formula)) == "max(a, 2)"


def test_a_value_that_no_bound_cuts_off_is_not_clamped():
    columns = {"a": np.arange(200)}
    assert clamped(columns, columns["a"] + 1, formula) is None


def test_keys_decide_only_where_they_repeat():
    key, value = np.arange(100) % 10, np.arange(100) % 5
    assert decides([key], value)
    assert not decides([value], key)
    assert not decides([np.arange(100)], value)
    assert decides([key, 3 * key], value)


def test_a_product_with_a_bit_becomes_a_case():
    network = MachineNetwork(machine({}, "x"))
    study = Study(Oracle(network, BITS, 5), np.zeros((1, 5, 1), dtype=np.int64),
                  np.zeros((1, 5, 1), dtype=np.int64), 0)  # fmt: skip
    step = parse("n * x + x", ("n", "x"))
    assert str(by_cases(study, step)) == "n + 1 if x == 1 else 0"
    plain = parse("n + 2 * x", ("n", "x"))
    assert by_cases(study, plain) == plain


def test_a_register_is_counted_from_zero_where_that_is_no_longer():
    shifted = machine({"n": (6, "n + x")}, "n - 6")
    moved = from_zero(shifted, "n")
    assert moved.init == (0,)
    assert moved.size < shifted.size
    x = DIGITS.sample(20, 6, np.random.default_rng(1))
    assert (run_batch(moved, x) == run_batch(shifted, x)).all()
    extreme = machine({"m": (50, "min(m, x)")}, "m")
    assert from_zero(extreme, "m") == extreme


LETTER_MEMORIES = {
    "how many different letters": (
        {f"s{a}": (0, f"1 if x == {a} else s{a}") for a in range(5)}, "s0 + s1 + s2 + s3 + s4",
        Domain(("x",), (0,), (4,))),
    "the step at which the letter came first": (
        {"n": (0, "n + 1")}
        | {f"f{a}": (-1, f"n if x == {a} and f{a} < 0 else f{a}") for a in range(3)},
        "f0 if x == 0 else f1 if x == 1 else f2", Domain(("x",), (0,), (2,))),
    "how long ago a pair of letters came": (
        {"a": (0, "0 if x == 0 and w == 1 else a + 1"),
         "b": (0, "0 if x == 1 and w == 1 else b + 1")},
        "min(a, b)", Domain(("x", "w"), (0, 0), (1, 1))),
}  # fmt: skip


@pytest.mark.parametrize("name", some_slow(LETTER_MEMORIES, "how many different letters"))
def test_one_register_a_letter(name):
    state, output, domain = LETTER_MEMORIES[name]
    wanted = machine(state, output, inputs=domain.names)
    found = extract(MachineNetwork(wanted, horizon=10), domain, 10)
    assert found.machine is not None, found.tried
    x = domain.sample(500, 60, np.random.default_rng(3))
    assert (run_batch(found.machine, x) == run_batch(wanted, x)).all()
    assert found.machine.size <= wanted.size
