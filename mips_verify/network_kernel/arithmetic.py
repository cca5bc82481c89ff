"""What a step of a network needs from numbers: sums, ReLU, and the functions of gates."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

N = TypeVar("N")
Vector = tuple[float, ...]
Rows = tuple[Vector, ...]


class Arithmetic(Protocol[N]):
    """Numbers of one kind: sets of reals (``forms``), or integer expressions (``as_machine``)."""

    def affine(self, weight: Rows, values: Sequence[N], *biases: Vector) -> list[N]:
        """``weight @ values``, plus any number of biases."""

    def relu(self, z: N) -> N:
        """``max(z, 0)``."""

    def tanh(self, z: N) -> N:
        """The hyperbolic tangent."""

    def sigmoid(self, z: N) -> N:
        """``1 / (1 + exp(-z))``."""

    def times(self, a: N, b: N) -> N:
        """The product of two numbers."""


def each_row(weight: Rows, width: int, biases: Sequence[Vector]) -> Iterator[tuple[Vector, Vector]]:
    """Each row of a matrix with its entries of the biases.

    Raises:
        ValueError: a row that is not as long as ``width``, or a bias that is not as high.
    """
    added = zip(*biases, strict=True) if biases else itertools.repeat((), len(weight))
    for row, constants in zip(weight, added, strict=True):
        if len(row) != width:
            raise ValueError(f"{len(row)} weights for {width} values")
        yield row, constants
