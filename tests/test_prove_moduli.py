"""Counting modulo several numbers, states under other names, and what engineers write otherwise."""

from __future__ import annotations

import random

import pytest

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status
from mips_verify.prove.equal import equal
from tests.quick import some_slow
from tests.test_prove_pairs import machine

BIT = Domain(("x",), (0,), (1,))
DIGIT = Domain(("x",), (0,), (9,))
TRIT = Domain(("x",), (0,), (2,))
STEP = Domain(("x",), (-5,), (5,))
SUM, DOUBLE, BACK = "({z} + x) % {m}", "(2 * {z} + x) % {m}", "({z} - x) % {m}"
WRAP = "{z} + x if {z} + x < {m} else {z} + x - {m}"


def remainders(*moduli: int, step: str = SUM) -> Machine:
    """Counts modulo each, and whether all are 0."""
    state = {f"r{i}": (0, step.format(z=f"r{i}", m=m)) for i, m in enumerate(moduli)}
    return machine("x", state, f"int({' and '.join(f'{z} == 0' for z in state)})")


def renamed(modulus: int, name: str, domain: Domain, seed: int) -> tuple[dict, tuple[int, ...]]:
    """The remainder under names in random order: its state, and the remainder by name."""
    names = list(range(modulus))
    random.Random(seed).shuffle(names)
    remainder = tuple(names.index(q) for q in range(modulus))
    width, low = domain.size, domain.lows[0]
    table = tuple(names[(r + x + low) % modulus] for r in remainder for x in range(width))
    return {name: (names[0], f"{table}[{width} * {name} + x - {low}]")}, remainder


Q31, BACK31 = renamed(31, "q", DIGIT, 7)
Q15, BACK15 = renamed(15, "q", DIGIT, 5)
COUNT = {"s": (0, "(s + x) % 15"), "n": (0, "n + x")}
TABLE_BESIDE = machine("x", Q15 | {"c": (0, f"c + (x if {BACK15}[q] < 7 else 0)")}, "c",
                       f"{BACK15}[q]")  # fmt: skip
RELATIVE = {"a": (0, "a + (x == 1) - (x == 0)"), "b": (0, "b + (x == 2) - (x == 0)")}
GAPS = {f"g{i}": (0, f"g{i} + ((g0 if x == 0 else g1 if x == 1 else g2) == 0) - (x == {i})")
        for i in range(3)}  # fmt: skip
