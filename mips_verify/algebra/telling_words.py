"""Sequences that are likely to tell machines apart: random, extreme, constant, in runs."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.domain import Domain

SAFE_END = 2**31  # ends of ranges beyond this are drawn from no further out


def words(domain: Domain, count: int, length: int, rng: np.random.Generator) -> Ints:
    """Sequences of shape ``(count, length, channels)``: one third uniform letters, one third
    from two letters each, one third in runs of equal letters; then a few constant ones."""
    near = _clip(domain)
    third = count // 3
    uniform = near.sample(count - 2 * third, length, rng)
    pool = _pool(near, rng)
    two = pool[rng.integers(len(pool), size=(third, 2))]
    # a biased coin for each sequence lets counters drift far
    coin = rng.random((third, length)) < rng.random((third, 1))
    mixed = two[np.arange(third)[:, None], coin.astype(np.int64)]
    fresh = rng.random((third, length)) < 2.0 ** -rng.integers(1, 6, size=(third, 1))
    fresh[:, 0] = True
    start = np.maximum.accumulate(np.where(fresh, np.arange(length), 0), axis=1)
    letters = pool[rng.integers(len(pool), size=(third, length))]
    runs = letters[np.arange(third)[:, None], start]
    constant = np.repeat(pool[:, None], length, axis=1)
    everything = np.concatenate([constant, runs, mixed, uniform])
    return everything[:count] if count >= len(pool) else everything


def widened(domain: Domain) -> Domain:
    """A domain with room on both sides, to see what holds without the declared range."""
    d = _clip(domain)
    margins = [high - low + 4 for low, high in zip(d.lows, d.highs, strict=True)]
    lows = tuple(low - m for low, m in zip(d.lows, margins, strict=True))
    highs = tuple(high + m for high, m in zip(d.highs, margins, strict=True))
    return Domain(d.names, lows, highs)


def _clip(domain: Domain) -> Domain:
    """The domain, without the parts of huge ranges that int64 arithmetic cannot follow."""
    lows = tuple(
        max(low, min(-SAFE_END, high)) for low, high in zip(domain.lows, domain.highs, strict=True)
    )
    highs = tuple(
        min(high, max(SAFE_END, low)) for low, high in zip(lows, domain.highs, strict=True)
    )
    return Domain(domain.names, lows, highs)


def _pool(domain: Domain, rng: np.random.Generator) -> Ints:
    """Corners, zeros and ones, and random letters: at most 64 letters, ``(m, channels)``."""
    columns = []
    for low, high in zip(domain.lows, domain.highs, strict=True):
        near = {low, low + 1, (low + high) // 2, high - 1, high, -1, 0, 1}
        columns.append([v for v in sorted(near) if low <= v <= high])
    picks = [
        np.stack([np.asarray(c, dtype=np.int64)[rng.integers(len(c), size=40)] for c in columns], 1)
    ]
    picks.append(np.array([domain.lows, domain.highs], dtype=np.int64))
    picks.append(domain.sample(22, 1, rng)[:, 0])
    return np.unique(np.concatenate(picks), axis=0)
