"""Lines of a lattice are drawn where hidden states lie on one that can be seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.report.page.hidden_points import HiddenPoints
from mips_verify.report.page.lattice_lines import MOST_LINES, lattice_lines

HALF = st.integers(-20, 20).map(lambda v: v / 2)


def points(array, share=1.0):
    array = np.asarray(array, dtype=np.float64)
    size = array.shape[1]
    states = np.zeros((len(array), 1), dtype=np.int64)
    return HiddenPoints("hidden states", array, states, np.zeros(size), np.eye(size), share, True)


def distance(point, line):
    """How far a point is from the line through two points."""
    (a, b), along = line, line[1] - line[0]
    rest = point - a - along * ((point - a) @ along) / (along @ along)
    assert np.linalg.norm(b - a) > 0
    return float(np.linalg.norm(rest))


@given(st.tuples(HALF, HALF), st.sampled_from([((1, 0), (0, 1)), ((2, 1), (-1, 1.5))]))
def test_every_point_is_where_two_lines_cross(origin, basis):
    grid = np.array([(i, j) for i in range(4) for j in range(5)], dtype=np.float64)
    array = np.array(origin) + grid @ np.array(basis, dtype=np.float64)
    found = lattice_lines(points(array))
    assert found is not None
    assert found.every == 1
    for point in array:
        assert sum(distance(point, line) < 1e-6 for line in found.ends) == 2


@given(st.integers(2, 2000))
def test_of_many_lines_a_part_is_drawn(last):
    found = lattice_lines(points([[0.0], [1.0], [float(last)]]))
    assert found is not None
    assert 1 <= len(found.ends) <= MOST_LINES
    assert len(found.ends) * found.every >= last


@pytest.mark.parametrize(
    ("array", "share"),
    [
        (np.random.default_rng(0).normal(size=(50, 2)), 1.0),  # no lattice
        ([[0.0], [1.0]], 1.0),  # any two points lie on one
        ([[0.0], [1.0], [1e5]], 1.0),  # too fine to be seen
        ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]], 0.9),  # the shadow of more dimensions
        ([[1.0], [1.0], [1.0]], 1.0),  # one point
    ],
)
def test_elsewhere_there_are_none(array, share):
    assert lattice_lines(points(array, share)) is None
