"""The network of small integers that behaves alike, found as at the end of training.

Training snaps networks where that costs nothing; a network from elsewhere is snapped here. Its own
outputs are the labels, so that nothing but the network decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from mips_verify.certify.certifying import Certifying
from mips_verify.data import Dataset
from mips_verify.network.network import Network
from mips_verify.train.snapping.snapped import snapped

WORDS: Final = 4_096


def snaps(problem: Certifying) -> Iterator[Network]:
    """The snapped network, if there is one."""
    network, rng = problem.model, np.random.default_rng(problem.seed)
    if isinstance(network, Network):
        x = problem.domain.sample(WORDS, problem.length, rng)
        data = Dataset(problem.domain, x, network.run(x)[1])
        if (found := snapped(network, data, data)) is not None:
            yield found
