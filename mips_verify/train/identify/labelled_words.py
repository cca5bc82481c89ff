"""Labelled words: the prefixes of labelled sequences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.train import training_budgets as budgets


def letter_index(x: Ints, domain: Domain) -> Ints:
    """Letters ``(..., channels)`` as numbers 0 to ``domain.size - 1``, in the domain's order."""
    index = np.zeros(x.shape[:-1], dtype=np.int64)
    for i, (low, high) in enumerate(zip(domain.lows, domain.highs, strict=True)):
        index = index * (high - low + 1) + x[..., i] - low
    return index


def numbered_labels(y: Ints) -> tuple[Ints, Ints]:
    """Outputs ``(n, length, outputs)`` as numbers ``(n, length)``, and the outputs of each."""
    number = np.zeros(y.shape[:2], dtype=np.int64)
    for column in np.moveaxis(y, 2, 0):  # far faster than rows at once
        seen, at = np.unique(column, return_inverse=True)
        number = number * len(seen) + at.reshape(number.shape)
    _, first, at = np.unique(number, return_index=True, return_inverse=True)
    return y.reshape(-1, y.shape[2])[first], at.reshape(number.shape)


def letter_number(domain: Domain) -> tuple[Floats, float]:
    """Weights and a constant whose affine function of a letter is :func:`letter_index`."""
    lows, highs = np.array(domain.lows), np.array(domain.highs)
    widths = (highs - lows + 1).astype(np.float64)
    strides = np.append(np.cumprod(widths[:0:-1])[::-1], 1.0)
    return strides, -float(strides @ lows)


@dataclass(frozen=True, slots=True)
class Word:
    """A word; its letters are the digits of ``code``, the first letter the highest."""

    code: int
    length: int

    def then(self, other: Word, letters: int) -> Word:
        """This word followed by ``other``."""
        return Word(self.code * letters**other.length + other.code, self.length + other.length)


EMPTY = Word(0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class WordTable:
    """The features of the label after each word in the data.

    Attributes:
        letters: size of the alphabet.
        features: number of features of a label.
        codes: for each length from 1, the codes of the words seen, rising.
        values: for each length from 1, ``(words, features)``.
    """

    letters: int
    features: int
    codes: tuple[Ints, ...]
    values: tuple[Floats, ...]

    @classmethod
    def of(cls, data: Dataset, features: Floats) -> WordTable:
        """All prefixes of the sequences of ``data``; ``features`` is ``(n, length, features)``."""
        index = letter_index(data.x, data.domain)
        k = data.domain.size
        codes, values = [], []
        code = np.zeros(len(index), dtype=np.int64)
        for t in range(data.length):
            if k ** (t + 1) > budgets.SPECTRAL_SPARSE * len(index):
                break
            code = code * k + index[:, t]
            seen, first = np.unique(code, return_index=True)
            codes.append(seen)
            values.append(features[first, t])
        return cls(k, features.shape[2], tuple(codes), tuple(values))

    @property
    def dense(self) -> int:
        """The length up to which all words, or nearly all, were seen."""
        full = [len(c) > 0.99 * self.letters ** (i + 1) for i, c in enumerate(self.codes)]
        return full.index(False) if False in full else len(full)

    def look(self, codes: Ints, length: int) -> tuple[Floats, NDArray[np.bool_]]:
        """Features ``(..., features)`` after words of one length, and which of them were seen."""
        if not 1 <= length <= len(self.codes):
            return np.zeros((*codes.shape, self.features)), np.zeros(codes.shape, dtype=np.bool_)
        seen = self.codes[length - 1]
        at = np.minimum(np.searchsorted(seen, codes), len(seen) - 1)
        known = seen[at] == codes
        return np.where(known[..., None], self.values[length - 1][at], 0.0), known