COUNTS = {f"c{i}": (0, f"c{i} + (x == {i})") for i in range(3)}
MOST_SEEN = "2 if c2 > c0 and c2 > c1 else 1 if c1 > c0 else 0"
RING = {"i": (0, "(i + 1) % 3"), **{f"b{k}": (0, f"x if i == {k} else b{k}") for k in range(3)}}
DELAY = {"d1": (0, "x"), "d2": (0, "d1"), "d3": (0, "d2")}
OLDEST = "old(b0) if old(i) == 0 else old(b1) if old(i) == {} else old(b2)"
CASES = {  # the domain, a right program, a wrong one, the specification
    "two moduli": (DIGIT, remainders(31, 37), remainders(31, 36), remainders(1147)),
    "larger moduli": (DIGIT, remainders(97, 89), None, remainders(8633)),
    "moduli above a thousand": (DIGIT, remainders(1009, 1013), None, remainders(1009 * 1013)),
    "three moduli": (DIGIT, remainders(7, 11, 13), remainders(7, 11, 12), remainders(1001)),
    "powers": (DIGIT, remainders(16, 27, 25), remainders(16, 9, 25), remainders(10_800)),
    "a common factor": (DIGIT, remainders(6, 10), remainders(6, 5 * 4), remainders(30)),
    "doubling": (
        BIT,
        remainders(31, 37, step=DOUBLE),
        remainders(31, 41, step=DOUBLE),
        remainders(1147, step=DOUBLE),
    ),
    "counting down": (
        STEP,
        remainders(31, 37, step=BACK),
        remainders(31, 36, step=BACK),
        remainders(1147),
    ),
    "wrapped by a comparison": (
        DIGIT,
        remainders(31, 37, step=WRAP),
        remainders(31, 36, step=WRAP),
        remainders(1147),
    ),
    "weights": (
        DIGIT,
        machine("x", {"a": (0, "(a + 2 * x) % 31"), "b": (0, "(b + 3 * x) % 37")},
                "int(a == 0 and b == 0)"),
        machine("x", {"a": (0, "(a + 2 * x) % 31"), "b": (0, "(b + 2 * x) % 31")},
                "int(a == 0 and b == 0)"),
        remainders(1147),
    ),
    "a modulus under other names": (
        DIGIT,
        machine("x", Q31 | {"b": (0, "(b + x) % 37")}, f"int({BACK31}[q] == 0 and b == 0)"),
        machine("x", Q31 | {"b": (0, "(b + x) % 37")}, f"int({BACK31}[q] == 1 and b == 0)"),
        remainders(1147),
    ),
    "a finite part beside a count": (
        DIGIT,
        TABLE_BESIDE,
        machine("x", Q15 | {"c": (0, f"c + (x if {BACK15}[q] < 8 else 0)")}, "c", f"{BACK15}[q]"),
        machine("x", {"s": (0, "(s + x) % 15"), "n": (0, "n + x if s < 7 else n")}, "n", "s"),
    ),
    "a remainder of the count itself": (
        DIGIT,
        machine("x", Q15 | {"c": (0, "c + x")}, f"c - {BACK15}[q]"),
        machine("x", Q15 | {"c": (0, "c + x")}, f"c - {BACK15}[q] % 14"),
        machine("x", {"n": (0, "n + x")}, "n // 15 * 15"),
    ),
    "a count of joint hits": (
        DIGIT,
        machine("x", {"a": (0, "(a + x) % 31"), "b": (0, "(b + x) % 37"),
                      "c": (0, "c + int(a == 0 and b == 0)")}, "c"),
        machine("x", {"a": (0, "(a + x) % 31"), "b": (0, "(b + x) % 36"),
                      "c": (0, "c + int(a == 0 and b == 0)")}, "c"),
        machine("x", {"s": (0, "(s + x) % 1147"), "n": (0, "n + int(s == 0)")}, "n"),
    ),
    "a majority relative to one letter": (
        TRIT,
        machine("x", RELATIVE, "2 if b > 0 and b > a else int(a > 0)"),
        machine("x", RELATIVE, "2 if b > 0 and b >= a else int(a > 0)"),
        machine("x", COUNTS, MOST_SEEN),
    ),
    "a majority as gaps to the leader": (
        TRIT,
        machine("x", GAPS, "0 if g0 == 0 else 1 if g1 == 0 else 2"),
        machine("x", GAPS, "0 if g0 == 0 else 2 if g2 == 0 else 1"),
        machine("x", COUNTS, MOST_SEEN),
    ),
    "a ring buffer": (
        DIGIT,
        machine("x", RING, OLDEST.format(1)),
        machine("x", RING, OLDEST.format(2)),
        machine("x", DELAY, "old(d3)"),
    ),
    "a run by its last change": (
        BIT,
        machine("x", {"t": (0, "t + 1"), "p": (0, "x"), "k": (0, "t if x != p else k")}, "t - k"),
        machine("x", {"t": (0, "t + 1"), "p": (0, "x"), "k": (0, "t if x > p else k")}, "t - k"),
        machine("x", {"r": (0, "r + 1 if x == p else 1"), "p": (0, "x")}, "r"),
    ),
    "balanced ternary": (
        DIGIT,
        machine("x", {"lo": (0, "(lo + x + 1) % 3 - 1"), "hi": (0, "hi + (lo + x + 1) // 3")},
                "3 * hi + lo"),
        machine("x", {"lo": (0, "(lo + x + 1) % 3 - 1"), "hi": (0, "hi + (lo + x) // 3")},
                "3 * hi + lo"),
        machine("x", {"s": (0, "s + x")}, "s"),
    ),
    "a clamp with an offset": (
        STEP,
        machine("x", {"u": (128, "min(255, max(0, u + x))")}, "u - 128"),
        machine("x", {"u": (128, "min(256, max(0, u + x))")}, "u - 128"),
        machine("x", {"s": (0, "127 if s + x > 127 else -128 if s + x < -128 else s + x")}, "s"),
    ),
}  # fmt: skip


SLOW = (
    "a common factor",
    "a modulus under other names",
    "doubling",
    "larger moduli",
    "moduli above a thousand",
)


@pytest.mark.parametrize("name", some_slow(CASES, *SLOW))
def test_what_counts_otherwise_is_proved(name: str) -> None:
    domain, right, _, spec = CASES[name]
    verdict = equal(right, spec, domain)
    assert verdict.status is Status.PROVED, verdict


@pytest.mark.parametrize("name", [n for n, case in CASES.items() if case[2]])
def test_what_counts_wrongly_is_refuted(name: str) -> None:
    domain, _, wrong, spec = CASES[name]
    verdict = equal(wrong, spec, domain)
    assert verdict.status is Status.REFUTED, verdict
    word = verdict.counterexample
    assert wrong.run(word)[:-1] == spec.run(word)[:-1]
    assert wrong.run(word)[-1] != spec.run(word)[-1]


@pytest.mark.parametrize(
    ("moduli", "other"),
    [((31, 41), 31 * 43), pytest.param((97, 83), 8633, marks=pytest.mark.slow)],
)
def test_a_first_fault_after_thousands_of_letters_is_found(moduli, other: int) -> None:
    verdict = equal(remainders(*moduli), remainders(other), BIT)
    assert verdict.status is Status.REFUTED, verdict
    assert verdict.shortest
    assert sum(x for (x,) in verdict.counterexample) == len(verdict.counterexample)
    assert len(verdict.counterexample) == moduli[0] * moduli[1]
