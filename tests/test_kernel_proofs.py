"""The three obligations: what they say, what Z3 answers, and what is refused before."""

from __future__ import annotations

import re

import pytest
import z3

from mips_verify.errors import MachineError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import TRUE, Expr, evaluate, var
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.obligations import (
    PROGRAM,
    SPEC,
    Obligation,
    discharge,
    join,
    obligations,
    proves,
)
from mips_verify.kernel.parse import parse
from tests.kernel_tools import BIT, TWO, exprs, machine

RLIMIT = 10_000_000
COUNTER = machine("x", {"n": (0, "n + x")}, "n")
DOUBLE = machine("x", {"d": (0, "d + 2 * x")}, "d // 2")
YES, NO, DUNNO = "unsat", "sat", "unknown"


def answers(program: Machine, spec: Machine, *invariant: str, domain=BIT, all_integers=False):
    todo = obligations(join(program, spec, domain), exprs(*invariant), all_integers=all_integers)
    return discharge(todo, RLIMIT)


def test_a_pair_holds_both_machines_renamed_apart() -> None:
    a = machine("u v", {"n": (3, "n + u"), "m": (-1, "v")}, "n + old(m)")
    b = machine("x w", {"n": (5, "n + w")}, "n * old(n)")
    pair = join(a, b, TWO)
    assert (PROGRAM, SPEC) == ("p_", "s_")
    assert pair.state == ("p_n", "p_m", "s_n")
    assert pair.init == {"p_n": 3, "p_m": -1, "s_n": 5}
    assert {n: str(e) for n, e in pair.next.items()} == {
        "p_n": "p_n + x", "p_m": "w", "s_n": "s_n + w",
    }  # fmt: skip
    assert str(pair.within) == "x >= 0 and x <= 1 and w >= -2 and w <= 3"
    assert str(pair.step_defined) == "True"
    assert str(pair.outputs_agree) == "p_n + x + p_m == (s_n + w) * s_n"
    assert (pair.program.inputs, pair.spec.inputs, pair.domain) == (("x", "w"), ("x", "w"), TWO)


def test_definedness_of_both_machines_is_part_of_a_pair() -> None:
    a = machine("x", {"n": (0, "(5, 6)[n]")}, "n & x")
    b = machine("x", {"m": (0, "(7,)[m]")}, "(8, 9)[x]")
    pair = join(a, b, BIT)
    assert str(pair.step_defined) == "0 <= p_n and p_n < 2 and (0 <= s_m and s_m < 1)"
    assert str(pair.outputs_agree) == (
        "0 <= p_n and p_n < 2 and (5, 6)[p_n] in (0, 1) and x in (0, 1) and "
        "(0 <= x and x < 2) and (5, 6)[p_n] & x == (8, 9)[x]"
    )


@pytest.mark.parametrize(
    ("program", "spec", "domain", "says"),
    [
        (
            machine("x", {}, "x", "x"),
            COUNTER,
            BIT,
            "the program has 2 outputs, the specification 1",
        ),
        (
            COUNTER,
            machine("x", {}, "x", "x"),
            BIT,
            "the program has 1 outputs, the specification 2",
        ),
        (machine("x w", {}, "x"), COUNTER, BIT, "the program reads 2 inputs, the domain has 1"),
        (COUNTER, machine("x w", {}, "x"), BIT, "the spec reads 2 inputs, the domain has 1"),
        (COUNTER, COUNTER, TWO, "the program reads 1 inputs, the domain has 2"),
        (
            COUNTER,
            COUNTER,
            Domain(("p_x",), (0,), (1,)),
            "an input may not be called p_... or s_...",
        ),
        (
            COUNTER,
            COUNTER,
            Domain(("s_x",), (0,), (1,)),
            "an input may not be called p_... or s_...",
        ),
        (
            machine("w x", {}, "x"),
            machine("x w", {}, "x"),
            TWO,
            "the program reads its inputs in another order than the domain's",
        ),
        (
            machine("x w", {}, "x"),
            machine("w x", {}, "x"),
            TWO,
            "the spec reads its inputs in another order than the domain's",
        ),
    ],
)
def test_machines_that_do_not_fit_are_refused(program, spec, domain, says: str) -> None:
    with pytest.raises(MachineError, match=f"^{re.escape(says)}$"):
        join(program, spec, domain)


