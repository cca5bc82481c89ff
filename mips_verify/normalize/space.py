"""The linear part of a network as a state space, and changes of its coordinates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Network


class DeclinedError(Exception):
    """A normaliser does not apply; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True, eq=False)
class StateSpace:
    """``h' = A h + B x + c`` from ``h0``; the read-out's first layer computes ``W h' + b``.

    Attributes:
        A: recurrent weights ``(n, n)``.
        B: input weights ``(n, channels)``.
        c: bias of f, ``(n,)``.
        h0: initial state ``(n,)``.
        W: first weights of g, ``(m, n)``.
        b: first bias of g, ``(m,)``.
    """

    A: Floats
    B: Floats
    c: Floats
    h0: Floats
    W: Floats
    b: Floats

    @property
    def order(self) -> int:
        """Number of state variables."""
        return int(self.A.shape[0])

    @property
    def weights(self) -> Floats:
        """All weights in one vector."""
        parts = (self.A, self.B, self.c, self.h0, self.W, self.b)
        return np.concatenate([part.ravel() for part in parts])

    @property
    def kick(self) -> Floats:
        """The change of the initial state in one step without input, ``A h0 + c - h0``."""
        return self.A @ self.h0 + self.c - self.h0

    def in_basis(self, P: Floats) -> StateSpace:
        """The same system in the coordinates z with ``h = P z``; ``P`` is invertible."""
        return replace(
            self,
            A=solve(P, self.A @ P),
            B=solve(P, self.B),
            c=solve(P, self.c),
            h0=solve(P, self.h0),
            W=self.W @ P,
        )

    def shifted(self, s: Floats) -> StateSpace:
        """The same system in the coordinates ``h - s``."""
        return replace(self, c=self.c + self.A @ s - s, h0=self.h0 - s, b=self.b + self.W @ s)


def solve(P: Floats, values: Floats) -> Floats:
    """``P^-1 values``."""
    return np.linalg.solve(P, values).astype(np.float64)


def linear_part(network: Network) -> StateSpace:
    """The state space of f and the first layer of g.

    Raises:
        DeclinedError: f has a hidden layer.
    """
    if len(network.f) > 1:
        raise DeclinedError("f has a hidden layer, so no matrix is its recurrent part")
    weight, bias = network.f[0]
    n = network.hidden
    return StateSpace(weight[:, :n], weight[:, n:], bias, network.h0, *network.g[0])


def with_linear_part(network: Network, space: StateSpace) -> Network:
    """The network with another state space; later layers of g are unchanged."""
    f = ((np.hstack([space.A, space.B]), space.c),)
    return Network(f, ((space.W, space.b), *network.g[1:]), space.h0, network.channels)
