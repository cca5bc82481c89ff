"""Boxes in coordinates of their own around images, and boxes as cells of a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.certify.enclosures import Sets
from mips_verify.network_kernel.cells import Basis

SLACK: Final = 1e-7  # share of its radius that a box keeps free around images
LEAST: Final = 1e-9  # what it keeps free at least, as a share of the largest hidden value
GRID: Final = -40  # bases are multiples of 2 ** GRID; centres and radii relative to their size
TINY: Final = 2.0**-100  # states below it are on the grid of this one; a checker refuses finer ones


@dataclass(frozen=True, slots=True)
class Groups:
    """Images sorted by the box that has to hold them.

    Attributes:
        order: numbers of images, ``(images,)``.
        starts: where in this order each box begins that holds any.
        boxes: the numbers of these boxes.
    """

    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    boxes: NDArray[np.int64]

    @staticmethod
    def by(goal: Ints) -> Groups:
        """Groups of images with the numbers of their boxes, ``(images,)``."""
        order = np.argsort(goal, kind="stable")
        boxes, starts = np.unique(goal[order], return_index=True)
        return Groups(order, starts, boxes)


def hulls(images: Sets, inverse: Floats, groups: Groups, largest: float) -> tuple[Floats, Floats]:
    """Low and high ends of the boxes of ``groups.boxes``, with some slack.

    Args:
        images: what the boxes have to hold.
        inverse: the coordinates of each image's box, ``(images, hidden, hidden)``.
        groups: which box holds which images.
        largest: the largest hidden value.
    """
    middle = np.einsum("eij,ej->ei", inverse, images.centre)
    radius = np.abs(inverse @ images.axes).sum(axis=2)
    radius += np.einsum("eij,ej->ei", np.abs(inverse), images.rest)
    radius = radius * (1 + SLACK) + LEAST * largest
    low = np.minimum.reduceat((middle - radius)[groups.order], groups.starts)
    high = np.maximum.reduceat((middle + radius)[groups.order], groups.starts)
    return low, high


def principal_axes(spread: Floats) -> tuple[Floats, Floats]:
    """Coordinates from matrices of second moments ``(boxes, n, n)``: axes as columns, inverses."""
    vectors = np.linalg.eigh(spread)[1].astype(np.float64)
    axes = on_grid(vectors, 1.0)
    return axes, on_grid(np.linalg.inv(axes).astype(np.float64), 1.0)


def on_grid(values: Floats, largest: float) -> Floats:
    """Rounded, so that a checker in exact numbers needs few binary places."""
    grid = 2.0 ** (np.ceil(np.log2(max(largest, TINY))) + GRID)
    rounded: Floats = np.rint(values / grid) * grid
    return rounded


def widened(radius: Floats, largest: float) -> Floats:
    """Radii on the grid that hold the old ones around centres on the grid."""
    grid = 2.0 ** (np.ceil(np.log2(max(largest, TINY))) + GRID)
    wider: Floats = (np.ceil(radius / grid) + 1) * grid
    return wider


def bases(axes: Floats, inverse: Floats) -> tuple[Basis, ...]:
    """Coordinates as they stand in a certificate."""
    rows = zip(axes.tolist(), inverse.tolist(), strict=True)
    return tuple(Basis(tuple(map(tuple, a)), tuple(map(tuple, v))) for a, v in rows)
