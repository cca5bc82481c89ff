"""Group equal rows of integers, and test whether equal rows have equal values."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints

REPEATED = 0.3  # if fewer rows repeat a key, the data cannot tell whether keys decide values


def distinct(rows: Ints) -> tuple[Ints, Ints]:
    """The first index of each distinct row of ``(n, k)``, and each row's class, by appearance."""
    if rows.shape[1] == 0:
        return np.zeros(min(1, len(rows)), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    packed = np.ascontiguousarray(rows).view([("", rows.dtype)] * rows.shape[1]).ravel()
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse.ravel()]


def decides(keys: list[Ints], values: Ints, repeated: float = REPEATED) -> bool:
    """Whether rows with equal ``keys`` have equal ``values``, each of shape ``(n,)``.

    False if less than a share ``repeated`` of the rows repeat the key of another row, which is
    too few to tell.
    """
    factors = np.random.default_rng(len(keys)).integers(-(2**62), 2**62, size=len(keys)) | 1
    both = np.stack(keys, axis=1) @ factors  # different keys collide once in 2**64
    order = np.argsort(both, kind="stable")
    equal = both[order][1:] == both[order][:-1]
    if equal.sum() < repeated * len(both):
        return False
    return bool((values[order][1:] == values[order][:-1])[equal].all())


def key_up_to_sign(numbers: Ints, start: int) -> bytes:
    """A key that is equal for ``numbers`` that differ only in sign and origin ``start``."""
    moved = numbers - start
    flat = moved.ravel()
    return bytes((moved if flat[np.argmax(flat != 0)] >= 0 else -moved).tobytes())
