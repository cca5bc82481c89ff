"""Integer ReLU layers through a table, bent along one direction only.

The function is ``linear @ z + shift + phi(d . z)``: it is linear but for a piecewise linear
function of one integer combination of its arguments. A maximum, an absolute difference, a table of
a state and a table of the pair of state and letter (numbered by ``d . z``) are of this form.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.network.layers import beside, interpolate
from mips_verify.network.network import Layers
from mips_verify.train import training_budgets as budgets

Direction = tuple[int, ...]  # with an entry 1 or -1
_PARALLEL = 0.1  # how far a multiple of a unit's weights may be from integers
_NEAR = 1e-6  # rounding errors of least squares on integers of modest size are far below


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The values of a function at some points.

    Attributes:
        points: ``(n, inputs)``.
        values: ``(n, outputs)``.
    """

    points: Ints
    values: Ints


def table_of(points: Ints, values: Ints) -> Table | None:
    """The table of points ``(..., inputs)`` with values ``(..., outputs)``, or of some of them.

    Returns:
        None if a point has two values.
    """
    inputs = points.shape[-1]
    rows = distinct(np.concatenate([points, values], axis=-1))
    if len(distinct(rows[:, :inputs])) < len(rows):
        return None
    some = np.linspace(0, len(rows) - 1, min(len(rows), budgets.SNAP_POINTS)).astype(np.int64)
    rows = rows[some]  # not every k-th one, as these may all have one letter
    return Table(rows[:, :inputs], rows[:, inputs:])


def distinct(rows: Ints) -> Ints:
    """The distinct rows of ``(..., columns)``, sorted, ``(n, columns)``."""
    rows = rows.reshape(-1, rows.shape[-1])
    rows = rows[np.lexsort(rows.T[::-1])]
    fresh = (rows[1:] != rows[:-1]).any(axis=1)
    first: Ints = rows[np.append(True, fresh)]
    return first


def small_directions(inputs: int) -> tuple[Direction, ...]:
    """The first directions with entries -1, 0 and 1 up to their sign, few entries before many."""
    found: list[Direction] = []
    for size in range(1, inputs + 1):
        for places in itertools.combinations(range(inputs), size):
            for signs in itertools.product((1, -1), repeat=size - 1):
                direction = np.zeros(inputs, dtype=np.int64)
                direction[list(places)] = (1, *signs)
                found.append(tuple(direction.tolist()))
                if len(found) == budgets.SNAP_DIRECTIONS:
                    return tuple(found)
    return tuple(found)


def directions_near(rows: Floats) -> tuple[Direction, ...]:
    """Small integer directions near multiples of the rows ``(units, inputs)``."""
    found: list[Direction] = []
    for row in rows[rows.any(axis=1)]:
        for factor in range(1, budgets.SNAP_MULTIPLE + 1):
            scaled = row * (factor / np.abs(row).max())
            whole = np.rint(scaled)
            if np.abs(scaled - whole).max() < _PARALLEL and (np.abs(whole) == 1).any():
                found.append(tuple(whole.astype(np.int64).tolist()))
    return tuple(dict.fromkeys(found))


def fewest_units(table: Table, directions: Iterable[Direction]) -> Layers | None:
    """The layers with the fewest hidden units that give the table, or None if there are none."""
    found = [layers for d in directions if (layers := bent(table, d)) is not None]
    return min(found, key=units, default=None)


def units(layers: Layers) -> int:
    """The number of hidden units of a perceptron."""
    return sum(len(bias) for _, bias in layers[:-1])


def bent(table: Table, direction: Direction) -> Layers | None:
    """Layers with integer weights that give the table and bend only along ``direction``."""
    places, group = np.unique(table.points @ np.array(direction), return_inverse=True)
    linear = _within_groups(table, group, direction)
    if linear is None:
        return None
    rest = table.values - table.points @ linear.T
    curve = np.zeros((len(places), rest.shape[1]), dtype=np.int64)
    curve[group] = rest
    if (curve[group] != rest).any():
        return None
    return _layers(linear, direction, places, curve)


def _within_groups(table: Table, group: Ints, direction: Direction) -> Ints | None:
    """The integer matrix that gives the changes between points of one group, or None.

    A multiple of the direction does not change within a group. So one column can be 0.
    """
    count = np.bincount(group)

    def centred(rows: Ints) -> Floats:
        sums = np.stack([np.bincount(group, column) for column in rows.T], axis=1)
        return rows - (sums / count[:, None])[group]

    zero = next(i for i, v in enumerate(direction) if abs(v) == 1)
    points = np.delete(centred(table.points), zero, axis=1)
    product = points.T @ centred(table.values)
    found = np.linalg.lstsq(points.T @ points, product, rcond=1e-9)[0].T
    whole: Ints = np.rint(found).astype(np.int64)
    if np.abs(found - whole).max(initial=0.0) > _NEAR:
        return None
    return np.insert(whole, zero, 0, axis=1)


def _layers(linear: Ints, direction: Direction, places: Ints, curve: Ints) -> Layers | None:
    """The perceptron of a matrix and a table of values along a direction.

    The slope to the left of the first bend goes into the matrix. If the matrix is then a multiple
    of the direction, one more unit ``relu(bend - d . z)`` takes its place.
    """
    d = np.array(direction, dtype=np.float64)
    found = interpolate(places, curve.astype(np.float64))
    kinks, steps, shift = found.kinks, found.steps, found.start
    if not all((v == np.rint(v)).all() for v in steps):
        return None
    matrix = linear.astype(np.float64)
    if len(kinks) and kinks[0] == places[0]:
        first, steps, kinks = steps[0], steps[1:], kinks[1:]
        matrix, shift = matrix + np.outer(first, d), shift - first * places[0]
    rows, biases, columns = np.tile(d, (len(kinks), 1)), -kinks, steps.T
    one = int(np.abs(d).argmax())
    slope = matrix[:, one] / d[one]
    if len(kinks) and matrix.any() and (matrix == np.outer(slope, d)).all():
        rows, biases = np.vstack([rows, -d]), np.append(biases, kinks[0])
        columns = np.column_stack([columns, -slope])
        columns[:, 0] += slope
        shift, matrix = shift + slope * kinks[0], np.zeros_like(matrix)
    if not len(kinks):
        return ((matrix + 0.0, shift),)
    return beside(((rows, biases + 0.0), (columns + 0.0, shift + 0.0)), matrix)
