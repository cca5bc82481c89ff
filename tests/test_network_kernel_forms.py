"""Forms hold what reals and doubles give at every point of a box."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mips_verify.network_kernel.arithmetic import each_row
from mips_verify.network_kernel.forms import DOUBLE, Form, FormArithmetic
from mips_verify.network_kernel.tanh_bounds import tanh_bounds
from tests.network_kernel_tools import (
    ORDERS,
    Doubles,
    Fractions,
    Reals,
    any_network,
    package_network,
    rows,
)

PLACES = 1100  # more than any weight here has
SIGNS = st.integers(-16, 16).map(lambda k: k / 16)
SMALL = st.integers(-99, 99)
TINY = mpmath.mpf(10) ** -150


def distance(form, number, given):
    """How far a number may be from a form whose first symbols are known, in units."""
    known = sum(Fraction(e) * p for e, p in zip(given, form.parts, strict=False))
    own = sum(map(abs, form.parts[len(given) :])) + form.rest
    return abs(Fraction(form.centre) + known - number) - own


def as_fraction(number, bits):
    """A number of any kind in units of ``2 ** -bits``."""
    if isinstance(number, mpmath.mpf):
        return Fraction(int(mpmath.nint(mpmath.ldexp(number, bits + 900)))) / 2**900
    return Fraction(number) * 2**bits


def holds(forms, numbers, given, bits):
    slack = Fraction(0) if not isinstance(numbers[0], mpmath.mpf) else Fraction(1, 10**9)
    assert all(
        distance(f, as_fraction(v, bits), given) <= slack
        for f, v in zip(forms, numbers, strict=True)
    )


def bits_of(*numbers):
    return max(64, 8 + max(v.as_integer_ratio()[1].bit_length() for v in numbers))


@st.composite
def boxes(draw, n):
    """Centres, radii, and a point of the box as symbols' values; all are few-bit doubles."""
    centre = draw(st.lists(SMALL.map(lambda k: k / 64), min_size=n, max_size=n))
    radius = draw(st.lists(st.sampled_from([0.0, 2**-40, 0.125, 3.0]), min_size=n, max_size=n))
    return centre, radius, draw(st.lists(SIGNS, min_size=n, max_size=n))


def box_forms(centre, radius, arithmetic):
    scaled = arithmetic.scaled
    arithmetic.symbols = len(centre)
    return [
        Form(scaled(c), (0,) * i + (scaled(r),) if r else ())
        for i, (c, r) in enumerate(zip(centre, radius, strict=True))
    ]


@given(st.data(), any_network(), st.booleans())
def test_steps_and_scores_of_a_box_hold_those_of_its_points(data, network, floats):
    centre, radius, e = data.draw(boxes(len(network.start)))
    bits = bits_of(*network.numbers, *centre, *radius, 2**-44)
    arithmetic = FormArithmetic(bits, floats)
    letter = data.draw(st.lists(st.integers(0, 1), min_size=network.channels,
                                max_size=network.channels))  # fmt: skip
    inputs = network.inputs(letter)
    box = box_forms(centre, radius, arithmetic)
    after = network.step(arithmetic, box, list(map(arithmetic.constant, inputs)))
    scores = network.scores(arithmetic, after)
    point = [c + r * s for c, r, s in zip(centre, radius, e, strict=True)]
    kinds = [Reals(), *(Doubles(order) for order in ORDERS if floats)]
    for numbers in kinds:
        h = network.step(
            numbers, list(map(numbers.constant, point)), list(map(numbers.constant, inputs))
        )
        holds(after, h, e, bits)
        holds(scores, network.scores(numbers, h), e, bits)


