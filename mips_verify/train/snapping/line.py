"""Snap a network with one hidden value: its states become integers, f and g are fitted anew."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Network
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.labelled_words import letter_index, letter_number
from mips_verify.train.snapping.bends import (
    Direction,
    fewest_units,
    small_directions,
    table_of,
)
from mips_verify.train.snapping.state_numbers import Runs, numberings


def line(network: Network, data: Dataset) -> list[Network]:
    """Networks with one hidden value, an integer for each state of ``network``."""
    if network.hidden != 1 or network.outputs != 1:
        return []
    h = network.run(data.x)[0]
    outputs = network.read(h)[..., 0]
    runs = Runs(h[..., 0], letter_index(data.x, data.domain), data.y[..., 0], outputs)
    found = (_fitted(number, data) for number in numberings(runs))
    return [snapped for snapped in found if snapped is not None]


def _fitted(number: Ints, data: Dataset) -> Network | None:
    """The network whose states are ``number (n, length + 1)``, if small layers give them."""
    channels = data.domain.channels
    reading = table_of(number[:, 1:, None], data.y)
    g = None if reading is None else fewest_units(reading, [(1,)])
    if g is None:
        return None
    step = table_of(np.dstack([number[:, :-1], data.x]), number[:, 1:, None])
    if step is None:
        return None
    states = int(np.ptp(number)) + 1
    f = fewest_units(step, (*small_directions(1 + channels), *_numbered(states, data.domain)))
    start = number[0, :1].astype(np.float64)
    return None if f is None else Network(f, g, start, channels)


def _numbered(states: int, domain: Domain) -> list[Direction]:
    """Directions along which every pair of state and letter has a place of its own."""
    if states * domain.size > budgets.SNAP_PAIRS:
        return []
    strides = letter_number(domain)[0].astype(np.int64)
    found = []
    for sign in (1, -1):
        found.append((1, *(sign * states * strides).tolist()))
        found.append((domain.size, *(sign * strides).tolist()))
    return found
