"""Jordan normal form of the recurrent part.

The roots of one irreducible rational polynomial, such as a complex pair, share a companion block,
so a matrix with an integer characteristic polynomial gets integer blocks.
"""

from __future__ import annotations

import numpy as np

from mips_verify.network.network import Network
from mips_verify.normalize.chains import chain_basis
from mips_verify.normalize.result import Check, normaliser
from mips_verify.normalize.space import StateSpace


@normaliser("jordan")
def jordan(network: Network, space: StateSpace, check: Check) -> StateSpace:
    """Coordinates in which the recurrent part is in (real or rational) Jordan normal form."""
    del network, check
    return space.in_basis(chain_basis(space.A, np.zeros((space.order, 0))))
