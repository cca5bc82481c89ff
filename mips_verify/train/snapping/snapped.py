"""The list of snaps, and the network that one of them makes exact where that costs nothing.

A network of integers computes in exact arithmetic what it computes in floats, so that what is
proved about its weights holds for it as it stands.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mips_verify.data import Dataset
from mips_verify.network.network import Network
from mips_verify.train import training_budgets as budgets
from mips_verify.train.rung import sequences_right
from mips_verify.train.snapping.bends import units
from mips_verify.train.snapping.line import line
from mips_verify.train.snapping.linear import linear

# a snap makes networks of a network and labelled sequences; they may be wrong or too large
SNAPS: tuple[Callable[[Network, Dataset], list[Network]], ...] = (linear, line)


def snapped(network: Network, data: Dataset, check: Dataset) -> Network | None:
    """A network of small integers that is right on ``check`` and has no more units, or None.

    Args:
        network: right on ``check``.
        data: labelled sequences; the first few thousand show the states.
        check: labelled sequences that decide.
    """
    if is_integer(network):
        return None
    few = slice(0, None, 1 + len(data) // budgets.SNAP_SEQUENCES)
    seen = Dataset(data.domain, data.x[few], data.y[few])
    found = [n for snap in SNAPS for n in snap(network, seen)]
    small = [n for n in found if is_integer(n) and size(n) <= size(network)]
    exact = (n for n in sorted(small, key=size) if sequences_right(n, check) == 1.0)
    return next(exact, None)


def is_integer(network: Network) -> bool:
    """Whether all weights are integers of modest size."""
    parts = (network.h0, *(w for layer in (*network.f, *network.g) for w in layer))
    return all((w == np.rint(w)).all() and np.abs(w).max() <= budgets.SNAP_LARGEST for w in parts)


def size(network: Network) -> int:
    """The number of hidden values and hidden units."""
    return network.hidden + units(network.f) + units(network.g)
