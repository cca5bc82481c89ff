"""Cells that are accepted are true; what is wrong, does not fit or is too much work is refused."""

import itertools
import random
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.network_kernel import cells
from mips_verify.network_kernel.cells import Basis, Cell, CellError, Cells, check_cells
from mips_verify.network_kernel.exact_network import Affine
from mips_verify.network_kernel.forms import Form
from tests.network_kernel_cases import (
    BASES,
    CASES,
    COPY,
    FORGET,
    FORGET_CELLS,
    PARITY,
    PARITY_CELLS,
    PARITY_PROGRAM,
    TURN,
    lstm_like,
    machine,
    plain,
    torch_cells,
)
from tests.network_kernel_tools import BITS, Doubles, Fractions, Reals, answer, run

SHIFT = 2.0**-40
ID = ((1.0, 0.0), (0.0, 1.0))


@pytest.mark.parametrize(("_", "network", "program", "proof"), CASES, ids=[c[0] for c in CASES])
@pytest.mark.parametrize("floats", [False, True])
def test_true_cells_are_accepted(_, network, program, proof, floats):
    assert check_cells(network, program, BITS, replace(proof, floats=floats)) is None


def agrees(network, program, length):
    """On all words of a length, and on some of 100 letters, in reals and in doubles."""
    rng = random.Random(0)
    words = [*itertools.product([0, 1], repeat=min(length, 5))]
    if length > 8:
        words += [rng.choices([0, 1], k=min(length, 100)) for _ in range(2)]
    reals = Fractions() if not network.layers else Reals()
    for word in words:
        letters = [(x,) for x in word]
        want = program.run(letters)
        for numbers in (Doubles("plain"), reals):
            got = [answer(network, s) for s in run(network, numbers, letters)]
            if got != want:
                return False
    return True


NUDGES = st.sampled_from([0.0, SHIFT, -SHIFT, 0.0625, -0.0625, 0.5, 1.0, -1.0, -2.0])


@st.composite
def wrong(draw, network, program, proof):
    """A proof or a network with one thing changed."""
    number = draw(st.integers(0, len(proof.cells) - 1))
    cell = proof.cells[number]
    what = draw(st.sampled_from(["centre", "radius", "to", "state", "depth", "start", "g", "f"]))
    by = draw(NUDGES)
    if what in ("centre", "radius"):
        old = getattr(cell, what)
        cell = replace(cell, **{what: (old[0] + by, *old[1:])})
    elif what == "to":
        place = draw(st.integers(0, 1))
        to = draw(st.integers(-1, len(proof.cells)))
        cell = replace(cell, to=(*cell.to[:place], to, *cell.to[place + 1 :]))
    elif what == "state":
        cell = replace(cell, state=tuple(z + draw(st.integers(-1, 1)) for z in cell.state))
    elif what == "depth":
        cell = replace(cell, depth=draw(st.one_of(st.none(), st.integers(0, 3))))
    elif what == "start":
        network = replace(network, start=(network.start[0] + by, *network.start[1:]))
    else:
        layers = getattr(network, what)
        if layers:
            *kept, last = layers
            row = (last.weight[0][0] + by, *last.weight[0][1:])
            last = replace(last, weight=(row, *last.weight[1:]))
            network = replace(network, **{what: (*kept, last)})
    changed = (*proof.cells[:number], cell, *proof.cells[number + 1 :])
    return network, program, replace(proof, cells=changed, floats=draw(st.booleans()))


def some_wrong():
    return st.one_of(*(wrong(*case[1:]) for case in CASES))


@given(some_wrong())
def test_what_is_accepted_is_true(changed):
    network, program, proof = changed
    try:
        letters = check_cells(network, program, BITS, proof)
    except CellError:
        return
    assert agrees(network, program, 100 if letters is None else letters)


def refused(message, network, program, proof, domain=BITS):
    with pytest.raises(CellError, match=message):
        check_cells(network, program, domain, proof)


def changed(proof, number=0, **fields):
    made = list(proof.cells)
    made[number] = replace(made[number], **fields)
    return replace(proof, cells=tuple(made))


