"""Linear hashes of vectors: the hash of a sum is the sum of the hashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.regress.search.bitsets import Masks, pack


@dataclass(frozen=True, slots=True, eq=False)
class VectorHash:
    """Hashes of values and of bit masks over the same points, in int64 that wraps around.

    Attributes:
        weights: the weights of the points, shape ``(p,)``.
        mix: the weights of the words of a mask, shape ``(words,)``.
        full: the mask of all points, shape ``(words,)``.
    """

    weights: Ints
    mix: Ints
    full: Masks

    @staticmethod
    def over(points: int) -> VectorHash:
        """The hash for vectors with ``points`` entries."""
        rng = np.random.default_rng(points)
        weights = rng.integers(-(2**62), 2**62, size=points) | 1
        mix = rng.integers(-(2**62), 2**62, size=(points + 63) // 64) | 1
        if len(mix) == 1:
            mix[:] = 1
        return VectorHash(weights, mix, pack(np.ones((1, points), dtype=np.bool_))[0])

    @property
    def points(self) -> int:
        """The number of points."""
        return len(self.weights)

    def of_values(self, values: NDArray[Any]) -> Ints:
        """Hashes of rows of integers, shape ``(..., p)`` to ``(...)``."""
        return np.asarray(values @ self.weights)

    def at(self, values: NDArray[Any], points: NDArray[np.intp]) -> Ints:
        """Hashes of rows at some of the points only, shape ``(n, p)`` to ``(n,)``."""
        return np.asarray(values[:, points] @ self.weights[points])

    def of_masks(self, masks: Masks) -> Ints:
        """Hashes of bit masks, shape ``(..., words)`` to ``(...)``."""
        return np.asarray(masks.view(np.int64) @ self.mix)
