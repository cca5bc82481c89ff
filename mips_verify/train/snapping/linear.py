"""Snap a network with a linear f: its states become integers, and g is fitted anew."""

from __future__ import annotations

import numpy as np

from mips_verify.data import Dataset
from mips_verify.network.network import Network
from mips_verify.normalize.integral import integer_space
from mips_verify.normalize.minimal_realisation import reachable_and_observable
from mips_verify.normalize.space import linear_part, with_linear_part
from mips_verify.train.snapping.bends import (
    directions_near,
    fewest_units,
    small_directions,
    table_of,
)


def linear(network: Network, data: Dataset) -> list[Network]:
    """The network in a basis of the lattice that the inputs generate, if f is linear."""
    if len(network.f) > 1:
        return []
    start = linear_part(network)
    part = reachable_and_observable(start.shifted(start.h0))
    space = integer_space(part, linear=len(network.g) == 1) if part.order else None
    if space is None:
        return []
    found = with_linear_part(network, space)
    if len(network.g) == 1:
        return [found]
    states = np.rint(found.run(data.x)[0][:, 1:]).astype(np.int64)
    reading = table_of(states, data.y)
    if reading is None:
        return []
    directions = (*directions_near(space.W), *small_directions(space.order))
    g = fewest_units(reading, directions)
    return [] if g is None else [Network(found.f, g, found.h0, found.channels)]
