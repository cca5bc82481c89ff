"""The three obligations: each can fail by itself, and each holds definedness."""

from __future__ import annotations

import pytest

from mips_verify.errors import MachineError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.obligations import discharge, join, obligations, proves
from mips_verify.kernel.parse import parse
from tests.test_prove_pairs import machine

BIT = Domain(("x",), (0,), (1,))
RLIMIT = 10_000_000
COUNTER = machine("x", {"n": (0, "n + x")}, "n")
DOUBLE = machine("x", {"d": (0, "d + 2 * x")}, "d // 2")


def answers(program: Machine, spec: Machine, *invariant: str, domain=BIT, all_integers=False):
    pair = join(program, spec, domain)
    conditions = [parse(text) for text in invariant]
    return discharge(obligations(pair, conditions, all_integers=all_integers), RLIMIT)


def test_the_right_invariant_passes_all_three() -> None:
    assert answers(DOUBLE, COUNTER, "p_d == 2 * s_n", all_integers=True) == ["unsat"] * 3


@pytest.mark.parametrize(
    ("invariant", "expected"),
    [
        ("p_d == 2 * s_n + 2", ["sat", "unsat", "sat"]),
        ("p_d == 0", ["unsat", "sat", "sat"]),
        ("p_d >= 0", ["unsat", "unsat", "sat"]),
        ("p_d == 2 * s_n and s_n < 0", ["sat", "sat", "unsat"]),
        ("p_d != p_d", ["sat", "unsat", "unsat"]),
    ],
)
def test_each_obligation_can_fail_by_itself(invariant: str, expected: list[str]) -> None:
    assert answers(DOUBLE, COUNTER, invariant) == expected


def test_no_invariant_means_any_state() -> None:
    assert answers(machine("x", {}, "x * 2"), machine("x", {}, "x + x")) == ["unsat"] * 3
    assert answers(DOUBLE, COUNTER)[2] == "sat"


def test_an_undefined_next_value_fails_the_step_even_if_no_output_reads_it() -> None:
    odd = machine("x", {"z": (0, "(0, 0)[z + 2 * x]")}, "x")
    assert answers(odd, machine("x", {}, "x"), "p_z == 0") == ["unsat", "sat", "unsat"]


def test_an_undefined_output_fails_the_outputs_even_if_both_are_the_same() -> None:
    same = machine("x", {}, "(3, 4)[2 * x]")
    assert answers(same, same) == ["unsat", "unsat", "sat"]


def test_a_branch_that_is_not_taken_needs_no_value() -> None:
    lazy = machine("x", {}, "(3, 4)[2 * x] if x == 0 else 3")
    assert answers(lazy, machine("x", {}, "3")) == ["unsat"] * 3


def test_an_invariant_must_have_a_value_itself() -> None:
    pair = ("x", {"z": (0, "z + x")}, "0")
    assert answers(machine(*pair), machine("x", {}, "0"), "(1, 1)[p_z] == 1")[1] == "sat"
    # bounds before the table make the same condition well defined
    clock = machine("x", {"z": (0, "1 - z")}, "0")
    ordered = ("p_z >= 0", "p_z <= 1", "(1, 1)[p_z] == 1")
    assert answers(clock, machine("x", {}, "0"), *ordered) == ["unsat"] * 3


def test_bits_need_the_range() -> None:
    xor, sums = machine("x", {}, "x ^ 1"), machine("x", {}, "1 - x")
    assert answers(xor, sums) == ["unsat"] * 3
    assert answers(xor, sums, all_integers=True)[2] == "sat"


def test_an_invariant_may_not_read_an_input() -> None:
    # x holds 0 in every step of this claim, and that would prove anything
    with pytest.raises(MachineError, match="state only"):
        answers(COUNTER, machine("x", {}, "0"), "x == 0 and p_n == 0")


def test_an_invariant_may_not_read_unknown_names() -> None:
    with pytest.raises(MachineError, match="state only"):
        answers(COUNTER, COUNTER, "q == 0")


def test_an_invariant_is_made_of_conditions() -> None:
    with pytest.raises(MachineError, match="not a condition"):
        answers(COUNTER, COUNTER, "p_n - s_n")


def test_too_little_work_proves_nothing() -> None:
    pair = join(DOUBLE, COUNTER, BIT)
    invariant = [parse("p_d == 2 * s_n")]
    assert proves(pair, invariant, all_integers=True, rlimit=RLIMIT)
    assert not proves(pair, invariant, all_integers=True, rlimit=1)


def test_old_and_new_values_in_outputs_are_kept_apart() -> None:
    new, before = (
        machine("x", {"n": (0, "n + x")}, "n"),
        machine("x", {"n": (0, "n + x")}, "old(n)"),
    )
    assert answers(new, before, "p_n == s_n") == ["unsat", "unsat", "sat"]
    late = machine("x", {"n": (0, "n + x")}, "old(n) + x")
    assert answers(new, late, "p_n == s_n") == ["unsat"] * 3


@pytest.mark.parametrize(
    ("program", "domain", "words"),
    [
        (machine("x w", {}, "x"), BIT, "reads 2 inputs"),
        (machine("x", {}, "x", "x"), BIT, "2 outputs"),
        (machine("x", {}, "x"), Domain(("p_x",), (0,), (1,)), "may not be called"),
    ],
)
def test_machines_that_do_not_fit_are_refused(program, domain, words) -> None:
    with pytest.raises(MachineError, match=words):
        join(program, machine("x", {}, "x"), domain)


def test_inputs_in_another_order_are_refused() -> None:
    two = Domain(("x", "w"), (0, 0), (1, 1))
    with pytest.raises(MachineError, match="another order"):
        join(machine("w x", {}, "x"), machine("x w", {}, "x"), two)


def test_names_of_state_and_inputs_may_coincide_across_machines() -> None:
    program = machine("a", {"x": (0, "x + a")}, "x")
    pair = join(program, COUNTER, Domain(("x",), (0,), (1,)))
    assert proves(pair, [parse("p_x == s_n")], all_integers=True, rlimit=RLIMIT)
