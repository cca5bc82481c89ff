"""The storage of an enumeration: one expression for each vector of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints

LEAF = -1


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """How each of ``n`` expressions was built: an operator and up to three arguments.

    ``op`` is an index in the enumerator's list of operators; ``a``, ``b`` and ``c`` are positions
    in the pools of the arguments' sorts. For a leaf, ``op`` is :data:`LEAF` and ``a`` its index.
    """

    op: NDArray[np.int8]
    a: NDArray[np.int32]
    b: NDArray[np.int32]
    c: NDArray[np.int32]

    def __getitem__(self, index: NDArray[np.intp]) -> Origin:
        return Origin(self.op[index], self.a[index], self.b[index], self.c[index])

    def __len__(self) -> int:
        return len(self.op)

    def at(self, position: int) -> tuple[int, int, int, int]:
        """The origin of one expression, as plain numbers."""
        i = position
        return int(self.op[i]), int(self.a[i]), int(self.b[i]), int(self.c[i])

    @staticmethod
    def of(op: int, a: object, b: object = 0, c: object = 0) -> Origin:
        """The origins of one block: one operator; each argument is an array or one number."""
        a32, b32, c32 = np.broadcast_arrays(*(np.asarray(v, dtype=np.int32) for v in (a, b, c)))
        return Origin(np.full(a32.shape, op, dtype=np.int8), a32, b32, c32)

    @staticmethod
    def concatenate(parts: Sequence[Origin]) -> Origin:
        """Concatenate ``parts``, in order."""
        return Origin(
            np.concatenate([p.op for p in parts]),
            np.concatenate([p.a for p in parts]),
            np.concatenate([p.b for p in parts]),
            np.concatenate([p.c for p in parts]),
        )


class Pool:
    """Expressions of one sort, in layers of equal cost, cheapest first; layer 0 is empty.

    Attributes:
        values: one row per expression: ``(n, p)`` integers or ``(n, words)`` bit masks.
        keys: the hash of each row, int64; all are different.
        origin: how each row was built.
        first: position of the first row of each layer; the last entry is the number of rows.
    """

    TABLE = 1 << 18

    def __init__(self, width: int, dtype: Any) -> None:
        self.values: NDArray[Any] = np.zeros((0, width), dtype=dtype)
        self.keys: Ints = np.zeros(0, dtype=np.int64)
        self.origin = Origin.of(LEAF, np.zeros(0))
        self.first: list[int] = [0, 0]
        self._sorted = self.keys
        # the initial keys belong to other slots, so every key counts as new at first
        self._recent: Ints = np.arange(1, self.TABLE + 1, dtype=np.int64)

    def __len__(self) -> int:
        return self.first[-1]

    @property
    def layers(self) -> int:
        """Number of closed layers, layer 0 included."""
        return len(self.first) - 1

    def append(self, values: NDArray[Any], keys: Ints, origin: Origin) -> None:
        """Close the next layer with these rows, whose keys must be new."""
        if len(keys):
            self.values = np.concatenate([self.values, values])
            self.keys = np.concatenate([self.keys, keys])
            self.origin = Origin.concatenate((self.origin, origin))
            self._sorted = np.sort(self.keys)
        self.first.append(len(self.keys))

    def layer(self, cost: int) -> slice:
        """The positions of the rows of this cost."""
        return slice(self.first[cost], self.first[cost + 1])

    def not_recent(self, keys: Ints) -> NDArray[np.intp]:
        """Indices of keys not in a small cache of recent keys; these may include repeated keys."""
        slot = keys & (self.TABLE - 1)
        fresh = np.flatnonzero(self._recent[slot] != keys)
        self._recent[slot[fresh]] = keys[fresh]
        return fresh

    def unseen(self, keys: Ints) -> NDArray[np.bool_]:
        """Which keys do not occur in any closed layer."""
        if not len(self._sorted):
            return np.ones(len(keys), dtype=np.bool_)
        at = np.searchsorted(self._sorted, keys)
        at[at == len(self._sorted)] = 0
        return np.asarray(self._sorted[at] != keys)

    def costs(self) -> NDArray[np.int32]:
        """The cost of every row."""
        sizes = np.diff(np.asarray(self.first))
        return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
