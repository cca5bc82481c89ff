"""A finite machine as a recurrent ReLU network whose hidden value is the number of its state.

The first hidden layer bends at every state and at the ends of every class of letters. The second
has, for each class of letters and each number to be given, one unit: it passes the entry of that
class's table on if the letter read is in the class, and is 0 otherwise. All weights are integers.
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.kernel.domain import Domain
from mips_verify.network.layers import interpolate
from mips_verify.network.network import Layers, Network
from mips_verify.train.identify.labelled_words import letter_number


def machine_network(following: Ints, outputs: Ints, domain: Domain) -> Network:
    """The network of a machine that starts in state 0.

    Args:
        following: the next state, ``(states, letters)``; letters in the domain's order.
        outputs: the outputs of the step, ``(states, letters, outputs)``.
        domain: the letters.

    Returns:
        a network that holds the number of its state and the last outputs.
    """
    tables = np.concatenate([following[..., None], outputs], axis=2)
    width = tables.shape[2]
    g = ((np.eye(width)[1:], np.zeros(width - 1)),)
    return Network(_layers(tables, domain), g, np.zeros(width), domain.channels)


def packed_network(following: Ints, outputs: Ints, domain: Domain) -> Network:
    """The network of a machine whose only hidden value numbers a state with the last outputs.

    Args:
        following, outputs, domain: as of :func:`machine_network`.
    """
    states, letters, width = outputs.shape
    ends = np.concatenate([outputs, following[..., None]], axis=2).reshape(-1, width + 1)
    begin = np.append(ends[0, :width], 0)[None]  # state 0 after some outputs, where nothing ends
    pairs, number = np.unique(np.concatenate([ends, begin]), axis=0, return_inverse=True)
    number = number.reshape(-1)  # sorted by outputs, which makes the read-out a staircase
    tables = number[:-1].reshape(states, letters)[pairs[:, width]]
    curve = interpolate(np.arange(len(pairs)), pairs[:, :width].astype(np.float64))
    g = (
        (np.ones((len(curve.kinks), 1)), -curve.kinks),
        (curve.steps.T, curve.start),
    )
    start = np.array([number[-1]], dtype=np.float64)
    return Network(_layers(tables[..., None], domain), g, start, domain.channels)


def _layers(tables: Ints, domain: Domain) -> Layers:
    """Layers that read the hidden values and a letter and give ``tables[state, letter]``."""
    states, _, width = tables.shape
    _, first, kind = np.unique(tables, axis=1, return_index=True, return_inverse=True)
    bends, inside, before = _classes(kind.reshape(-1))
    low = tables.min(axis=(0, 1))
    room = np.ptp(tables, axis=(0, 1)).astype(np.float64)
    rows, bias = [], []
    for i, letter in enumerate(first):
        curve = interpolate(np.arange(states), (tables[:, letter] - low).astype(np.float64))
        steps = np.zeros((width, states))
        steps[:, curve.kinks.astype(np.int64)] = curve.steps.T
        rows.append(np.hstack([steps, np.outer(room, inside[i])]))
        bias.append(curve.start + room * (before[i] - 1.0))
    strides, constant = letter_number(domain)
    number = np.outer(np.arange(states + len(bends)) >= states, strides)
    state = np.zeros((states + len(bends), width))
    state[:states, 0] = 1.0
    return (
        (np.hstack([state, number]), np.concatenate([-np.arange(states), constant - bends])),
        (np.concatenate(rows), np.concatenate(bias)),
        (np.tile(np.eye(width), (1, len(first))), low.astype(np.float64)),
    )


def _classes(kind: Ints) -> tuple[Floats, Floats, Floats]:
    """Where units for letters bend, and how they say whether a letter is in each class.

    That a letter has the number i or a later one is ``relu(e - i + 1) - relu(e - i)``, and a class
    is a union of ranges of letters.

    Args:
        kind: the class of each letter.

    Returns:
        bends ``(units,)``; the share of each unit in each class, ``(classes, units)``; and 1 for
        the class of the first letter, which is entered before any bend, ``(classes,)``.
    """
    enter = np.flatnonzero(np.diff(kind)) + 1
    bends = np.unique(np.concatenate([enter - 1, enter]))
    classes = np.arange(kind.max() + 1)
    inside = np.zeros((len(classes), len(bends)))
    for i in enter:
        change = (bends == i - 1).astype(np.float64) - (bends == i)
        inside[kind[i]] += change
        inside[kind[i - 1]] -= change
    return bends.astype(np.float64), inside, (classes == kind[0]).astype(np.float64)