def test_inputs_of_any_other_names_are_matched_by_position() -> None:
    twisted = machine("w v", {}, "w - v")
    pair = join(twisted, machine("x w", {}, "x - w"), TWO)
    assert str(pair.program.outputs[0]) == "x - w"
    assert proves(pair, [], all_integers=True, rlimit=RLIMIT)
    program = machine("a", {"x": (0, "x + a")}, "x")
    assert proves(
        join(program, COUNTER, BIT), exprs("p_x == s_n"), all_integers=True, rlimit=RLIMIT
    )


def test_the_three_obligations_in_words() -> None:
    pair = join(machine("x", {"z": (4, "z + x")}, "z"), COUNTER, BIT)
    base, step, outputs = obligations(
        pair, exprs("p_z > s_n", "(1, 1)[p_z] == 1"), all_integers=False
    )
    assert (base.name, step.name, outputs.name) == ("Base", "Step", "Outputs")
    assert (str(base.given), str(base.goal)) == (
        "True", "(not 4 > 0 or 0 <= 4 and 4 < 2) and (4 > 0 and (1, 1)[4] == 1)",
    )  # fmt: skip
    inside = "p_z > s_n and (1, 1)[p_z] == 1 and (x >= 0 and x <= 1)"
    assert str(step.given) == str(outputs.given) == inside
    assert str(step.goal) == (
        "(not p_z + x > s_n + x or 0 <= p_z + x and p_z + x < 2) and "
        "(p_z + x > s_n + x and (1, 1)[p_z + x] == 1)"
    )
    assert str(outputs.goal) == "p_z + x == s_n + x"
    base, step, outputs = obligations(pair, [], all_integers=True)
    assert {base.given, base.goal, step.given, step.goal, outputs.given} == {TRUE}


def test_the_step_needs_next_values_to_be_defined() -> None:
    odd = machine("x", {"z": (0, "(0, 0)[z + 2 * x]")}, "x")
    step = obligations(join(odd, machine("x", {}, "x"), BIT), [], all_integers=True)[1]
    assert str(step.goal) == "0 <= p_z + 2 * x and p_z + 2 * x < 2"


@pytest.mark.parametrize(
    ("invariant", "says"),
    [
        ("p_n - s_n", "the invariant holds 'p_n - s_n', which is not a condition"),
        ("x == 0", "the invariant may read the state only, not 'x'"),
        ("q == p_n + b", "the invariant may read the state only, not 'b'"),
    ],
)
def test_invariants_are_conditions_on_the_state(invariant: str, says: str) -> None:
    with pytest.raises(MachineError, match=f"^{re.escape(says)}$"):
        answers(COUNTER, COUNTER, "p_n == s_n", invariant)


@pytest.mark.parametrize(
    ("invariant", "expected"),
    [
        ("p_d == 2 * s_n", [YES, YES, YES]),
        ("p_d == 2 * s_n + 2", [NO, YES, NO]),
        ("p_d == 0", [YES, NO, NO]),
        ("p_d >= 0", [YES, YES, NO]),
        ("p_d == 2 * s_n and s_n < 0", [NO, NO, YES]),
        ("p_d != p_d", [NO, YES, YES]),
    ],
)
def test_each_obligation_can_fail_by_itself(invariant: str, expected: list[str]) -> None:
    assert answers(DOUBLE, COUNTER, invariant) == expected
    todo = obligations(join(DOUBLE, COUNTER, BIT), exprs(invariant), all_integers=False)
    holds = proves(join(DOUBLE, COUNTER, BIT), exprs(invariant), all_integers=False, rlimit=RLIMIT)
    assert holds == (expected == [YES] * 3)
    assert discharge([todo[1]], RLIMIT) == expected[1:2]


def test_a_goal_without_a_value_does_not_hold() -> None:
    same = machine("x", {}, "(3, 4)[2 * x]")
    assert answers(same, same) == [YES, YES, NO]
    lazy = machine("x", {}, "(3, 4)[2 * x] if x == 0 else 3")
    assert answers(lazy, machine("x", {}, "3")) == [YES] * 3
    odd = machine("x", {"z": (0, "(0, 0)[z + 2 * x]")}, "x")
    assert answers(odd, machine("x", {}, "x"), "p_z == 0") == [YES, NO, YES]


