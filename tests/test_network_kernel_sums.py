"""As many letters as are said to be exact are exact in doubles, in every order of summation."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.kernel.domain import Domain
from mips_verify.network_kernel import exact_sums
from mips_verify.network_kernel.as_machine import NotIntegralError
from mips_verify.network_kernel.exact_network import Affine, ExactNetwork
from mips_verify.network_kernel.exact_sums import (
    LETTERS,
    PLACES,
    Range,
    RangeArithmetic,
    exact_letters,
)
from tests.network_kernel_tools import (
    BITS,
    ORDERS,
    Doubles,
    Fractions,
    plain_networks,
    run,
    torch_networks,
)

ONE = 1 << PLACES
GROWTH = st.one_of(
    st.integers(-3, 3).map(float),
    st.integers(-20, 20).map(lambda k: k / 4),
    st.sampled_from([2.0**26, -(2.0**30), 2.0**52, 2.0**-30, 0.1]),
)
WIDE = Domain(("x", "y"), (-3, 0), (5, 1))


def plain(f, g, start, channels=1):
    layers = [tuple(Affine(tuple(map(tuple, w)), tuple(b)) for w, b in part) for part in (f, g)]
    return ExactNetwork(tuple(start), layers[0], (), layers[1], (), None, channels)


def domain_of(network):
    return WIDE if network.channels == 2 else Domain(("x",), (-3,), (5,))


def exact_on(network, word):
    """Whether every order of summation gives the exact scores after each letter."""
    exact = list(run(network, Fractions(), word))
    return all(list(run(network, Doubles(order), word)) == exact for order in ORDERS)


def words(domain, length, count):
    rng = random.Random(length)
    letters = list(domain.letters())
    ends = [letters[0], letters[-1]]
    yield [ends[1]] * length
    yield [ends[k % 2] for k in range(length)]
    for _ in range(count):
        yield rng.choices(letters, k=length)


@given(plain_networks(GROWTH))
def test_letters_that_are_said_to_be_exact_are(network):
    domain = domain_of(network)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_sums, "LETTERS", 40)
        letters = exact_letters(network, domain)
    length = 60 if letters is None else letters
    assert all(exact_on(network, word) for word in words(domain, length, 2) if length)


@given(torch_networks("rnn_relu", GROWTH, argmax=False, one_hot=False))
def test_letters_of_a_torch_module_that_are_said_to_be_exact_are(network):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_sums, "LETTERS", 40)
        letters = exact_letters(network, BITS)
    length = 60 if letters is None else letters
    assert all(exact_on(network, word) for word in words(BITS, length, 2) if length)


@given(torch_networks("rnn_tanh", one_hot=False), torch_networks("lstm", one_hot=False))
def test_other_cells_are_never_exact(a, b):
    for network in (a, b):
        try:
            assert exact_letters(network, BITS) == 0  # a sum before is not
        except NotIntegralError:
            continue


def test_curves_and_gates_are_never_exact():
    for curve in (RangeArithmetic().tanh, RangeArithmetic().sigmoid):
        with pytest.raises(NotIntegralError, match=r"^the network has units other than ReLU$"):
            curve(Range(0, 0, 1))
    with pytest.raises(NotIntegralError, match=r"^the network has gates$"):
        RangeArithmetic().times(Range(0, 0, 1), Range(0, 0, 1))


def counter(step=1.0, start=0.0):
    """Adds up its letters."""
    return plain([([(1.0, step)], (0.0,))], [([(1.0,)], (0.0,))], [start])


def test_a_counter_is_exact_until_it_leaves_the_doubles():
    assert exact_letters(counter(), BITS) == LETTERS
    # after 1023 letters the next sum may be 2**53; one look in eight or nine letters is enough
    assert 1023 * 8 // 9 <= exact_letters(counter(2.0**43), BITS) <= 1023
    big = Domain(("x",), (0,), ((2**53 - 1) // 9,))
    assert exact_letters(counter(), big) == 8
    big = Domain(("x",), (0,), ((2**53 - 1) // 9 + 1,))
    assert exact_letters(counter(), big) == 7
    down = Domain(("x",), (-((2**53 - 1) // 9 + 1),), (0,))
    assert exact_letters(counter(), down) == 7
    assert exact_letters(counter(start=2.0**53), BITS) == 0
    assert exact_letters(counter(start=2.0**53 - 3), BITS) == 1
    assert exact_letters(counter(start=2.0**53 - 2), BITS) == 0


def test_a_shift_register_is_exact_for_ever():
    shift = plain(
        [([(0.0, 0.0, 1.0), (1.0, 0.0, 0.0)], (0.0, 0.5))], [([(1.0, 1.0)], (0.0,))], [0.0, 3.0]
    )
    assert exact_letters(shift, BITS) is None
    assert exact_letters(shift, Domain(("x",), (0,), (2**50,))) is None
    assert exact_letters(shift, Domain(("x",), (0,), (2**51,))) == 1
    assert exact_letters(shift, Domain(("x",), (0,), (2**52,))) == 0
    still = plain([([(0.0, 0.0)], (0.0,))], [([(1.0,)], (0.0,))], [0.0])
    assert exact_letters(still, BITS) is None
    wide = replace(still, g=(Affine(((1.0,),), (2.0**53,)),))
    assert exact_letters(wide, BITS) == 0


def test_a_sum_in_which_letters_cancel_is_exact():
    """h' = x - previous x, as a linear network with two values, and as a deep one."""
    rows = [(0.0, 0.0, 1.0), (-1.0, 0.0, 1.0)]
    linear = plain([(rows, (0.0, 0.0))], [([(0.0, 1.0)], (0.0,))], [0.0, 0.0])
    assert exact_letters(linear, BITS) is None
    wrapped = plain(
        [([(1.0, 1.0), (-1.0, -1.0)], (0.0, 0.0)), ([(0.5, -0.5)], (0.0,))],
        [([(1.0,)], (0.0,))], [0.0],
    )  # fmt: skip
    assert exact_letters(wrapped, BITS) in range(16, 64)  # one place more with each letter


