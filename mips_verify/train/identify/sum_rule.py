"""An output that is a table of one sum of last outputs and inputs, and what a gap in it means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.kernel.domain import Domain
from mips_verify.network.layers import Interpolant, interpolate
from mips_verify.network.network import Layers
from mips_verify.train import training_budgets as budgets


@dataclass(frozen=True, slots=True, eq=False)
class SumRule:
    """The next output is a table of a sum.

    Attributes:
        weights: of last outputs and inputs, ``(outputs + channels,)``.
        points, labels: the sums seen, rising, and the output after each.
    """

    weights: Ints
    points: Ints
    labels: Ints

    def layers(self, domain: Domain) -> Layers | None:
        """Layers that read ``[last outputs, inputs]``; None if the table bends too often."""
        del domain  # the weights say how letters are read
        curve = stable(self.points, self.labels[:, None].astype(np.float64))
        if len(curve.kinks) > budgets.RULE_KINKS:
            return None
        reads = np.ones((len(curve.kinks), 1)) * self.weights
        return (reads, -curve.kinks), (curve.steps.T, curve.start)


def stable(points: Ints, values: Floats) -> Interpolant:
    """A function through integers with integer slopes, so that no step adds a rounding error.

    Where the slope between two points is no integer, the value stays until one before the second.
    """
    rise, run = np.diff(values, axis=0), np.diff(points)
    jumps = np.flatnonzero((rise % run[:, None] != 0).any(axis=1))
    at = np.insert(points, jumps + 1, points[jumps + 1] - 1)
    return interpolate(at, np.insert(values, jumps + 1, values[jumps], axis=0))