def test_each_thing_that_does_not_hold_is_named():
    more = Cells((*PARITY_CELLS.cells, PARITY_CELLS.cells[1]))
    refused(r"^there is no cell$", PARITY, PARITY_PROGRAM, Cells(()))
    refused(r"^the first cell is not labelled with the program's start$",
            PARITY, PARITY_PROGRAM, changed(PARITY_CELLS, state=(2,)))  # fmt: skip
    refused(r"^the network does not start in the first cell$",
            PARITY, PARITY_PROGRAM, changed(PARITY_CELLS, centre=(SHIFT,)))  # fmt: skip
    refused(r"^cell 1, letter \(0,\): the cell that it leads to is not the program's$",
            PARITY, PARITY_PROGRAM, changed(PARITY_CELLS, 1, to=(0, 0)))  # fmt: skip
    refused(r"^cell 0, letter \(1,\): the image is not inside cell 1$",
            PARITY, PARITY_PROGRAM, changed(PARITY_CELLS, 1, centre=(1.0 + SHIFT,)))  # fmt: skip
    refused(r"^cell 0, letter \(1,\): the read-out may differ from the program's output$",
            PARITY, replace(PARITY_PROGRAM, outputs=(parse("0", []),)), PARITY_CELLS)  # fmt: skip
    refused(r"^a radius is negative, or there are too many or too few$",
            PARITY, PARITY_PROGRAM, changed(more, 2, radius=(-1.0,)))  # fmt: skip
    refused("^the cells do not fit the network: ",
            PARITY, PARITY_PROGRAM, changed(PARITY_CELLS, 1, centre=(1.0, 0.0)))  # fmt: skip
    refused(r"^a radius is negative, or there are too many or too few$", PARITY, PARITY_PROGRAM,
            changed(more, 2, centre=(1.0, 0.0), radius=(0.0, 0.0)))  # fmt: skip
    for to in ((0, 1, 1), (0,), (-2, 1), (0, 2)):
        refused("^(the cells do not fit the network|cell 0, letter)",
                PARITY, PARITY_PROGRAM, changed(PARITY_CELLS, to=to))  # fmt: skip
    refused("^the network reads or gives another number of values than the program$",
            PARITY, PARITY_PROGRAM, PARITY_CELLS, Domain(("x", "y"), (0, 0), (1, 1)))  # fmt: skip
    refused("^the network reads or gives another number of values than the program$",
            PARITY, machine([0], ["z0"], ["z0", "z0"]), PARITY_CELLS)  # fmt: skip
    argmax = lstm_like("rnn_tanh", (0, 1, 0))
    for domain in (Domain(("x",), (0,), (2,)), Domain(("x",), (1,), (1,))):
        refused("^the network reads other letters than the program$",
                argmax, COPY, torch_cells("rnn_tanh"), domain)  # fmt: skip


