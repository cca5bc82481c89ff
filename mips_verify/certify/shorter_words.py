"""A shorter word on which a network still fails: letters are cut out while it does.

Delta debugging (Zeller and Hildebrandt 2002), with many cuts run at once and the longest first.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.certify import certify_budgets as budgets
from mips_verify.certify.lockstep import Failure, Lockstep


def shortened(pair: Lockstep, found: Failure) -> Failure:
    """A failure on a word from which no cut that was tried can be made, or the budget is spent."""
    left = budgets.SHORTENING
    smaller = True
    while smaller:
        smaller = False
        for words in _batches(np.array(found.word, dtype=np.int64)):
            left -= words.shape[1] * max(len(words), budgets.STEP_LETTERS)
            if left < 0:
                return found
            if (better := pair.failing(words)) is not None:
                found, smaller = better, True
                break
    return found


def _batches(word: Ints) -> Iterator[Ints]:
    """Shorter words, the shortest first, some at a time; repetitions of the last letter fill up.

    A failure among the letters that fill up is one on a longer word, which is still shorter than
    the given one: no word is filled up to its length.
    """
    batch: list[Ints] = []
    for cut in _cuts(word):
        batch.append(cut)
        if len(batch) == budgets.TOGETHER:
            yield _filled(batch)
            batch = []
    if batch:
        yield _filled(batch)


def _filled(words: list[Ints]) -> Ints:
    """Words of different lengths as one array; their last letters are repeated."""
    length = max(map(len, words))
    index = np.arange(length)
    return np.stack([w[np.minimum(index, len(w) - 1)] for w in words])


def _cuts(word: Ints) -> Iterator[Ints]:
    """The word without some letters in a row, half of them first; no word twice."""
    seen = set()
    width = len(word) // 2
    while width:
        for start in _starts(word, width):
            shorter = np.delete(word, np.s_[start : start + width], axis=0)
            key = shorter.tobytes()
            if key not in seen:
                seen.add(key)
                yield shorter
        width //= 2


def _starts(word: Ints, width: int) -> list[int]:
    """Where letters are cut out: at the first of equal letters in a row, or spread evenly."""
    last = len(word) - width
    changes = np.flatnonzero((word[1:] != word[:-1]).any(axis=1)) + 1
    runs = [0, *changes.tolist()]
    if len(runs) > budgets.CUTS:
        step = max(1, last // budgets.CUTS)
        runs = list(range(0, last + 1, step))
    return [start for start in runs if start <= last]
