"""Domains: inclusive ranges, all their letters, and sequences drawn from them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mips_verify.errors import TaskError
from mips_verify.kernel.domain import Domain

TWO = Domain(("x", "w"), (0, -1), (2, 1))
LETTERS = [(0, -1), (0, 0), (0, 1), (1, -1), (1, 0), (1, 1), (2, -1), (2, 0), (2, 1)]


@pytest.mark.parametrize(
    ("names", "lows", "highs", "says"),
    [
        ((), (), (), "a domain needs at least one input, each with a low and a high end"),
        ((), (0,), (1,), "a domain needs at least one input, each with a low and a high end"),
        (
            ("x",),
            (0, 1),
            (1, 1),
            "a domain needs at least one input, each with a low and a high end",
        ),
        (("x",), (0,), (1, 1), "a domain needs at least one input, each with a low and a high end"),
        (("x",), (), (), "a domain needs at least one input, each with a low and a high end"),
        (("x", "w", "x"), (0,) * 3, (1,) * 3, "input names repeat: x, w, x"),
        (("x",), (1,), (0,), "the range 1..0 of input 'x' is empty; write the smaller end first"),
        (
            ("x", "w"),
            (0, 4),
            (0, 3),
            "the range 4..3 of input 'w' is empty; write the smaller end first",
        ),
    ],
)
def test_what_is_no_domain_is_refused(names, lows, highs, says) -> None:
    with pytest.raises(TaskError, match=f"^{re.escape(says)}$"):
        Domain(names, lows, highs)


def test_a_range_may_be_one_letter() -> None:
    assert list(Domain(("x",), (3,), (3,)).letters()) == [(3,)]


def test_letters_are_all_combinations_the_last_channel_fastest() -> None:
    assert list(TWO.letters()) == LETTERS
    assert (TWO.size, TWO.channels) == (9, 2)


def test_samples_reach_both_ends_and_stay_between() -> None:
    x = TWO.sample(50, 7, np.random.default_rng(0))
    assert (x.shape, x.dtype) == ((50, 7, 2), np.int64)
    assert {tuple(v) for v in x.reshape(-1, 2).tolist()} == set(LETTERS)


def test_samples_of_huge_ranges_are_whole_numbers_of_64_bits() -> None:
    wide = Domain(("x",), (-(2**40),), (2**40,))
    x = wide.sample(20, 3, np.random.default_rng(0))
    assert x.dtype == np.int64
    assert np.abs(x).max() > 2**32


def test_all_sequences_are_every_word_once_in_order() -> None:
    bits = Domain(("x",), (0,), (1,))
    assert bits.all_sequences(2)[..., 0].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    every = TWO.all_sequences(2)
    assert (every.shape, every.dtype) == ((81, 2, 2), np.int64)
    assert [[tuple(v) for v in word] for word in every.tolist()] == [
        [a, b] for a in LETTERS for b in LETTERS
    ]


def test_letters_beyond_64_bits_are_refused_not_rounded() -> None:
    big = 2**70
    for low, high in ((-big, 0), (0, big)):
        with pytest.raises(TaskError, match="input 'x' goes beyond 64 bits; narrow it"):
            Domain(("x",), (low,), (high,)).sample(1, 1, np.random.default_rng(0))
    for low, high in ((-(2**63) - 1, 0), (0, 2**63)):
        with pytest.raises(TaskError):
            Domain(("x",), (low,), (high,)).sample(1, 1, np.random.default_rng(0))
    one = Domain(("x",), (big,), (big,))
    assert list(one.letters()) == [(big,)]
    with pytest.raises(TaskError, match="goes beyond 64 bits"):
        one.all_sequences(1)


def test_all_of_64_bits_is_sampled() -> None:
    x = Domain(("x", "w"), (-(2**63), 2**63 - 1), (2**63 - 1, 2**63 - 1)).sample(
        50, 2, np.random.default_rng(0)
    )
    assert (x[..., 1] == 2**63 - 1).all()
    assert x[..., 0].min() < -(2**61)
    assert x[..., 0].max() > 2**61


def test_what_means_a_whole_number_is_one() -> None:
    made = Domain(["x", "w"], [np.int64(0), True], np.array([2, 5]))  # type: ignore[arg-type]
    assert made == Domain(("x", "w"), (0, 1), (2, 5))
    assert hash(made) == hash(Domain(("x", "w"), (0, 1), (2, 5)))
    assert {type(v) for v in made.lows + made.highs} == {int}


@pytest.mark.parametrize("ends", [(0.5,), ("0",), (None,), 7, ((0, 1),)])
def test_what_is_no_whole_number_is_refused(ends: object) -> None:
    says = "^the ends of ranges are whole numbers, one for each input$"
    for pair in ((ends, (9,)), ((0,), ends)):
        with pytest.raises(TaskError, match=says):
            Domain(("x",), *pair)  # type: ignore[arg-type]