@given(st.data(), any_network())
def test_a_step_of_a_box_holds_that_of_the_packages_network(data, network):
    """Its gated unit, too, which mixes the old state and the new in another way."""
    centre, radius, e = data.draw(boxes(len(network.start)))
    bits = bits_of(*network.numbers, *centre, *radius, 2**-44)
    arithmetic = FormArithmetic(bits, floats=True)
    letter = [data.draw(st.integers(0, 1)) for _ in range(network.channels)]
    box = box_forms(centre, radius, arithmetic)
    after = network.step(arithmetic, box, list(map(arithmetic.constant, network.inputs(letter))))
    point = [c + r * s for c, r, s in zip(centre, radius, e, strict=True)]
    h = package_network(network).step(np.array([point]), np.array([letter]))[0]
    holds(after, h.tolist(), e, bits)


@given(st.data(), rows(2, 3), rows(1, 2), st.booleans())
def test_an_affine_map_is_exact_but_for_rounding(data, weight, bias, floats):
    centre, radius, e = data.draw(boxes(3))
    bits = bits_of(*weight[0], *weight[1], *bias[0], 2**-44)
    arithmetic = FormArithmetic(bits, floats)
    box = box_forms(centre, radius, arithmetic)
    point = [Fraction(c + r * s) for c, r, s in zip(centre, radius, e, strict=True)]
    forms = arithmetic.affine(weight, box, *bias)
    holds(forms, Fractions().affine(weight, point, *bias), e, bits)
    size = 2**bits * max(sum(abs(w) * 9 for w in row) + 9 for row in weight)
    assert all(f.rest <= 4 + floats * (2 + size * 32 / 2**53) for f in forms)


@given(rows(1, 3, st.integers(-9, 9).map(float)), st.lists(SMALL, min_size=3, max_size=3))
def test_sums_of_doubles_that_stay_doubles_have_no_error(weight, values):
    for floats in (False, True):
        arithmetic = FormArithmetic(64, floats)
        (form,) = arithmetic.affine(weight, [arithmetic.constant(v) for v in values], (0.5,))
        exact = sum(int(w) * v for w, v in zip(weight[0], values, strict=True))
        assert form == (((2 * exact + 1) << 63), (), 0)


def test_sums_that_may_be_rounded_have_an_error():
    arithmetic = FormArithmetic(64, floats=True)
    for value, rounded in ((2.0**53 - 2, False), (2.0**53 - 1, True)):
        (form,) = arithmetic.affine(((1.0, 1.0),), [Form(int(value) << 64), Form(1 << 64)])
        assert bool(form.rest) == rounded
        # the error of one addition is half a unit in the last place at most
        assert form.rest == 0 or 1 << 64 <= form.rest <= 2**5 << 64


def test_sums_of_the_smallest_doubles_are_exact_and_of_what_is_smaller_are_not():
    arithmetic = FormArithmetic(1000, floats=True)
    assert arithmetic._float_error([1 << (2000 - 1074)], 0) == 0
    assert arithmetic._float_error([1 << (2000 - 1075)], 0) == 2


def test_what_is_not_a_point_has_an_error():
    arithmetic = FormArithmetic(64, floats=True)
    (form,) = arithmetic.affine(((1.0,),), [Form(1 << 64, (1,))])
    assert form.rest >= 2**64 >> DOUBLE
    (form,) = arithmetic.affine(((0.0, 1.0),), [Form(1 << 64, (1,)), Form(1 << 64)])
    assert form.rest == 0
    (form,) = arithmetic.affine(((0.0,),), [Form(1 << 64, (1,))])
    assert form.radius == 0


@given(st.integers(1, 12))
def test_the_error_of_a_sum_is_at_least_gamma_and_not_much_more(n):
    """Higham's bound; the kernel's is four times as large, and counts two terms more."""
    arithmetic = FormArithmetic(100, floats=True)
    error = arithmetic._float_error([3 << 200] * n, 1)
    size = n * (3 << 100)
    assert n * size >> DOUBLE <= error <= (5 * (n + 3) * size >> DOUBLE) + 3


