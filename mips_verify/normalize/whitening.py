"""Whitening: states of mean zero and unit covariance (paper, section on normalisers)."""

from __future__ import annotations

import numpy as np

from mips_verify.network.network import Network
from mips_verify.normalize.result import Check, normaliser
from mips_verify.normalize.space import DeclinedError, StateSpace

_WIDEST = 1e12  # largest ratio of variances that can be scaled away


@normaliser("whitening")
def whitening(network: Network, space: StateSpace, check: Check) -> StateSpace:
    """Turn and scale the states of the check's sequences to mean zero and covariance one."""
    states, _ = network.run(check.sequences(network.channels))
    cloud = states[:, 1:].reshape(-1, space.order)
    variance, axes = np.linalg.eigh(np.atleast_2d(np.cov(cloud.T)))
    if variance[0] * _WIDEST <= variance[-1]:
        raise DeclinedError("the states do not move in every direction, so that no scale is theirs")
    return space.shifted(cloud.mean(axis=0)).in_basis(axes * np.sqrt(variance))
