"""What a step of a network needs from numbers: sums, ReLU, and the functions of gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

N = TypeVar("N")


class Arithmetic(Protocol[N]):
    """Numbers of one kind: sets of reals (``forms``), or integer expressions (``as_machine``)."""

    def constant(self, value: float) -> N:
        """A number known exactly."""

    def sum(self, weights: Sequence[float], values: Sequence[N], *constants: float) -> N:
        """``weights @ values + sum(constants)``."""

    def relu(self, z: N) -> N:
        """``max(z, 0)``."""

    def tanh(self, z: N) -> N:
        """The hyperbolic tangent."""

    def sigmoid(self, z: N) -> N:
        """``1 / (1 + exp(-z))``."""

    def times(self, a: N, b: N) -> N:
        """The product of two numbers."""
