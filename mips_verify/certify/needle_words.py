"""Words that bring out what a network does wrong: random ones, and long ones with structure.

A network drifts where one letter is read again and again; a counter of a network runs out where
letters add up; what has drifted often shows only under another letter. So long words are made of
blocks: ``a^n``, ``a b a^2 b^2 a^4 b^4 ...``, ``a^i b^(n-i)``, ``(a^i b^j)^*`` and ``a^i`` followed
by random letters.
"""

from __future__ import annotations

import itertools

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.sequences import SAFE_END, mixed_words
from mips_verify.certify.certify_budgets import PALETTE
from mips_verify.kernel.domain import Domain


def needles(domain: Domain, count: int, length: int, rng: np.random.Generator) -> Ints:
    """Words of one length, at most half of them structured, ``(n, length, channels)``.

    Words of one letter repeated are always there, so ``n`` may exceed ``count`` by a few.
    """
    letters = palette(domain)
    constant = np.repeat(letters[:, None], length, axis=1)
    growing = growing_blocks(letters, count // 2, length, rng)
    blocks = random_blocks(domain, letters, count // 4, length, rng)
    rest = max(1, count - len(growing) - len(blocks))
    mixed = rng.permutation(mixed_words(domain, rest, length, rng))[:rest]
    return np.concatenate([constant, growing, blocks, mixed])


def palette(domain: Domain) -> Ints:
    """All letters of a small alphabet, else extreme ones and those near 0, ``(m, channels)``."""
    if domain.size <= PALETTE:
        return np.array(list(domain.letters()), dtype=np.int64)
    ends = [
        (max(lo, min(-SAFE_END, hi)), min(hi, max(SAFE_END, lo)))
        for lo, hi in zip(domain.lows, domain.highs, strict=True)
    ]
    rest = tuple(min(max(0, lo), hi) for lo, hi in ends)
    corners = itertools.islice(itertools.product(*ends), PALETTE // 2)
    near = [(*rest[:c], min(max(v, lo), hi), *rest[c + 1 :]) for c, (lo, hi) in enumerate(ends)
            for v in (1, -1, lo + 1, hi - 1, (lo + hi) // 2)]  # fmt: skip
    found = dict.fromkeys([*corners, tuple(lo for lo, _ in ends), tuple(hi for _, hi in ends),
                           rest, *near])  # fmt: skip
    return np.array(list(found)[:PALETTE], dtype=np.int64)


def growing_blocks(letters: Ints, count: int, length: int, rng: np.random.Generator) -> Ints:
    """``a b a^2 b^2 a^4 b^4 ...`` for up to ``count`` pairs of letters, ``(m, length, channels)``.

    One such word shows what a network does wrong after blocks of a pair at any scale.
    """
    pairs = np.array(list(itertools.permutations(range(len(letters)), 2)), dtype=np.int64)
    pairs = rng.permutation(pairs.reshape(-1, 2))[:count]
    block = np.int64(np.log2(np.arange(length) // 2 + 1))  # the powers of 2 begin at 2 (2^k - 1)
    place = np.arange(length) - 2 * (2**block - 1)
    return letters[pairs[:, (place >= 2**block).astype(np.int64)]]


def random_blocks(
    domain: Domain, letters: Ints, count: int, length: int, rng: np.random.Generator
) -> Ints:
    """Words of blocks of equal letters, ``(count, length, channels)``; each kind a third.

    A block is as likely to have from 1 to 2 letters as from 100 to 200: what a network does
    wrong may depend on any scale.
    """
    kind = np.arange(count)[:, None] % 3
    first, second = _lengths(count, length, rng), _lengths(count, length, rng)
    a = rng.integers(len(letters), size=(count, 1))
    b = (a + rng.integers(1, max(2, len(letters)), size=(count, 1))) % len(letters)
    at = np.arange(length)[None]
    within = np.where(kind == 0, at, at % (first + second))  # once, or again and again
    words = letters[np.where(within < first, a, b)]
    free = (kind == 2) & (at >= first)
    words[free] = domain.sample(1, int(free.sum()), rng)[0]
    return words


def _lengths(count: int, length: int, rng: np.random.Generator) -> Ints:
    """Lengths of blocks, evenly spread on a logarithmic scale, ``(count, 1)``."""
    return np.exp(rng.uniform(0.0, np.log(length + 1), size=(count, 1))).astype(np.int64)