def test_the_error_of_a_sum_is_as_it_was():
    arithmetic = FormArithmetic(64, floats=True)
    assert arithmetic._float_error([1 << 128], 1 << 64) == 4 * 3 * 2**11 + 2
    assert arithmetic._float_error([1 << 128, -1 << 128], 1 << 64) == 4 * 4 * 2**12 + 2
    assert arithmetic._float_error([0], 1) == 2
    assert arithmetic._float_error([0], 0) == 0
    assert arithmetic._float_error([1 << 128, 1 << 75], 0) == 4 * 4 * 2**11 + 2  # 54 bits apart
    assert arithmetic._float_error([1 << 128, 1 << 76], 0) == 0


def test_sums_that_may_overflow_are_refused():
    arithmetic = FormArithmetic(64, floats=True)
    big = [Form(1 << (64 + 999))]
    arithmetic.affine(((1.0,),), big)
    with pytest.raises(ValueError, match=r"^a sum may overflow$"):
        arithmetic.affine(((2.0,),), big)
    assert FormArithmetic(64, floats=False).affine(((2.0,),), big) == [Form(1 << 1064)]


def test_a_weight_with_too_many_places_is_refused():
    with pytest.raises(ValueError, match=r"^0\.1 has more than 20 binary places$"):
        FormArithmetic(20, floats=False).affine(((0.1,),), [Form(1)])


@pytest.mark.parametrize("width", [1, 3])
def test_a_row_of_another_length_is_refused(width):
    for numbers in (FormArithmetic(64, floats=False),):
        with pytest.raises(ValueError, match=rf"^2 weights for {width} values$"):
            numbers.affine(((1.0, 1.0),), [Form(1)] * width)
    with pytest.raises(ValueError, match="argument 2"):
        list(each_row(((1.0,), (1.0,)), 1, [(1.0,)]))
    with pytest.raises(ValueError, match="argument 2"):
        list(each_row(((1.0,),), 1, [(1.0,), (1.0, 2.0)]))


@given(SMALL, SMALL, st.integers(0, 99), st.integers(0, 9), SIGNS, st.floats(-1, 1))
def test_a_relu_holds_its_graph_in_few_units(centre, part, rest, symbols, e, own):
    arithmetic = FormArithmetic(8, floats=False)
    arithmetic.symbols = 1 + symbols
    z = Form(centre, (part,), rest)
    after = arithmetic.relu(z)
    point = Fraction(centre) + Fraction(part) * Fraction(e) + Fraction(own) * rest
    assert distance(after, max(point, Fraction(0)), [e]) <= 0
    low, high = z.ends
    if low >= 0:
        assert after == z
    elif high <= 0:
        assert after == Form(0)
    else:
        assert len(after.parts) == symbols + 2
        assert arithmetic.symbols == symbols + 2
        # the smallest parallelogram is half as high as -low * high / (high - low)
        assert after.parts[-1] <= -low * high / (high - low) / 2 + 2
        assert after.rest <= rest * high / (high - low) + 4


@pytest.mark.parametrize("part", range(1, 9))
@pytest.mark.parametrize("shift", [-1, 0, 1, 3])
@pytest.mark.parametrize("rest", [0, 1])
def test_a_relu_holds_its_graph_to_the_last_unit(part, shift, rest):
    for centre in range(-part - shift, part + shift + 1):
        after = FormArithmetic(8, floats=False).relu(z := Form(centre, (part,), rest))
        for e in (-1, -Fraction(1, 2), 0, Fraction(1, 3), 1):
            for own in (-rest, rest):
                point = centre + part * Fraction(e) + own
                assert distance(after, max(point, Fraction(0)), [e]) <= 0
        assert (after == Form(0)) == (z.ends[1] <= 0)


def test_what_is_lost_in_the_lowest_place_is_counted():
    for weight, form in ((2.0**-64, Form(0, (), 1)), (3 * 2.0**-64, Form(0, (), 1))):
        assert FormArithmetic(64, floats=False).affine(((weight,),), [Form(1)]) == [form]
    (form,) = FormArithmetic(64, floats=False).affine(((2.0**-64,),), [Form(0, (1,))])
    assert form == Form(0, (0,), 2)
    (form,) = FormArithmetic(64, floats=False).affine(((2.0**-64,),), [Form(0, (), 1)])
    assert form == Form(0, (), 1)


