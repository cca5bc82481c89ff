"""Jordan normal form of the recurrent part, and the Toeplitz freedom that it leaves.

Complex pairs, and all eigenvalues that are roots of one irreducible rational polynomial, share
companion blocks, so that a matrix with an integer characteristic polynomial gets integer blocks.
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


@normaliser("toeplitz")
def toeplitz(network: Network, space: StateSpace, check: Check) -> StateSpace:
    """Let each Jordan block read an input at one place only.

    A change of coordinates that keeps a Jordan block commutes with it, and what commutes
    with one is a triangular Toeplitz matrix (a polynomial in the block). The one taken here makes
    the block's input weights a unit vector, for the first input, or else the bias, that drives all
    of it.
    """
    del network, check
    inputs = np.column_stack([space.B, space.kick])
    return space.in_basis(chain_basis(space.A, inputs))
