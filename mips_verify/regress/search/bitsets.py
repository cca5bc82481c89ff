"""Sets of points as bit masks: 64 points per word, the first point in the lowest bit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Masks = NDArray[np.uint64]


def pack(truth: NDArray[np.bool_]) -> Masks:
    """Pack the last axis into 64-bit words, the first point in the lowest bit."""
    bits = truth.shape[-1]
    octets = np.packbits(truth, axis=-1, bitorder="little")
    missing = (bits + 63) // 64 * 8 - octets.shape[-1]
    if missing:
        octets = np.pad(octets, [(0, 0)] * (truth.ndim - 1) + [(0, missing)])
    return np.ascontiguousarray(octets).view("<u8").astype(np.uint64, copy=False)


def unpack(masks: Masks, points: int) -> NDArray[np.bool_]:
    """The inverse of :func:`pack` for rows, shape ``(n, words)`` to ``(n, points)``."""
    octets = np.ascontiguousarray(masks).astype("<u8", copy=False).view(np.uint8)
    bits = np.unpackbits(octets, axis=-1, count=points, bitorder="little")
    return bits.view(np.bool_)


def are_bits(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows contain 0 and 1 and no other values."""
    return np.asarray((values.min(1) == 0) & (values.max(1) == 1))


def population(masks: Masks) -> NDArray[np.int64]:
    """The number of points in each mask, shape ``(n, words)`` to ``(n,)``."""
    octets = np.ascontiguousarray(masks).view(np.uint8)
    return np.asarray(np.unpackbits(octets, axis=-1).sum(axis=-1, dtype=np.int64))


def mask_of(truth: NDArray[np.bool_]) -> Masks:
    """One row of truth values as a mask, shape ``(p,)`` to ``(words,)``."""
    return np.asarray(pack(truth[None])[0])