def test_new_symbols_are_not_those_of_others():
    assert FormArithmetic(8, floats=False).relu(Form(0, (), 64)).parts == (16,)
    arithmetic = FormArithmetic(8, floats=False)
    arithmetic.symbols = 1
    a, b = arithmetic.relu(Form(0, (64,))), arithmetic.relu(Form(0, (64,)))
    assert a.parts == (32, 16)
    assert b.parts == (32, 0, 16)


@given(st.integers(-400, 400), st.integers(0, 300), st.integers(0, 100), SIGNS, st.floats(-1, 1))
def test_a_tangent_holds_its_graph(centre, part, rest, e, own):
    bits = 70
    shift = bits - 6
    for floats in (False, True):
        arithmetic = FormArithmetic(bits, floats)
        z = Form(centre << shift, (part << shift,), rest << (shift - 5))
        point = (centre + part * Fraction(e) + rest * Fraction(own) / 32) / 64
        x = mpmath.mpf(point.numerator) / point.denominator
        for curve, real, library in (
            (arithmetic.tanh, mpmath.tanh(x), math.tanh(float(x))),
            (arithmetic.sigmoid, 1 / (1 + mpmath.exp(-x)), 1 / (1 + math.exp(-float(x)))),
        ):
            form = curve(z)
            holds([form], [real], [e], bits)
            if floats and Fraction(float(x)) == point:
                holds([form], [library], [e], bits)
                holds([form], [real + mpmath.mpf(2) ** -50], [e], bits)
                holds([form], [real - mpmath.mpf(2) ** -50], [e], bits)
            assert form.radius <= 2 * 2**bits  # the line with the smaller error may be wider


@pytest.mark.parametrize("power", [3, 5, 10, 20, 40, 59, 64])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_tangent_holds_its_graph_where_it_bends_most(power, sign):
    """The second derivative is largest where the tangent is the square root of a third."""
    arithmetic = FormArithmetic(64, floats=False)
    centre = sign * int(mpmath.ldexp(mpmath.atanh(mpmath.sqrt(mpmath.mpf(1) / 3)), 64))
    form = arithmetic.tanh(Form(centre, (1 << (64 - power),)))
    for e in (-1, 1):
        point = mpmath.ldexp(mpmath.mpf(centre + e * (1 << (64 - power))), -64)
        holds([form], [mpmath.tanh(point)], [e], 64)


def test_a_tangent_is_nearly_a_line_where_its_argument_is_narrow():
    arithmetic = FormArithmetic(100, floats=False)
    form = arithmetic.tanh(Form(1 << 99, (1 << 60,)))
    slope = 1 - mpmath.tanh(0.5) ** 2
    assert abs(form.parts[0] - slope * 2**60) < 2
    assert 0.38 * 2**20 < form.parts[1] < 0.4 * 2**20 + 20
    assert form.rest <= 4


@pytest.mark.parametrize(
    ("given", "line"),
    [
        # two tangents, and lines between ends that are near, far out, and on both sides of 0
        (Form(1 << 63, (1 << 40,)), Form(8524556932045589907, (864708427034, 26220), 2)),
        (
            Form(-(3 << 62), (1 << 50,), 1 << 30),
            Form(-11716430173373022523, (671695905967582, 27487843129), 640579136),
        ),
        (Form(40 << 64, (1 << 70,)), Form(0, (0, (1 << 64) + 1))),
        (
            Form(1 << 62, (5 << 63,)),
            Form(127592530069192957, (747751996396956595, 17421237969663624832), 2),
        ),
        (
            Form(-(1 << 64), (1 << 66,), 3),
            Form(-44774403695723852, (13398477557190776, 18386896306725745639), 1),
        ),
    ],
)
def test_the_line_of_a_tangent_is_as_it_was(given, line):
    """Each of its units is derived in the code; whether it holds the graph is tested above."""
    assert FormArithmetic(64, floats=False).tanh(given) == line


