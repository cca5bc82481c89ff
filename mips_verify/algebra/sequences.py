"""The words on which networks, programs and specifications are compared."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.domain import Domain

ALL_UP_TO = 8_192  # if a domain has at most this many words, all are compared
SAFE_END = 2**31  # no larger letters are drawn, so int64 arithmetic stays exact


def comparison_set(domain: Domain, length: int, rng: np.random.Generator, count: int) -> Ints:
    """Words that include rare cases, shape ``(n, length, channels)``.

    If there are at most 8,192 words, all are returned. Otherwise half are uniform, a quarter use
    three letters each (so letters repeat), and a quarter often repeat the previous letter.
    """
    if domain.size**length <= ALL_UP_TO:
        return domain.all_sequences(length)
    uniform = domain.sample(count // 2, length, rng)
    return np.concatenate(
        [
            uniform,
            few_letters(domain, length, rng, count // 4),
            runs(domain, length, rng, count // 4),
        ]
    )


def uniform_words(domain: Domain, length: int, count: int) -> int:
    """How many words of a comparison set, the first ones, are uniform; all if it is complete."""
    every: int = domain.size**length
    return every if every <= ALL_UP_TO else count // 2


def few_letters(domain: Domain, length: int, rng: np.random.Generator, count: int) -> Ints:
    """Words that each use at most three random letters, shape ``(count, length, channels)``."""
    palette = domain.sample(count, 3, rng)
    choice = rng.integers(0, 3, size=(count, length))
    return palette[np.arange(count)[:, None], choice]


def runs(domain: Domain, length: int, rng: np.random.Generator, count: int) -> Ints:
    """Words that repeat each letter with probability 0.7; a quarter use only ends of ranges."""
    fresh = domain.sample(count, length, rng)
    ends = np.stack([np.asarray(domain.lows), np.asarray(domain.highs)])
    fresh[::4] = ends[rng.integers(0, 2, size=fresh[::4].shape[:2])]
    keep = rng.random((count, length)) < 0.7
    keep[:, 0] = False
    source = np.maximum.accumulate(np.where(keep, 0, np.arange(length)), axis=1)
    return fresh[np.arange(count)[:, None], source]


def neighbours(domain: Domain, sequences: Ints, rng: np.random.Generator, count: int) -> Ints:
    """``count`` words, each a copy of one of ``sequences`` with one random letter replaced.

    Comparing a word that has a rare output with its neighbours shows which letters matter.
    """
    near = sequences[np.arange(count) % len(sequences)].copy()
    at = rng.integers(0, near.shape[1], size=count)
    near[np.arange(count), at] = domain.sample(count, 1, rng)[:, 0]
    return near


def mixed_words(domain: Domain, count: int, length: int, rng: np.random.Generator) -> Ints:
    """Words that are likely to tell different machines apart, shape ``(n, length, channels)``.

    A third have uniform letters, a third use two letters each, a third hold runs of equal
    letters. Words of one repeated letter come first; they are all kept, so ``n`` may exceed a
    small ``count`` by up to 64.
    """
    near = _clip(domain)
    third = count // 3
    uniform = near.sample(count - 2 * third, length, rng)
    pool = _pool(near, rng)
    two = pool[rng.integers(len(pool), size=(third, 2))]
    # each sequence gets its own biased coin, so counters drift far
    coin = rng.random((third, length)) < rng.random((third, 1))
    mixed = two[np.arange(third)[:, None], coin.astype(np.int64)]
    fresh = rng.random((third, length)) < 2.0 ** -rng.integers(1, 6, size=(third, 1))
    fresh[:, 0] = True
    start = np.maximum.accumulate(np.where(fresh, np.arange(length), 0), axis=1)
    letters = pool[rng.integers(len(pool), size=(third, length))]
    in_runs = letters[np.arange(third)[:, None], start]
    constant = np.repeat(pool[:, None], length, axis=1)
    everything = np.concatenate([constant, in_runs, mixed, uniform])
    return everything[:count] if count >= len(pool) else everything


def widened(domain: Domain) -> Domain:
    """A domain that is wider on both sides, to test what holds outside the declared range."""
    d = _clip(domain)
    margins = [high - low + 4 for low, high in zip(d.lows, d.highs, strict=True)]
    lows = tuple(low - m for low, m in zip(d.lows, margins, strict=True))
    highs = tuple(high + m for high, m in zip(d.highs, margins, strict=True))
    return Domain(d.names, lows, highs)


def _clip(domain: Domain) -> Domain:
    """The domain with huge ranges cut down so that int64 arithmetic does not overflow."""
    lows = tuple(
        max(low, min(-SAFE_END, high)) for low, high in zip(domain.lows, domain.highs, strict=True)
    )
    highs = tuple(
        min(high, max(SAFE_END, low)) for low, high in zip(lows, domain.highs, strict=True)
    )
    return Domain(domain.names, lows, highs)


def _pool(domain: Domain, rng: np.random.Generator) -> Ints:
    """At most 64 letters, ``(m, channels)``: ends of ranges, values near 0, and random values."""
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
