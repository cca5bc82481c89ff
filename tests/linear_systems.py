"""Integer linear systems and their disguises, for the tests of normalisation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from mips_verify.network import weights
from mips_verify.network.network import Network

ROOT = Path(__file__).parent.parent
# companion blocks whose powers stay bounded, constant term first
BLOCKS = ((0,), (0, 0), (0, 0, 0), (-1,), (1,), (1, 0), (1, 1), (1, -1), (1, -2), (1, 0, 0, 0))


def benchmark_networks():
    """Name and network of every committed bundle whose f has no hidden layer."""
    for path in sorted((ROOT / "proofs").glob("*/network.safetensors")):
        network = weights.load(path).network
        if len(network.f) == 1:
            yield path.parent.name, network


def companion(coefficients):
    n = len(coefficients)
    block = np.eye(n, k=-1)
    block[:, -1] = -np.array(coefficients, dtype=float)
    return block


def block_diagonal(blocks):
    n = sum(len(b) for b in blocks)
    whole, place = np.zeros((n, n)), 0
    for b in blocks:
        whole[place : place + len(b), place : place + len(b)] = b
        place += len(b)
    return whole


def linear(A, B, C, *, c=None, h0=None, b=None):
    """``h' = A h + B x + c``, ``y = C h' + b`` as a network."""
    A, B, C = (np.atleast_2d(np.array(m, dtype=float)) for m in (A, B, C))
    n = len(A)
    c, h0 = (np.zeros(n) if v is None else np.array(v, dtype=float) for v in (c, h0))
    b = np.zeros(len(C)) if b is None else np.array(b, dtype=float)
    return Network(((np.hstack([A, B]), c),), ((C, b),), h0, B.shape[1])


def moved(network, P, shift=None):
    """The same network in the coordinates ``P h + shift``, by floating point."""
    n = network.hidden
    shift = np.zeros(n) if shift is None else shift
    weight, bias = network.f[0]
    A, B = weight[:, :n], weight[:, n:]
    inverse = np.linalg.inv(P)
    A = P @ A @ inverse
    read, offset = network.g[0]
    W = read @ inverse
    f = ((np.hstack([A, P @ B]), P @ bias + shift - A @ shift),)
    g = ((W, offset - W @ shift), *network.g[1:])
    return Network(f, g, P @ network.h0 + shift, network.channels)


def mixing(n, rng):
    """A random invertible matrix of moderate condition."""
    left, right = (np.linalg.qr(rng.normal(size=(n, n)))[0] for _ in range(2))
    return left * rng.uniform(0.5, 2.0, n) @ right


def unimodular(n, rng):
    """A random integer matrix with an integer inverse, and that inverse."""
    P, inverse = np.eye(n), np.eye(n)
    for _ in range(2 * n):
        i, j = rng.integers(n, size=2)
        if i != j:
            P[i] += P[j]
            inverse[:, j] -= inverse[:, i]
    return P, inverse


@st.composite
def integer_systems(draw):
    """Networks with integer weights, at most seven states, and powers that stay small."""
    chosen = draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=3))
    A = block_diagonal([companion(b) for b in chosen])
    n = len(A)
    if n > 7:
        A = A[:7, :7]
        n = 7
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    P, inverse = unimodular(n, rng)
    inputs, outputs = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    biased, moved_start = draw(st.booleans()), draw(st.booleans())
    return linear(
        np.rint(P @ A @ inverse),
        rng.integers(-3, 4, (n, inputs)),
        rng.integers(-3, 4, (outputs, n)),
        c=rng.integers(-2, 3, n) * biased,
        h0=rng.integers(-2, 3, n) * moved_start,
        b=rng.integers(-2, 3, outputs),
    )