def test_the_error_of_a_tangent_is_shared_by_all_that_use_it():
    arithmetic = FormArithmetic(64, floats=False)
    arithmetic.symbols = 1
    first, second = (arithmetic.tanh(Form(1 << 60, (1 << 63,))) for _ in range(2))
    (twice,) = arithmetic.affine(((1.0, -1.0),), [first, first])
    assert twice.radius <= 8
    (apart,) = arithmetic.affine(((1.0, -1.0),), [first, second])
    assert apart.radius > first.parts[1]


def test_the_error_of_a_library_is_counted_once_for_each_curve():
    arithmetic = FormArithmetic(64, floats=True)
    assert arithmetic.tanh(Form(0)) == Form(0, (1,), 1 << 14)
    assert 3 << 13 <= arithmetic.sigmoid(Form(0)).rest <= (3 << 13) + 3


@given(st.integers(2, 400), st.integers(-9, 9))
def test_a_tangent_of_a_wide_argument_is_as_wide_as_between_its_ends(ends, shift):
    """Here the ends have bounds that are three apart."""
    form = FormArithmetic(64, floats=False).tanh(Form(shift, (), ends << 62))
    low, high = (tanh_bounds(shift + s * (ends << 62), 64) for s in (-1, 1))
    assert low.low - 40 <= form.ends[0] <= low.low
    assert high.high <= form.ends[1] <= high.high + 40


@given(*[SMALL] * 4, st.integers(0, 9), st.integers(0, 9), SIGNS, st.floats(-1, 1))
def test_a_product_holds_its_graph(a, p, b, q, r, s, e, own):
    for floats in (False, True):
        arithmetic = FormArithmetic(6, floats)
        x, y = Form(a, (p,), r), Form(b, (q, 0), s)
        form = arithmetic.times(x, y)
        for sign in (1, -1):
            first = a + p * Fraction(e) + r * Fraction(own)
            second = b + q * Fraction(e) + sign * s * Fraction(own)
            assert distance(form, first * second / 64, [e]) <= 0
        assert not any(form.parts[1:])
        bent = x.radius * y.radius + abs(a) * s + abs(b) * r
        assert form.rest <= bent / 64 + 5 + floats


def test_a_product_is_as_wide_as_what_each_factor_leaves_open():
    times = FormArithmetic(6, floats=False).times
    wide, much = Form(0, (), 64), Form(128)
    assert times(wide, much) == times(much, wide) == Form(0, (), 128)
    assert times(Form(-128, (), 64), Form(-64, (), 32)) == Form(128, (), 160)


def test_a_product_of_doubles_has_the_error_of_one_rounding():
    arithmetic = FormArithmetic(64, floats=True)
    form = arithmetic.times(Form(3 << 64), Form(5 << 64))
    assert form.centre == 15 << 64
    assert form.rest == (15 << 64 >> DOUBLE) + 1
    assert arithmetic.times(Form(1), Form(1)).rest >= 1
    wide = arithmetic.times(Form(0, (3 << 64,)), Form(0, (0, 5 << 64)))
    assert wide.rest >= (15 << 64) + (15 << 64 >> DOUBLE)


@given(SMALL, st.lists(SMALL, max_size=3).map(tuple), st.integers(0, 9))
def test_ends_are_those_of_the_widest_choice(centre, parts, rest):
    low, high = Form(centre, parts, rest).ends
    assert high - centre == centre - low == sum(map(abs, parts)) + rest


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_are_scaled_exactly(value):
    assume(value == 0 or abs(value) > 2.0**-1000)
    assert FormArithmetic(PLACES, floats=False).constant(value) == Form(
        int(Fraction(value) * 2**PLACES)
    )
