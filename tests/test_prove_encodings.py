"""One behaviour in two encodings that share nothing on the surface: still PROVED."""

from __future__ import annotations

import pytest

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status
from mips_verify.prove.equal import equal
from tests.quick import some_slow
from tests.test_prove_pairs import machine, window

BIT = Domain(("x",), (0,), (1,))
DIGIT = Domain(("x",), (0,), (9,))
STEP = Domain(("x",), (-5,), (5,))
SIGN = Domain(("x",), (-1,), (1,))


def gray_counter() -> Machine:
    """A counter modulo 8 in Gray code, output in binary."""
    gray = [i ^ (i >> 1) for i in range(8)]
    back = tuple(gray.index(g) for g in range(8))
    step = tuple(gray[(back[g] + x) % 8] for g in range(8) for x in range(2))
    return machine("x", {"g": (0, f"{step}[2 * g + x]")}, f"{back}[g]")


ENCODINGS = {
    "two digits in one number": (
        STEP,
        machine("x", {"z": (5, "z % 11 * 11 + x + 5")}, "z // 11 - 5"),
        window(1, "old(d1)"),
    ),
    "positive and negative part": (
        STEP,
        machine("x", {"u": (0, "max(0, u - d + x)"), "d": (0, "max(0, d - u - x)")}, "u - d"),
        machine("x", {"s": (0, "s + x")}, "s"),
    ),
    "square kept": (
        STEP,
        machine("x", {"s": (0, "s + x"), "q": (0, "q + 2 * s * x + x * x")}, "q"),
        machine("x", {"s": (0, "s + x")}, "s * s"),
    ),
    "triangular numbers": (
        BIT,
        machine("x", {"t": (0, "t + n"), "n": (0, "n + 1")}, "t"),
        machine("x", {"n": (0, "n + 1")}, "n * (n - 1) // 2"),
    ),
    "Chinese remainders": (
        DIGIT,
        machine("x", {"a": (0, "(a + x) % 2"), "b": (0, "(b + x) % 3")}, "(3 * a + 4 * b) % 6"),
        machine("x", {"r": (0, "(r + x) % 6")}, "r"),
    ),
    "Gray code": (BIT, gray_counter(), machine("x", {"n": (0, "n + x")}, "n % 8")),
    "ripple counter": (
        BIT,
        machine(
            "x",
            {"a": (0, "a ^ x"), "b": (0, "b ^ a & x"), "c": (0, "c ^ a & b & x")},
            "4 * c + 2 * b + a",
        ),
        machine("x", {"n": (0, "(n + x) % 8")}, "n"),
    ),
    "saturated counter": (
        BIT,
        machine("x", {"m": (0, "min(m + x, 3)")}, "int(m >= 3)"),
        machine("x", {"n": (0, "n + x")}, "int(n >= 3)"),
    ),
    "counts that are cut off by each other": (
        Domain(("x",), (0,), (3,)),
        machine(
            "x",
            {
                "a": (0, "b if b + x == 2 else min(x, c)"),
                "b": (0, "min(x, b) if x < 3 else min(a, 1)"),
                "c": (3, "min(x, c)"),
            },
            "a * b",
        ),
        machine(
            "x",
            {
                "r": (3, "min(r, x)"),
                "s": (0, "0 if x == 2 else s + x"),
                "t": (0, "t + s if x in (0, 3) else t"),
            },
            "min(r, t)",
        ),
    ),
    "quotient and remainder": (
        DIGIT,
        machine("x", {"q": (0, "q + (r + x) // 7"), "r": (0, "(r + x) % 7")}, "q"),
        machine("x", {"S": (0, "S + x")}, "S // 7"),
    ),
    "magnitude and sign": (
        STEP,
        machine("x", {"a": (0, "abs(a * g + x)"), "g": (1, "1 if a * g + x >= 0 else -1")}, "a"),
        machine("x", {"s": (0, "s + x")}, "abs(s)"),
    ),
    "decimal number modulo 9": (
        DIGIT,
        machine("x", {"v": (0, "(10 * v + x) % 9")}, "v"),
        machine("x", {"s": (0, "s + x")}, "s % 9"),
    ),
    "decimal number modulo 7": (
        DIGIT,
        machine("x", {"r": (0, "(3 * r + x) % 7")}, "r"),
        machine("x", {"v": (0, "10 * v + x")}, "v % 7"),
    ),
    "longest run": (
        BIT,
        machine("x", {"c": (0, "(c + 1) * x"), "g": (0, "max(g - 1, 0) if x else g + c")}, "g + c"),
        machine("x", {"c": (0, "c + 1 if x == 1 else 0"), "b": (0, "max(b, (c + 1) * x)")}, "b"),
    ),
    "rises counted": (
        BIT,
        machine("x", {"d": (0, "x"), "n": (0, "n + x * (1 - d)")}, "n"),
        machine("x", {"d": (0, "x"), "f": (0, "f + d * (1 - x)")}, "f + d"),
    ),
    "centred error": (
        DIGIT,
        machine("x", {"e": (0, "(e + x + 4) % 9 - 4")}, "(old(e) + x + 4) // 9 + (old(e) < 0)"
                " - (e < 0)"),
        machine("x", {"r": (0, "(r + x) % 9")}, "(old(r) + x) // 9"),
    ),
    "power of two modulo 3": (
        BIT,
        machine("x", {"r": (1, "2 * r % 3")}, "r"),
        machine("x", {"p": (1, "2 * p")}, "p % 3"),
    ),
    "rotating registers": (
        STEP,
        machine("x", {"a": (0, "b"), "b": (0, "a + x")}, "a + b"),
        machine("x", {"s": (0, "s + x")}, "s"),
    ),
    "one-hot clock": (
        BIT,
        machine(
            "x",
            {"a": (1, "d"), "b": (0, "a"), "c": (0, "b"), "d": (0, "c")},
            "b + 2 * c + 3 * d",
        ),
        machine("x", {"t": (0, "t + 1")}, "t % 4"),
    ),
    "one-hot automaton": (
        BIT,
        machine(
            "x",
            {"a": (1, "c if x else a"), "b": (0, "a if x else b"), "c": (0, "b if x else c")},
            "b + 2 * c",
        ),
        machine("x", {"n": (0, "(n + x) % 3")}, "n"),
    ),
    "hysteresis": (
        STEP,
        machine("x", {"on": (0, "1 if x > 2 else 0 if x < -2 else on")}, "on"),
        machine("x", {"z": (-1, "2 if x >= 3 else -1 if x <= -3 else z")}, "(z + 1) // 3"),
    ),
    "clipped walk": (
        SIGN,
        machine("x", {"z": (0, "max(0, min(5, z + x))")}, "int(z == 5)"),
        machine("x", {"u": (10, "min(10, max(0, u - 2 * x))")}, "int(u == 0)"),
    ),
    "spread": (
        DIGIT,
        machine("x", {"lo": (9, "min(lo, x)"), "hi": (0, "max(hi, x)")}, "hi - lo"),
        machine("x", {"lo": (9, "min(lo, x)"), "w": (-9, "max(w + lo, x) - min(lo, x)")}, "w"),
    ),
    "two largest": (
        DIGIT,
        machine("x", {"a": (0, "max(a, x)"), "b": (0, "max(b, min(a, x))")}, "b"),
        machine("x", {"s": (0, "s + max(x - min(a, s - a), 0)"), "a": (0, "max(a, x)")}, "s - a"),
    ),
    "pattern 101": (
        BIT,
        machine("x", {"q": (0, "(0, 1, 2, 1, 0, 1)[2 * q + x]")}, "int(old(q) == 2) * x"),
        window(2, "1 if x == 1 and old(d1) == 0 and old(d2) == 1 else 0"),
    ),
    "shift register over two elements": (
        BIT,
        machine("x", {"z": (1, "z // 2 + 4 * ((z + z // 2 + x) % 2)")}, "z % 2"),
        machine("x", {"a": (1, "b"), "b": (0, "c"), "c": (0, "a ^ b ^ x")}, "a"),
    ),
    "Fibonacci": (
        BIT,
        machine("x", {"a": (0, "b"), "b": (1, "a + b")}, "a * a + b * b"),
        machine("x", {"a": (0, "b"), "b": (1, "a + b")}, "2 * a * a + old(a) * old(b) * 0"
                " + (b - a) * (b + a)"),
    ),
    "mean kept as sum and count": (
        DIGIT,
        machine("x", {"n": (0, "n + 1"), "e": (0, "e + x - 5")}, "int(e > 0)"),
        machine("x", {"n": (0, "n + 1"), "s": (0, "s + x")}, "int(s > 5 * n)"),
    ),
    "dead state under another name": (
        BIT,
        machine("x", {"z": (0, "7 if z == 7 or z + x == 3 else z + x")}, "int(z == 7)"),
        machine("x", {"n": (0, "n + x")}, "1 if n > 2 else 0"),
    ),
    "a record raised where the run reaches it": (
        BIT,
        machine("x", {"n": (0, "n + 1 if x == 1 else 0"),
                      "m": (0, "m + 1 if n >= m and x == 1 else m")}, "m"),
        machine("x", {"n": (0, "n + 1 if x == 1 else 0"), "m": (0, "max(m, n + x)")}, "m"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", some_slow(ENCODINGS, "counts that are cut off by each other"))
def test_other_encodings_are_proved(name: str) -> None:
    domain, program, spec = ENCODINGS[name]
    verdict = equal(program, spec, domain)
    assert verdict.status is Status.PROVED, verdict


@pytest.mark.parametrize("name", some_slow(ENCODINGS, "counts that are cut off by each other"))
def test_the_proof_does_not_care_which_side_is_the_program(name: str) -> None:
    domain, program, spec = ENCODINGS[name]
    assert equal(spec, program, domain).status is Status.PROVED
