"""The tangent's bounds hold what 200 digits say, and are tight."""

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.network_kernel.tanh_bounds import tanh_bounds

mpmath.mp.dps = 200


def tangent(value, bits):
    """What is to be bounded, with some hundred digits to spare."""
    with mpmath.workdps(200 + bits // 2):
        return mpmath.ldexp(mpmath.tanh(mpmath.ldexp(value, -bits)), bits)


def held(value, bits):
    low, high = tanh_bounds(value, bits)
    with mpmath.workdps(200 + bits // 2):
        assert low <= tangent(value, bits) <= high
    assert high - low <= 3
    assert -(1 << bits) <= low
    assert high <= 1 << bits


@given(st.integers(8, 400), st.floats(-1, 1), st.integers(-10, 12))
def test_bounds_hold_the_tangent(bits, share, size):
    held(int(mpmath.ldexp(share, bits + size)), bits)


@given(st.integers(8, 300), st.integers(-9, 9))
def test_bounds_hold_the_tangent_near_zero(bits, value):
    held(value, bits)


@given(st.integers(8, 300), st.integers(-9, 9), st.sampled_from([-1, 1]))
def test_bounds_hold_the_tangent_where_it_becomes_one(bits, step, sign):
    held(sign * ((bits << bits) + step), bits)


@given(st.integers(8, 300), st.integers(-3, 9), st.integers(-2, 2))
def test_bounds_hold_the_tangent_where_an_argument_is_halved_once_more(bits, power, step):
    held((1 << (bits + power)) + step if bits + power > 0 else step, bits)


@pytest.mark.parametrize("bits", [64, 1000])
def test_bounds_are_tight_for_few_and_many_places(bits):
    for share in (0.3, 0.9, 3.7, 30.1):
        held(int(mpmath.ldexp(share, bits)), bits)


@given(st.integers(8, 200), st.integers(0, 2**210))
def test_the_tangent_is_odd(bits, value):
    low, high = tanh_bounds(value, bits)
    assert tanh_bounds(-value, bits) == (-high, -low)


def test_zero_is_exact():
    assert tanh_bounds(0, 50) == (0, 0)


def test_bounds_are_as_they_were():
    assert tanh_bounds(1 << 63, 64) == (8524556932045589907, 8524556932045589910)
    assert tanh_bounds(8 << 8, 8) == (254, 256)
    assert tanh_bounds((8 << 8) + 1, 8) == (255, 256)
    assert tanh_bounds(1 << 74, 64) == ((1 << 64) - 1, 1 << 64)
