"""The input sequences on which programs and network are compared."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.domain import Domain

ALL_UP_TO = 8_192


def comparison_set(domain: Domain, length: int, rng: np.random.Generator, count: int) -> Ints:
    """Sequences that meet rare cases too, shape ``(n, length, channels)``.

    All of them where there are at most 8,192; otherwise half uniform, a quarter that use three
    letters each (so that letters repeat) and a quarter that repeat one letter for long.
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
    """Sequences that draw from three random letters each."""
    palette = domain.sample(count, 3, rng)
    choice = rng.integers(0, 3, size=(count, length))
    return palette[np.arange(count)[:, None], choice]


def runs(domain: Domain, length: int, rng: np.random.Generator, count: int) -> Ints:
    """Sequences that keep a letter with probability 0.7; every fourth of the ends of the range."""
    fresh = domain.sample(count, length, rng)
    ends = np.stack([np.asarray(domain.lows), np.asarray(domain.highs)])
    fresh[::4] = ends[rng.integers(0, 2, size=fresh[::4].shape[:2])]
    keep = rng.random((count, length)) < 0.7
    keep[:, 0] = False
    source = np.maximum.accumulate(np.where(keep, 0, np.arange(length)), axis=1)
    return fresh[np.arange(count)[:, None], source]


def neighbours(domain: Domain, sequences: Ints, rng: np.random.Generator, count: int) -> Ints:
    """``count`` sequences that differ in one random letter from one of ``sequences``.

    A rare answer says little alone; where it ends, says what it depends on.
    """
    near = sequences[np.arange(count) % len(sequences)].copy()
    at = rng.integers(0, near.shape[1], size=count)
    near[np.arange(count), at] = domain.sample(count, 1, rng)[:, 0]
    return near
