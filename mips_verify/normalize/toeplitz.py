"""Simplify the input weights by the Toeplitz freedom that a Jordan normal form leaves."""

from __future__ import annotations

import numpy as np

from mips_verify.network.network import Network
from mips_verify.normalize.chains import chain_basis
from mips_verify.normalize.result import Check, normaliser
from mips_verify.normalize.space import StateSpace


@normaliser("toeplitz")
def toeplitz(network: Network, space: StateSpace, check: Check) -> StateSpace:
    """Make each Jordan block read an input in one coordinate only.

    A change of coordinates that keeps a Jordan block commutes with it, so it is a triangular
    Toeplitz matrix (a polynomial in the block). The matrix chosen here makes the block's weights a
    unit vector for the first input that drives the whole block or, if none does, for the bias.
    """
    del network, check
    inputs = np.column_stack([space.B, space.kick])
    return space.in_basis(chain_basis(space.A, inputs))
