"""Whitening: states of mean zero and unit covariance (arXiv 2402.05110, section 3.3)."""

from __future__ import annotations

import numpy as np

from mips_verify.network.network import Network
from mips_verify.normalize.result import Check, normaliser
from mips_verify.normalize.space import DeclinedError, StateSpace

_WIDEST = 1e12  # largest ratio of variances that can be scaled away


@normaliser("whitening")
def whitening(network: Network, space: StateSpace, check: Check) -> StateSpace:
    """Shift, rotate and scale the state so that the check's states have mean 0 and covariance 1."""
    states, _ = network.run(check.sequences(network.channels))
    cloud = states[:, 1:].reshape(-1, space.order)
    variance, axes = np.linalg.eigh(np.atleast_2d(np.cov(cloud.T)))
    if variance[0] * _WIDEST <= variance[-1]:
        raise DeclinedError(
            "the states do not move in every direction, so some direction has no scale"
        )
    return space.shifted(cloud.mean(axis=0)).in_basis(axes * np.sqrt(variance))