def test_a_program_without_a_value_is_refused():
    table = machine([0], ["(0, 1)[z0 + x]"], ["z0"])
    refused("^the cells do not fit the network: index 2 outside", PARITY, table, PARITY_CELLS)
    deep = machine([0], ["+".join(["z0"] * 300)], ["z0"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Machine, "step", lambda *_: (_ for _ in ()).throw(RecursionError("deep")))
        refused("^the cells do not fit the network: deep$", PARITY, deep, PARITY_CELLS)


def test_the_largest_score_must_be_the_programs_by_more_than_any_other():
    network = lstm_like("rnn_tanh", (0, 1, 0))
    layer = replace(network.layers[0], from_x=Affine(((-4.0, 4.0),), (0.0,)))
    network = replace(network, layers=(layer,))
    proof = torch_cells("rnn_tanh")
    assert check_cells(network, COPY, BITS, proof) is None
    for g in (
        Affine(((-1.0,), (1.0,), (1.0,)), (0.5, -0.5, 0.5)),  # a third score is larger at 1
        Affine(((0.0,), (0.0,), (0.0,)), (0.5, 0.5, 0.5)),  # all alike
        Affine(((-1.0,), (1.0,), (-1.0,)), (0.5, -2.5, 0.5)),
    ):
        refused(r"the read-out may differ", replace(network, g=(g,)), COPY, proof)
    refused("the read-out may differ", replace(network, values=(0, 2, 0)), COPY, proof)
    even = Affine(((-1.0,), (1.0,), (-1.0,)), (0.0, 0.0, 0.0))
    for weight, fine in ((0.25, True), (0.125, False)):  # beside 3/16 at most from the old state
        unsure = replace(network.layers[0], from_x=Affine(((-weight, weight),), (0.0,)))
        made = replace(network, layers=(unsure,), g=(even,))
        if fine:
            assert check_cells(made, COPY, BITS, proof) is None
        else:
            refused("the read-out may differ", made, COPY, proof)
    alike = replace(network, g=(Affine(((-1.0,), (1.0,), (-1.0,)), (0.5, -0.5, 0.5)),))
    assert check_cells(alike, COPY, BITS, proof) is None
    # no score stands for the output 1, but nothing else can win where all give 0
    zero = machine([], [], ["0"])
    assert check_cells(replace(network, values=(0, 0, 0)), zero, BITS, proof) is None


def test_a_score_is_larger_where_the_least_difference_is_above_zero():
    checker = cells._Checker(PARITY, PARITY_PROGRAM, BITS, PARITY_CELLS)
    for a, b, larger in (
        (Form(1), Form(0), True), (Form(0), Form(0), False), (Form(0), Form(1), False),
        (Form(3, (2,)), Form(0, (2,)), True), (Form(3, (2,)), Form(0, (-2,)), False),
        (Form(3, (), 2), Form(0, (), 1), False), (Form(4, (), 2), Form(0, (), 1), True),
    ):  # fmt: skip
        assert checker._larger(a, b) is larger


def test_an_output_of_exactly_one_half_away_is_refused():
    half = replace(PARITY, g=(Affine(((1.0,),), (0.5,)),))
    refused("the read-out may differ", half, PARITY_PROGRAM, PARITY_CELLS)
    near = replace(PARITY, g=(Affine(((1.0,),), (0.5 - 2**-30,)),))
    assert check_cells(near, PARITY_PROGRAM, BITS, PARITY_CELLS) is None
    low = replace(PARITY, g=(Affine(((1.0,),), (-0.5,)),))
    refused("the read-out may differ", low, PARITY_PROGRAM, PARITY_CELLS)
    apart = replace(PARITY, g=(Affine(((2.0,),), (0.0,)),))
    refused("the read-out may differ", apart, PARITY_PROGRAM, PARITY_CELLS)


def test_an_output_that_is_right_in_the_middle_only_is_refused():
    """The score is 0.1 or 1.1 in the middle, but up to 5/8 away from it."""
    wide = changed(FORGET_CELLS, radius=(2.5,))
    refused("the read-out may differ", FORGET, COPY, wide)


def chain(*depths, last=()):
    """Cells of growing counts, each leading to the next."""
    count = plain([([(1.0, 1.0)], (0.0,))], [([(1.0,)], (0.0,))], [0.0])
    one = Domain(("x",), (1,), (1,))
    program = machine([0], ["z0 + x"], ["z0"])
    made = [Cell((i,), (float(i),), (0.0,), (i + 1,), depth=d) for i, d in enumerate(depths)]
    return count, program, one, Cells((*made, *last))


@pytest.mark.parametrize(
    ("depths", "fine"),
    [((2, 1, 0), True), ((1, 0), True), ((2, 5, 4, 3, 2, 1, 0), True), ((0,), True),
     ((2, 0), False), ((3, 1, 0), False), ((None, 1, 0), False), ((None, 0), False)],
)  # fmt: skip
def test_depths_fall_by_one_at_most(depths, fine):
    network, program, domain, proof = chain(*depths)
    if fine:
        assert check_cells(network, program, domain, proof) == depths[0]
    else:
        refused("not the program's", network, program, proof, domain)


def test_a_cell_of_any_depth_may_follow_any_cell():
    loop = Cells((replace(PARITY_CELLS.cells[0], depth=3), PARITY_CELLS.cells[1]))
    refused("cell 1, letter .1,.: the cell that it leads", PARITY, PARITY_PROGRAM, loop)
    first = replace(PARITY_CELLS.cells[0], depth=3, to=(2, 1))
    loop = Cells((first, replace(PARITY_CELLS.cells[1], to=(1, 2)),
                  replace(PARITY_CELLS.cells[0], to=(2, 1))))  # fmt: skip
    assert check_cells(PARITY, PARITY_PROGRAM, BITS, loop) == 3


def test_cells_without_further_letters_are_not_looked_at():
    last = Cell((2,), (2.0,), (-7.0,), (9, 9, 9), depth=0)
    network, program, domain, proof = chain(2, 1, last=(last,))
    refused("the image is not inside cell 2", network, program, proof, domain)
    proof = changed(proof, 2, radius=(0.0,))
    assert check_cells(network, program, domain, proof) == 2


# --- pieces and coordinates ----------------------------------------------------------------------
POSITIVE = plain([([(1.0, 0.0)], (0.0,)), ([(0.5,)], (0.0,))], [([(0.25,)], (0.0,))], [0.0])


@pytest.mark.parametrize(("pieces", "fine"), [((), False), ((1,), False), ((2,), True),
                                              ((3,), False), ((4,), True)])  # fmt: skip
def test_pieces_make_images_smaller(pieces, fine):
    """max(h, 0) / 2 for -1 <= h <= 1: one piece gives -1/4 to 1/2, and two give 0 to 1/2."""
    centre = Cells((Cell((), (0.0,), (1.0,), (1, 1), split=pieces),
                    Cell((), (0.265625,), (0.265625,), (0, 0))))  # fmt: skip
    program = machine([], [], ["0"])
    if fine:
        assert check_cells(POSITIVE, program, BITS, centre) is None
    else:
        refused("cell 0, letter .0,.: the image is not inside", POSITIVE, program, centre)


@given(st.integers(0, 2**40), st.integers(1, 9))
def test_pieces_leave_no_gap_and_reach_no_farther_than_needed(radius, count):
    ends = [cells._piece(radius, k, count) for k in range(count)]
    at = -radius
    for centre, half in ends:
        assert centre - half <= at <= centre + half
        assert half <= radius // count + 2
        at = centre + half
    assert at >= radius
    assert ends[0][0] - ends[0][1] >= -radius - 1
    assert at <= radius + 1


@pytest.mark.parametrize("split", [(1, 1), (0,), (-1,), (2, -1), (2, 0)])
def test_pieces_that_are_none_are_refused(split):
    refused("^a cell is not cut into pieces along each coordinate$",
            PARITY, PARITY_PROGRAM, changed(PARITY_CELLS, split=split))  # fmt: skip


PARTS = st.integers(-64, 64).map(lambda k: k / 64)


def turned(basis, radius, **more):
    return Cells((Cell((), (-0.125, 0.5), radius, (0, 0), basis=basis, **more),), BASES)


def test_cells_in_other_coordinates_hold_the_same_states():
    """A square turned by 45 degrees maps into itself."""
    assert check_cells(TURN, COPY, BITS, turned(None, (0.25, 0.75))) is None
    for split in ((), (2, 3)):
        assert check_cells(TURN, COPY, BITS, turned(0, (0.5, 0.5), split=split)) is None
    refused("does not start in the first cell", TURN, COPY, turned(0, (0.3, 0.5)))
    refused("does not start in the first cell", TURN, COPY, turned(0, (0.5, 0.125)))
    refused("image is not inside cell 0", TURN, COPY, turned(0, (0.34, 0.5)))
    refused("image is not inside cell 0", TURN, COPY, turned(0, (0.5, 0.34)))
    refused("^the cells do not fit", TURN, COPY, turned(1, (0.5, 0.5)))
    wrong = replace(turned(0, (0.5, 0.5)), bases=(Basis(ID, BASES[0].inverse),))
    refused("not inverse", TURN, COPY, wrong)


def test_a_state_that_only_the_approximate_inverse_holds_is_not_lost():
    """With an inverse that is wrong by 1/8, the box has to be wider by as much."""
    basis = Basis(((1.125, 0.0), (0.0, 1.0)), ID)
    cell = Cell((), (0.0, 0.0), (1.0, 0.5), (0, 0), basis=0)
    checker = cells._Checker(TURN, COPY, BITS, Cells((cell,), (basis,)))
    ((first, second),) = checker._boxes(cell)
    # the radii are 1 + 2/8 and 1/2 + 2/8
    assert (first.radius, second.radius) == (int(1.125 * 1.25 * 2**64), 3 << 62)


@given(*[PARTS] * 2, *[PARTS.map(lambda v: v / 128)] * 2, *[PARTS.map(abs)] * 2)
def test_boxes_hold_all_points_whose_coordinates_are_inside(u, v, a, b, r, s):
    """Also where the inverse is not exact: the box grows by as much."""
    basis = Basis(((1.0 + a, 1.0), (-1.0, 1.0 + b)), ((0.5, -0.5), (0.5, 0.5)))
    cell = Cell((), (0.25, 0.5), (r, s), (0, 0), basis=0, split=(3, 2))
    checker = cells._Checker(TURN, COPY, BITS, Cells((cell,), (basis,)))
    # the point with these coordinates: the inverse of the inverse is known
    x, y = u * r, v * s
    point = (0.25 + x + y, 0.5 - x + y)
    scale = 2.0**checker.bits
    found = [
        all(abs(f.centre / scale - p) <= f.radius / scale + 1e-12
            for f, p in zip(box, point, strict=True))
        for box in checker._boxes(cell)
    ]  # fmt: skip
    assert len(found) == 6
    assert any(found)


def test_the_error_of_an_inverse_is_bounded_by_its_norm():
    reals = cells.FormArithmetic(64, floats=False)
    error = cells._inversion_error(reals, Basis(((1.25, 0.125), (0.0, 1.0)), ID))
    assert error == 3 << 62  # twice 1/4 + 1/8
    assert cells._inversion_error(reals, Basis(ID, ID)) == 0
    for matrix in (((1.5, 0.0), (0.0, 1.0)), ((0.5, 0.0), (0.0, 1.0)), ((1.0, 0.5), (0.0, 1.0)),
                   ((0.0, 1.0), (1.0, 0.0)), ((1.0, 0.0), (0.25, 1.25))):  # fmt: skip
        with pytest.raises(CellError, match=r"^the matrices of a basis are not inverse"):
            cells._inversion_error(reals, Basis(matrix, ID))
    for flat in (Basis(((1.0, 0.0),), ((1.0,), (0.0,))), Basis(((1.0,), (0.0,)), ((1.0, 0.0),))):
        with pytest.raises(CellError, match="not inverse"):
            cells._inversion_error(reals, flat)
    with pytest.raises(ValueError, match="argument 2"):
        cells._inversion_error(reals, Basis(ID, ((1.0,),)))


# --- bounds on the work --------------------------------------------------------------------------
def quickly(message, network, program, proof, domain=BITS):
    start = time.process_time()
    refused(message, network, program, proof, domain)
    assert time.process_time() - start < 2


def test_work_is_refused_before_it_is_done():
    much = r"^checking takes \d+ multiplications, more than 4000000000$"
    wide = Domain(("x",), (0,), (10**9,))
    quickly(much, FORGET, COPY, FORGET_CELLS, wide)
    quickly(much, FORGET, COPY, Cells(FORGET_CELLS.cells * 100_000), Domain(("x",), (0,), (39,)))
    quickly(much, FORGET, COPY, changed(FORGET_CELLS, split=(999_999,)), Domain(("x",), (0,), (9,)))
    quickly("^a cell is cut into more than 1000000 pieces$",
            FORGET, COPY, changed(FORGET_CELLS, split=(1_000_001,)))  # fmt: skip
    quickly(
        much, FORGET, COPY, changed(FORGET_CELLS, split=(1_000_000,)), Domain(("x",), (0,), (9,))
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "WORK", cells._work(FORGET, BITS, FORGET_CELLS))
        assert check_cells(FORGET, COPY, BITS, FORGET_CELLS) is None
        patch.setattr(cells, "WORK", cells.WORK - 1)
        refused("^checking takes ", FORGET, COPY, FORGET_CELLS)
    big = tuple((1.0,) * 100 for _ in range(100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "WORK", 2_000_000)
        refused("^checking takes ", FORGET, COPY, replace(FORGET_CELLS, bases=(Basis(big, big),)))


def test_a_cell_without_letters_does_not_need_them():
    wide = Domain(("x",), (0,), (10**15,))
    done = Cells((Cell((), (0.0,), (0.0,), (), depth=0),))
    assert check_cells(FORGET, COPY, wide, done) == 0


def test_work_counts_what_is_done():
    one = Cells((Cell((), (0.0,), (0.0,), (0, 0)),))
    # 6 numbers, 1 hidden value, 2 rows
    assert cells._work(FORGET, BITS, one) == 2 * (6 * 4 + 500) * 2
    assert cells._work(FORGET, BITS, changed(one, split=(7,))) == 7 * 2 * (6 * 4 + 500) * 2
    assert cells._work(FORGET, BITS, changed(one, depth=0)) == 0
    narrow = changed(one, centre=(2.0**-130,))
    assert cells._work(FORGET, BITS, narrow) == 2 * (6 * 4 + 500) * 3
    assert cells._work(FORGET, BITS, changed(one, centre=(2.0**-117,))) == 2 * (6 * 4 + 500) * 2
    in_two = cells._work(TURN, BITS, turned(0, (0.5, 0.5)))
    assert in_two == (2 * ((len(TURN.numbers) + 4) * 6 + 500) + 8) * 2
    based = replace(one, bases=(Basis(ID, ID),))
    assert cells._work(FORGET, BITS, based) == (2 * (7 * 4 + 500) + 8) * 2
    argmax = lstm_like("rnn_tanh", (0, 1, 0))
    # 9 pairs of scores, 1 hidden value, 5 rows
    count = len(argmax.numbers)
    assert cells._work(argmax, BITS, one) == 2 * ((count + 9) * 7 + 5 * 500 + 500) * 2


@pytest.mark.parametrize(("power", "fine"), [(-990, True), (-991, True), (-992, False)])
def test_numbers_with_many_places_are_refused(power, fine):
    proof = changed(PARITY_CELLS, 1, radius=(2.0**power,))
    if fine:
        assert cells._places(PARITY, proof) == 9 - power
        refused("the image is not inside", PARITY, PARITY_PROGRAM,
                changed(proof, 1, centre=(0.5,)))  # fmt: skip
    else:
        refused("^a number has more than 1000 binary places$", PARITY, PARITY_PROGRAM, proof)


def test_few_places_are_enough_for_the_tangent():
    """Weights with few places leave room for the errors of a library."""
    assert cells._places(PARITY, PARITY_CELLS) == 64


def test_a_letter_that_is_no_double_is_refused():
    """2**53 + 1 would be read as 2**53: the exact reading would be another."""
    last = Domain(("x",), (2**53 + 1,), (2**53 + 1,))
    zero = plain([([(0.0, 0.0)], (0.0,))], [([(1.0,)], (0.0,))], [0.0])
    proof = Cells((Cell((), (0.0,), (0.0,), (0,)),))
    refused(r"the letter \(9007199254740993,\) goes beyond 2\*\*53",
            zero, machine([], [], ["0"]), proof, last)  # fmt: skip
    edge = Domain(("x",), (2**53,), (2**53,))
    assert check_cells(zero, machine([], [], ["0"]), edge, proof) is None


def test_all_numbers_of_a_proof_are_seen():
    proof = Cells((Cell((), (1.0,), (2.0,), ()),), (Basis(((3.0,),), ((4.0,),)),))
    assert list(proof.numbers) == [1.0, 2.0, 3.0, 4.0]