def test_the_last_states_are_looked_at_too():
    """A letter meets the one five letters before: no count of letters below is a power of two."""
    rows = [[0.0] * 6 + [1.0], *([float(j == i) for j in range(7)] for i in range(4))]
    rows.append([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    network = plain([(rows, (0.0,) * 6)], [([(0.0,) * 6], (0.0,))], [0.0] * 6)
    assert exact_letters(network, Domain(("x",), (0,), (2**52 - 1,))) is None
    assert exact_letters(network, Domain(("x",), (0,), (2**52,))) == 4


def test_a_start_below_zero_counts_as_one_above():
    down = Domain(("x",), (-1,), (0,))
    assert exact_letters(counter(start=-(2.0**53) + 3), down) == 1
    assert exact_letters(counter(start=-(2.0**53) + 2), down) == 0
    assert (LETTERS, exact_sums.PRODUCTS) == (10_000, 20_000_000)


def test_letters_that_cancel_later_do_not_add_up():
    """h2' = h2 + x - h1 with h1' = x is x again; ranges alone would grow with each letter."""
    rows = [(0.0, 0.0, 1.0), (-1.0, 1.0, 1.0)]
    network = plain([(rows, (0.0, 0.0))], [([(0.0, 1.0)], (0.0,))], [0.0, 0.0])
    assert exact_letters(network, BITS) is None


def test_a_clipped_count_is_exact_for_ever():
    """min(h + x, 3), by two ReLUs."""
    rows = [(1.0, 1.0), (1.0, 1.0)]
    clipped = plain([(rows, (0.0, -3.0)), ([(1.0, -1.0)], (0.0,))], [([(1.0,)], (0.0,))], [0.0])
    # ranges do not know that both ReLUs go together, and grow
    assert exact_letters(clipped, BITS) >= 16
    latch = plain([([(-1.0, -1.0)], (1.0,)), ([(-1.0,)], (1.0,))], [([(1.0,)], (0.0,))], [0.0])
    assert exact_letters(latch, BITS) is None


@pytest.mark.parametrize(
    ("weight", "letters"), [(2.0**-200, 0), (2.0**-201, 0), (2.0**-100, None), (2.0**-101, 0)]
)
def test_what_needs_more_places_than_are_kept_is_rounded(weight, letters):
    """The state and the score have the places of one weight, and of two."""
    tiny = plain([([(0.0, weight)], (0.0,))], [([(weight,)], (0.0,))], [0.0])
    assert exact_letters(tiny, BITS) == letters


@pytest.mark.parametrize(
    ("limit", "letters"), [(0, 1), (10**9, 7), (6 * 3 * 5, 5), (6 * 3 * 5 - 1, 4)]
)
def test_work_is_bounded(limit, letters):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_sums, "PRODUCTS", limit)
        patch.setattr(exact_sums, "LETTERS", 7)
        assert exact_letters(counter(), BITS) == letters


RANGES = st.tuples(st.integers(-50, 50), st.integers(0, 20), st.integers(0, 3)).map(
    lambda t: Range(t[0] * ONE >> t[2], (t[0] + t[1]) * ONE >> t[2], ONE >> t[2])
)


def members(r):
    return [r.low, r.high, r.low + (r.high - r.low) // r.unit // 2 * r.unit]


@given(st.lists(st.tuples(GROWTH.filter(lambda w: w != 0.1), RANGES), min_size=1, max_size=3),
       st.lists(st.integers(-9, 9).map(float), max_size=2))  # fmt: skip
def test_ranges_hold_all_sums(terms, constants):
    weights, values = zip(*terms, strict=True)
    numbers = RangeArithmetic()
    try:
        (total,) = numbers.affine((weights,), values, *[(c,) for c in constants])
    except OverflowError:
        return
    for chosen in itertools.product(*map(members, values)):
        exact = sum(int(w * 2**40) * v for w, v in zip(weights, chosen, strict=True)) >> 40
        exact += sum(int(c) << PLACES for c in constants)
        assert total.low <= exact <= total.high
        assert exact % total.unit == 0
    assert total.high - total.low <= sum(
        Fraction(abs(w)) * (v.high - v.low) for w, v in zip(weights, values, strict=True)
    )


@given(RANGES)
def test_a_relu_of_a_range(r):
    low, high, unit = RangeArithmetic().relu(r)
    assert (low, high, unit) == (max(r.low, 0), max(r.high, 0), r.unit)


def test_constants_know_their_unit():
    numbers = RangeArithmetic()
    assert numbers.constant(-0.75) == Range(-3 * ONE >> 2, -3 * ONE >> 2, ONE >> 2)
    assert numbers.constant(12.0) == Range(12 * ONE, 12 * ONE, 4 * ONE)
    assert numbers.constant(0.0) == Range(0, 0, ONE)
    assert numbers.scaled(2.0**-PLACES) == 1
    with pytest.raises(OverflowError, match=rf"^9\.33.*e-61 has more than {PLACES} binary places$"):
        numbers.scaled(3 * 2.0 ** -(PLACES + 1))


def test_the_largest_sum_that_is_exact():
    numbers = RangeArithmetic()
    edge = Range(0, (2**53 - 2) * ONE, ONE)
    (total,) = numbers.affine(((1.0, 1.0),), [edge, Range(0, ONE, ONE)])
    assert total == Range(0, (2**53 - 1) * ONE, ONE)
    with pytest.raises(OverflowError, match=r"^a sum may be rounded$"):
        numbers.affine(((1.0, 1.0),), [edge, Range(0, 2 * ONE, ONE)])
    with pytest.raises(OverflowError):
        numbers.affine(((1.0, 1.0),), [edge, Range(-2 * ONE, 0, ONE)])
    with pytest.raises(OverflowError):
        numbers.affine(((1.0, 0.5),), [edge, Range(0, ONE, ONE)])
    (total,) = numbers.affine(((0.0, 2.0),), [edge, Range(-ONE, ONE, ONE)], (1.0,))
    assert total == Range(-ONE, 3 * ONE, ONE)
    with pytest.raises(ValueError, match=r"^1 weights for 2 values$"):
        numbers.affine(((1.0,),), [edge, edge])
