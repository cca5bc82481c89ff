"""Images of many boxes under a ReLU network at once, as zonotopes in float64.

This is what the search uses; it rounds to nearest, so nothing that it says is a proof. The
relaxation of a ReLU is that of :mod:`mips_verify.network_kernel.forms`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Layers


class Zonotopes(NamedTuple):
    """``m`` sets ``{centre + axes @ e : |e| <= 1}``: shapes ``(m, n)`` and ``(m, n, symbols)``."""

    centre: Floats
    axes: Floats

    @property
    def radius(self) -> Floats:
        """Half the widths of the smallest boxes around them, ``(m, n)``."""
        radius: Floats = np.abs(self.axes).sum(axis=2)
        return radius

    def affine(self, weight: Floats, bias: Floats) -> Zonotopes:
        """The images under ``weight @ z + bias``."""
        return Zonotopes(self.centre @ weight.T + bias, weight @ self.axes)

    def relu(self) -> Zonotopes:
        """The smallest parallelograms around the graph, coordinate by coordinate."""
        radius = self.radius
        low, high = self.centre - radius, self.centre + radius
        across = (low < 0) & (high > 0)
        width = np.where(across, high - low, 1.0)
        slope = np.where(across, high / width, (low >= 0).astype(np.float64))
        half = np.where(across, -slope * low / 2, 0.0)
        axes = slope[:, :, None] * self.axes
        bent = np.flatnonzero(across.any(axis=0))
        own = np.zeros((*half.shape, len(bent)))
        own[:, bent, np.arange(len(bent))] = half[:, bent]
        return Zonotopes(slope * self.centre + half, np.concatenate([axes, own], axis=2))

    def perceptron(self, layers: Layers) -> Zonotopes:
        """The images under a ReLU perceptron."""
        sets = self
        for i, (weight, bias) in enumerate(layers):
            sets = sets.affine(weight, bias)
            if i < len(layers) - 1:
                sets = sets.relu()
        return sets


def boxes(centre: Floats, radius: Floats, letters: Floats) -> Zonotopes:
    """Boxes of hidden states, each with each letter appended: ``(m * letters)`` sets."""
    m, n = centre.shape
    k, channels = letters.shape
    axes = np.zeros((m, n + channels, n))
    axes[:, np.arange(n), np.arange(n)] = radius
    both = np.concatenate([np.repeat(centre, k, axis=0), np.tile(letters, (m, 1))], axis=1)
    return Zonotopes(both, np.repeat(axes, k, axis=0))
