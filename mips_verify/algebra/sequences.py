"""The words on which networks, programs and specifications are compared."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.domain import Domain

ALL_UP_TO = 8_192  # words; when there are no more, all of them are compared
SAFE_END = 2**31  # letters beyond it are not drawn, so that int64 arithmetic stays exact


def comparison_set(domain: Domain, length: int, rng: np.random.Generator, count: int) -> Ints:
    """Words in which rare cases occur too, shape ``(n, length, channels)``.

    If there are at most 8,192 words, all of them. Otherwise half are uniform, a quarter use
    three letters each (so that letters repeat) and a quarter often repeat the last letter.
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


def few_letters(domain: Domain, length: int, rng: np.random.Generator, count: int) -> Ints:
    """Words that draw from three random letters each, shape ``(count, length, channels)``."""
    palette = domain.sample(count, 3, rng)
    choice = rng.integers(0, 3, size=(count, length))
    return palette[np.arange(count)[:, None], choice]


def runs(domain: Domain, length: int, rng: np.random.Generator, count: int) -> Ints:
    """Words that repeat the last letter with probability 0.7; a quarter use the ends of ranges."""
    fresh = domain.sample(count, length, rng)
    ends = np.stack([np.asarray(domain.lows), np.asarray(domain.highs)])
    fresh[::4] = ends[rng.integers(0, 2, size=fresh[::4].shape[:2])]
    keep = rng.random((count, length)) < 0.7
    keep[:, 0] = False
    source = np.maximum.accumulate(np.where(keep, 0, np.arange(length)), axis=1)
    return fresh[np.arange(count)[:, None], source]


def neighbours(domain: Domain, sequences: Ints, rng: np.random.Generator, count: int) -> Ints:
    """``count`` words that differ in one random letter from one of ``sequences``.

    A word with a rare answer shows little alone; its neighbours show what the answer depends on.
    """
    near = sequences[np.arange(count) % len(sequences)].copy()
    at = rng.integers(0, near.shape[1], size=count)
    near[np.arange(count), at] = domain.sample(count, 1, rng)[:, 0]
    return near


def mixed_words(domain: Domain, count: int, length: int, rng: np.random.Generator) -> Ints:
    """Words on which machines that differ are likely to differ, shape ``(n, length, channels)``.

    A third have uniform letters, a third draw from two letters each, a third hold runs of
    equal letters. Words of one repeated letter come first; without room for all of these,
    ``n`` is a little more than ``count``.
    """
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
    in_runs = letters[np.arange(third)[:, None], start]
    constant = np.repeat(pool[:, None], length, axis=1)
    everything = np.concatenate([constant, in_runs, mixed, uniform])
    return everything[:count] if count >= len(pool) else everything


def widened(domain: Domain) -> Domain:
    """A domain that is wider on both sides, to see what holds without the declared range."""
    d = _clip(domain)
    margins = [high - low + 4 for low, high in zip(d.lows, d.highs, strict=True)]
    lows = tuple(low - m for low, m in zip(d.lows, margins, strict=True))
    highs = tuple(high + m for high, m in zip(d.highs, margins, strict=True))
    return Domain(d.names, lows, highs)


def _clip(domain: Domain) -> Domain:
    """The domain without the parts of huge ranges on which int64 arithmetic overflows."""
    lows = tuple(
        max(low, min(-SAFE_END, high)) for low, high in zip(domain.lows, domain.highs, strict=True)
    )
    highs = tuple(
        min(high, max(SAFE_END, low)) for low, high in zip(lows, domain.highs, strict=True)
    )
    return Domain(domain.names, lows, highs)


def _pool(domain: Domain, rng: np.random.Generator) -> Ints:
    """At most 64 letters, ``(m, channels)``: ends of ranges, values near 0, and random ones."""
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
