"""Words that reach what random words hardly ever reach, found from labels alone.

A random word seldom passes a handshake. But whoever passes a part of it gives outputs that are
seldom seen, and a word that goes on from there passes the next part more often: what was rare is
made frequent, step by step (Ecoffet, Huizinga, Lehman, Stanley and Clune, Nature 590, 2021: first
return, then explore).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.sequences import few_letters, runs
from mips_verify.kernel.domain import Domain

VARIED = 4096  # words of few letters, and as many that repeat letters
ROUNDS = 6  # in which words go on from rare outputs
RARE = 256  # sequences below which a history of outputs is rare
HARDLY = 8  # sequences below which a history is not followed any longer
CONTINUED = 64  # rare histories in each round
ENDINGS = 64  # words that continue each of them
_MIX = 0x5851F42D4C957F2D  # odd and without pattern (Knuth's multiplier)


def rare_words(
    domain: Domain, x: Ints, y: Ints, label: Callable[[Ints], Ints], rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Words of low variety and words that go on where few do, with their labels.

    Args:
        domain: the letters.
        x, y: labelled sequences, ``(n, length, channels)`` and ``(n, length, outputs)``.
        label: gives the outputs on sequences.
        rng: the source of randomness.

    Returns:
        inputs and outputs of the new sequences.
    """
    length = x.shape[1]
    varied = np.concatenate([few_letters(domain, length, rng, VARIED),
                             runs(domain, length, rng, VARIED)])  # fmt: skip
    found, labels = [varied], [label(varied)]
    for _ in range(ROUNDS):
        every, outputs = np.concatenate([x, *found]), np.concatenate([y, *labels])
        rare = _rare(outputs, rng)
        if not rare:
            break
        parts = []
        for i in rng.permutation(len(rare))[:CONTINUED]:
            row, steps = rare[i]
            more = domain.sample(ENDINGS, length, rng)
            more[:, :steps] = every[row, :steps]
            parts.append(more)
        found.append(np.concatenate(parts))
        labels.append(label(found[-1]))
    return np.concatenate(found), np.concatenate(labels)


def _rare(y: Ints, rng: np.random.Generator) -> list[tuple[int, int]]:
    """For each history of outputs that few sequences have, one of them, and how long it is.

    Histories that follow one that hardly any sequence has are left out.
    """
    n, length = y.shape[:2]
    history, open_rows = np.zeros(n, dtype=np.int64), rng.permutation(n)
    out: list[tuple[int, int]] = []
    for t in range(length - 1):
        for k in range(y.shape[2]):  # numbers that wrap around: different histories hardly collide
            history[open_rows] = (history[open_rows] + y[open_rows, t, k]) * _MIX
        _, first, at, count = np.unique(
            history[open_rows], return_index=True, return_inverse=True, return_counts=True
        )
        out += [(int(open_rows[i]), t + 1) for i in first[count < RARE]]
        open_rows = open_rows[count[at] >= HARDLY]
        if not len(open_rows):
            break
    return out
