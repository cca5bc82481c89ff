"""A linear network beside a linear program: bounds that the worst word attains."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.network.network import Network
from mips_verify.network.weights import network_bytes
from mips_verify.network_kernel.exact_network import network_from_bytes
from mips_verify.network_kernel.linear_response import LETTERS, NotLinearError, linear_letters

BITS = Domain(("x",), (-1,), (1,))
SUM = Machine(("x",), ("s",), (0,), (parse("s + x", ["s", "x"]),), (parse("s", ["s"]),))
LAST_TWO = Machine(
    ("x",),
    ("a", "b"),
    (0, 0),
    (parse("x", ["x"]), parse("a", ["a"])),
    (parse("a + b", ["a", "b"]),),
)


def network(weight, bias, read, offset=0.0, start=None):
    weight, read = np.array(weight, dtype=float), np.array(read, dtype=float)
    h0 = np.zeros(len(weight)) if start is None else np.array(start, dtype=float)
    return Network(((weight, np.array(bias, float)),), ((read[None], np.array([offset])),), h0, 1)


def exact(model):
    return network_from_bytes(network_bytes(model))


def small(most):
    """Numbers around 0 with few binary places."""
    return st.integers(-round(most * 2**20), round(most * 2**20)).map(lambda n: n / 2**20)


def first_wrong(model, program, longest, ends=(-1, 1)):
    """The least length of a word on which exact evaluation is 1/2 or more away, by brute force."""
    ((weight, bias),), ((read, offset),) = model.f, model.g
    fractions = [[Fraction(float(v)) for v in row] for row in np.hstack([weight, bias[:, None]])]
    reads = [Fraction(float(v)) for v in (*read[0], *offset)]
    for length in range(1, longest + 1):
        for word in product(ends, repeat=length):
            h = [Fraction(float(v)) for v in model.h0]
            for x in word:
                z = [*h, Fraction(x), Fraction(1)]
                h = [sum(a * b for a, b in zip(row, z, strict=True)) for row in fractions]
            y = sum(a * b for a, b in zip(reads, [*h, Fraction(1)], strict=True))
            if abs(y - program.run([(x,) for x in word])[-1][0]) >= Fraction(1, 2):
                return length
    return None


def test_an_exact_sum_agrees_as_far_as_it_is_followed():
    assert linear_letters(exact(network([[1, 1]], [0], [1])), SUM, BITS) == (LETTERS, LETTERS)


def test_a_program_that_forgets_and_a_network_that_contracts_agree_for_every_length():
    near = network([[1e-3, 0.0, 1.0], [1.0, 1e-3, 0.0]], [0, 0], [1, 1])
    assert linear_letters(exact(near), LAST_TWO, BITS) == (None, None)


def test_the_rest_of_a_slow_response_counts():
    """Each further letter adds 0.99 ** k; in all more than 1/2, though one letter adds little."""
    slow = network(
        [[0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.998, 0.0015]], [0] * 3, [1, 1, 1]
    )
    letters, _ = linear_letters(exact(slow), LAST_TWO, BITS)
    assert letters is not None
    assert letters == _slow_letters(0.998, 0.0015)


def _slow_letters(ratio, step):
    total, letters = 0.0, 0
    while True:
        total += step * ratio**letters
        if total >= 0.5 or letters == LETTERS:
            return letters
        letters += 1


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from([(-1, 1), (0, 1), (-1, 0)]),
    *[small(0.3)] * 2,
    *[small(0.2)] * 3,
    st.sampled_from([-2, 0, 1]),
)
def test_the_bound_is_the_length_of_the_first_wrong_word(ends, drift, gain, offset, bias, h0, z0):
    model = network([[1 + drift, 1 + gain]], [bias], [1], offset, [z0 + h0])
    program = Machine(SUM.inputs, SUM.state, (z0,), SUM.next, SUM.outputs)
    found, floats = linear_letters(exact(model), program, Domain(("x",), ends[:1], ends[1:]))
    wrong = first_wrong(model, program, 8, ends)
    assert wrong is None if found is None or found >= 8 else wrong == found + 1
    assert floats is None or floats <= found


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_a_hidden_change_of_basis_is_bounded_tightly(seed):
    rng = np.random.default_rng(seed)
    basis = rng.normal(size=(2, 2)) + 2 * np.eye(2)
    turn = np.linalg.inv(basis)
    shift = np.array([[0.0, 0.0], [1.0, 0.0]]) + rng.normal(size=(2, 2)) * 0.1
    weight = np.hstack([turn @ shift @ basis, turn @ np.array([[1.0], [0.0]])])
    model = network(weight, [0, 0], np.array([1.0, 1.0]) @ basis)
    found, _ = linear_letters(exact(model), LAST_TWO, BITS)
    wrong = first_wrong(model, LAST_TWO, 7)
    assert wrong is None if found is None or found >= 7 else wrong == found + 1


@pytest.mark.parametrize("text", ["max(s, x)", "s * x", "1 if s > x else 0"])
def test_a_program_that_is_not_linear_is_refused(text):
    program = Machine(("x",), ("s",), (0,), (parse(text, ["s", "x"]),), (parse("s", ["s"]),))
    with pytest.raises(NotLinearError, match="not linear"):
        linear_letters(exact(network([[1, 1]], [0], [1])), program, BITS)


def test_rounding_counts_in_float64_only():
    """0.1 is no double: the sum of many errors stays small, but far out the readings part."""
    model = network([[2.0, 0.1]], [0], [10.0])
    doubling = Machine(
        ("x",), ("s",), (0,), (parse("2 * s + x", ["s", "x"]),), (parse("s", ["s"]),)
    )
    found, floats = linear_letters(exact(model), doubling, BITS)
    assert 15 < floats < found < LETTERS
