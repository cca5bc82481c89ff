"""Scale inputs to -1..1 and outputs to unit spread, and fold the scaling into weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.data import Dataset
from mips_verify.network.network import Layers


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """``u = (x - x_middle) / x_half``, ``v = (y - y_mean) / y_spread``, one value per channel."""

    x_middle: Floats
    x_half: Floats
    y_mean: Floats
    y_spread: Floats

    @classmethod
    def of(cls, data: Dataset) -> Scaling:
        """The scaling for the declared input range and the labels of ``data``."""
        low = np.asarray(data.domain.lows, dtype=np.float64)
        high = np.asarray(data.domain.highs, dtype=np.float64)
        half = np.where(high > low, (high - low) / 2, 1.0)
        y = data.y.reshape(-1, data.outputs)
        spread = y.std(axis=0)
        return cls((low + high) / 2, half, y.mean(axis=0), np.where(spread > 1e-3, spread, 1.0))

    def fold_inputs(self, f: Layers, hidden: int) -> Layers:
        """Layers on raw inputs, from layers whose inputs after the first ``hidden`` are scaled."""
        weight, bias = f[0]
        inner = weight[:, hidden:] / self.x_half
        first = (np.hstack([weight[:, :hidden], inner]), bias - inner @ self.x_middle)
        return (first, *f[1:])

    def fold_outputs(self, g: Layers) -> Layers:
        """Layers with raw outputs, from layers with scaled outputs."""
        weight, bias = g[-1]
        last = (weight * self.y_spread[:, None], bias * self.y_spread + self.y_mean)
        return (*g[:-1], last)