def test_an_invariant_must_have_a_value_itself() -> None:
    assert (
        answers(machine("x", {"z": (0, "z + x")}, "0"), machine("x", {}, "0"), "(1, 1)[p_z] == 1")[
            1
        ]
        == NO
    )
    clock = machine("x", {"z": (0, "1 - z")}, "0")
    ordered = ("p_z >= 0", "p_z <= 1", "(1, 1)[p_z] == 1")
    assert answers(clock, machine("x", {}, "0"), *ordered) == [YES] * 3


def test_the_range_is_used_only_where_it_is_claimed() -> None:
    xor, sums = machine("x", {}, "x ^ 1"), machine("x", {}, "1 - x")
    assert answers(xor, sums) == [YES] * 3
    assert answers(xor, sums, all_integers=True) == [YES, YES, NO]


def nonlinear() -> Obligation:
    """True, and beyond Z3: no cubes but trivial ones add up to a cube."""
    a, b, c = map(var, "abc")
    cube = {n: Expr("mul", (v, Expr("mul", (v, v)))) for n, v in zip("abc", (a, b, c), strict=True)}
    positive = Expr("and", (parse("a > 5 and b > 5"), parse("c > 5")))
    goal = Expr("ne", (Expr("add", (cube["a"], cube["b"])), cube["c"]))
    return Obligation("Cubes", positive, goal)


def test_what_is_not_decided_is_unknown_and_no_proof() -> None:
    assert discharge([nonlinear()], 20_000) == [DUNNO]
    pair = join(DOUBLE, COUNTER, BIT)
    assert not proves(pair, exprs("p_d == 2 * s_n"), all_integers=True, rlimit=1)
    assert discharge(obligations(pair, exprs("p_d == 2 * s_n"), all_integers=True), 1)[1] == DUNNO


Asked = list[tuple[int, int, str]]  # arithmetic solver, work allowed, answer


@pytest.fixture
def asked(monkeypatch) -> Asked:
    """What Z3 is asked, in order."""
    real, seen = z3.SimpleSolver, []

    class Recorder:
        def __init__(self, ctx) -> None:
            self.solver, self.settings = real(ctx=ctx), {}
            self.add = self.solver.add

        def set(self, key, value) -> None:
            self.settings[key] = value
            self.solver.set(key, value)

        def check(self):
            answer = self.solver.check()
            seen.append((self.settings["arith.solver"], self.settings["rlimit"], str(answer)))
            return answer

    monkeypatch.setattr(z3, "SimpleSolver", Recorder)
    return seen


def test_both_arithmetic_solvers_get_little_work_and_then_all_of_it(asked) -> None:
    assert discharge([nonlinear()], 20_000) == [DUNNO]
    assert asked == [(2, 400, DUNNO), (6, 400, DUNNO), (2, 20_000, DUNNO), (6, 20_000, DUNNO)]


def test_the_first_answer_ends_the_search(asked) -> None:
    assert discharge([Obligation("one", TRUE, parse("x + 1 > x"))], RLIMIT) == [YES]
    assert discharge([Obligation("two", TRUE, parse("x > 0"))], RLIMIT) == [NO]
    assert asked == [(2, RLIMIT // 50, YES), (2, RLIMIT // 50, NO)]


def test_no_work_is_the_least_work_not_all_of_it(asked) -> None:
    assert discharge([nonlinear()], 1) == [DUNNO]
    assert {rlimit for _, rlimit, _ in asked} == {1}


def test_a_later_obligation_is_not_asked_once_one_fails(asked) -> None:
    assert not proves(
        join(DOUBLE, COUNTER, BIT), exprs("p_d == 2"), all_integers=True, rlimit=RLIMIT
    )
    assert len(asked) == 1
    asked.clear()
    assert discharge(obligations(join(DOUBLE, COUNTER, BIT), [], all_integers=True), RLIMIT) == [
        YES,
        YES,
        NO,
    ]
    assert len(asked) == 3


def test_exhaustive_search_agrees_with_the_solver() -> None:
    """Over a small range, an obligation holds where no values contradict it."""
    for goal in (
        "a * b >= a - 1",
        "a // 2 + a % 2 >= 0",
        "(3, 1, 2)[a % 3] > b",
        "abs(a) > b or a == b",
    ):
        given = parse("a >= -3 and a <= 3 and (b >= -2 and b <= 2)")
        o = Obligation("o", given, parse(goal))
        fails = any(
            not evaluate(o.goal, {"a": a, "b": b}) for a in range(-3, 4) for b in range(-2, 3)
        )
        assert discharge([o], RLIMIT) == [NO if fails else YES]
