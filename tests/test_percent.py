"""Shares as percentages: 100% is said of all only, and 0% of nothing only."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from mips_verify.algebra.percent import percent

WHOLES = st.integers(1, 10**9)


@given(WHOLES, st.data(), st.integers(0, 3))
def test_a_share_is_rounded_down_and_never_to_all_or_to_nothing(whole, data, digits):
    part = data.draw(st.integers(0, whole))
    said = Fraction(percent(part / whole, digits).removesuffix("%")) / 100
    unit = Fraction(1, 100 * 10**digits)
    assert (said == 1) == (part == whole)
    assert (said == 0) == (part == 0)
    assert said == unit or said <= Fraction(part, whole) < said + unit


def test_a_share_has_the_digits_asked_for():
    said = [percent(1.0), percent(0.99996), percent(1e-7, 1), percent(0.29, 0), percent(0.0, 0)]
    assert said == ["100.00%", "99.99%", "0.1%", "29%", "0%"]


def test_noise_of_floats_takes_nothing_from_all():
    assert percent(1 - 1e-15, 1) == percent(1 + 1e-15, 1) == "100.0%"
