"""Are labels numbers or names? A cheap look at the data that orders the ladder.

Where labels are names, and letters too, no rule of arithmetic holds, and the states are to be found
by merging. Where they are numbers, smaller networks than one of states may be found.
"""

from __future__ import annotations

from enum import Enum

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.data import Dataset
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.labelled_words import letter_index, numbered_labels


class Kind(Enum):
    """What labels seem to be."""

    NUMBERS = "numbers"
    NAMES = "names"  # perhaps: there are few
    OPAQUE = "names of no order"


def label_kind(data: Dataset) -> Kind:
    """``NAMES`` if one input gives few labels, ``OPAQUE`` if these are also out of order.

    The labels after some word and one more letter are a function of that letter. If labels and
    letters are numbers, it bends seldom, or it is nearly the same function after each word.
    """
    labels, _ = numbered_labels(data.y)
    few = budgets.NAMES_FEWEST <= len(labels) <= budgets.NAMES_MOST
    if data.domain.channels > 1 or not few:
        return Kind.NUMBERS
    if data.outputs > 1:
        return Kind.NAMES
    rows = _rows(letter_index(data.x, data.domain), data.y[..., 0], data.domain.size)
    shapes = np.unique(rows - rows[:, :1], axis=0)
    bends = np.diff(shapes, 2, axis=1) != 0
    if len(shapes) < 2 or not bends.size or bends.mean() < budgets.OPAQUE_BENDS:
        return Kind.NAMES
    return Kind.OPAQUE


def _rows(index: Ints, labels: Ints, letters: int) -> Ints:
    """The labels after a short word and each letter, ``(words, letters)``, where all are seen."""
    found, code = [np.zeros((0, letters), dtype=np.int64)], np.zeros(len(index), dtype=np.int64)
    for t in range(index.shape[1]):
        size = letters ** (t + 1)
        if size > len(index):
            break
        code = code * letters + index[:, t]
        table, seen = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.bool_)
        table[code], seen[code] = labels[:, t], True
        found.append(table.reshape(-1, letters)[seen.reshape(-1, letters).all(axis=1)])
    return np.concatenate(found)
