"""What rows with the same index have in common."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints


def least_with(index: Ints, labels: Ints) -> tuple[Ints, Ints, Ints]:
    """The least label with each index.

    Args:
        index: ``(n,)``.
        labels: ``(n,)``.

    Returns:
        the index's values, rising; the least label with each; that of each row, ``(n,)``.
    """
    points, at = np.unique(index, return_inverse=True)
    least = np.full(len(points), labels.max())
    np.minimum.at(least, at, labels)
    return points, least, least[at]
