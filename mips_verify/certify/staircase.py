"""A network whose hidden values are rounded to the clusters in which they lie.

Each hidden value passes one more ReLU layer, a staircase with a plateau at every cluster of the
values seen. On the plateaus the step is constant, so small errors vanish instead of growing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.algebra.sequences import mixed_words
from mips_verify.certify.certifying import Certifying
from mips_verify.network.network import Layers, Network

GAPS: Final = (0.003, 0.01, 0.03, 0.1)  # clusters are this far apart, as a share of the range
WORDS: Final = 512
STEPS: Final = 64  # most plateaus of a staircase
RAMP: Final = 0.3  # a ramp takes this share of the way between two clusters


def staircases(problem: Certifying) -> Iterator[Network]:
    """The network with staircases for finer and coarser clusters."""
    network = problem.model
    if not isinstance(network, Network):
        return
    rng = np.random.default_rng(problem.seed)
    words = mixed_words(problem.domain, WORDS, 2 * problem.length, rng)
    states, _ = network.run(words)
    seen = states[:, 1:].reshape(-1, network.hidden)
    for gap in GAPS:
        plateaus = [_clusters(values, gap) for values in seen.T]
        if 1 < max(map(len, plateaus)) <= STEPS:
            yield Network(_stepped(network.f, plateaus), network.g, network.h0, network.channels)


def _clusters(values: Floats, gap: float) -> Floats:
    """The middles ``(k,)`` of the groups into which gaps divide the values, rising."""
    values = np.unique(values)
    width = max(float(np.ptp(values)), 1e-9)
    parts = np.split(values, np.flatnonzero(np.diff(values) > gap * width) + 1)
    return np.array([(part[0] + part[-1]) / 2 for part in parts])


def _stepped(f: Layers, plateaus: list[Floats]) -> Layers:
    """``f`` followed by a staircase in each coordinate."""
    weight, bias = f[-1]
    rows, starts, columns = [], [], []
    for i, levels in enumerate(plateaus):
        middle, reach = (levels[1:] + levels[:-1]) / 2, RAMP * np.diff(levels) / 2
        slope = np.diff(levels) / (2 * reach)
        for kinks, sign in ((middle - reach, 1.0), (middle + reach, -1.0)):
            rows.append(np.repeat(weight[i : i + 1], len(kinks), axis=0))
            starts.append(bias[i] - kinks)
            part = np.zeros((len(kinks), len(plateaus)))
            part[:, i] = sign * slope
            columns.append(part)
    first = np.array([levels[0] for levels in plateaus])
    return (
        *f[:-1],
        (np.concatenate(rows), np.concatenate(starts)),
        (np.concatenate(columns).T, first),
    )
