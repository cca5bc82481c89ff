"""Saturating units: an update that is affine for each letter, clamped between two bounds.

    h_i' = min(max(A_i[x] h + b_i[x], lower_i), upper_i)

A unit reads itself and the units before it; its bounds are affine in the input and in the units
before it. Sums, counts, resets, running extremes, saturating sums and chains of these are such
units; a ReLU network of three layers computes them exactly. Each output is a linear read-out plus
one ReLU: a sum, a difference, a maximum or a minimum of units.

An ensemble is a matrix ``theta (members, parameters)``; :class:`Layout` defines its columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import torch
from torch import Tensor

_AFFINE, _LOWER, _UPPER = range(3)


@dataclass(frozen=True)
class Layout:
    """Sizes of the members, and the meaning of the columns of ``theta``.

    Attributes:
        letters: size of the alphabet.
        channels: number of inputs, which the bounds read.
        hidden: number of units.
        outputs: number of outputs.
    """

    letters: int
    channels: int
    hidden: int
    outputs: int

    @property
    def slots(self) -> int:
        """Number of values that an update reads: 1, the inputs, the states."""
        return 1 + self.channels + self.hidden

    def unit_size(self, i: int) -> int:
        """Columns per unit ``i``: letter tables of i + 1 gates and a bias, two bounds, a start."""
        return (i + 2) * self.letters + 2 * (1 + self.channels + i) + 1

    @cached_property
    def unit_columns(self) -> tuple[range, ...]:
        """The columns of each unit, which come first."""
        ends = [0]
        for i in range(self.hidden):
            ends.append(ends[-1] + self.unit_size(i))
        return tuple(range(a, b) for a, b in pairwise(ends))

    @property
    def read_size(self) -> int:
        """Columns per read-out: weights and bias, then gain, weights and bias of the ReLU."""
        return 2 * self.hidden + 3

    @cached_property
    def read_columns(self) -> tuple[range, ...]:
        """The columns of each read-out, after the units."""
        first, size = self.state_parameters, self.read_size
        return tuple(range(first + k * size, first + (k + 1) * size) for k in range(self.outputs))

    @property
    def state_parameters(self) -> int:
        """Number of columns of all units."""
        return sum(map(self.unit_size, range(self.hidden)))

    @property
    def parameters(self) -> int:
        """Number of columns of ``theta``."""
        return self.state_parameters + self.outputs * self.read_size

    @cached_property
    def places(self) -> Tensor:
        """The column of each weight, ``(3, letters, hidden, slots)``: affine part and bounds.

        Weights fixed at 0 point to an extra column, placed after the last unit, that holds zeros.
        """
        k, c, n = self.letters, self.channels, self.hidden
        out = torch.full((3, k, n, self.slots), self.state_parameters)
        for i, columns in enumerate(self.unit_columns):
            tables = torch.arange(columns.start, columns.start + (i + 2) * k).view(i + 2, k)
            out[_AFFINE, :, i, 1 + c : 2 + c + i] = tables[: i + 1].T
            out[_AFFINE, :, i, 0] = tables[i + 1]
            size = 1 + c + i
            lower = torch.arange(size) + columns.start + (i + 2) * k
            out[_LOWER, :, i, :size] = lower
            out[_UPPER, :, i, :size] = lower + size
        return out

    def table_columns(self, i: int) -> list[int]:
        """The columns of the letter tables of unit ``i``, gates and bias."""
        first = self.unit_columns[i].start
        return list(range(first, first + (i + 2) * self.letters))

    def bound_columns(self, i: int) -> list[int]:
        """The columns of the lower and then the upper bound of unit ``i``."""
        columns = self.unit_columns[i]
        return list(range(columns.start + (i + 2) * self.letters, columns.stop - 1))

    @property
    def start_columns(self) -> list[int]:
        """The column of each unit's start value."""
        return [columns.stop - 1 for columns in self.unit_columns]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The parts of ``theta``, for ``m`` members.

    Attributes:
        affine: ``(m, letters, hidden, slots)``.
        lower, upper: ``(m, hidden, slots)``.
        start: ``(m, hidden)``.
        p, u: weights of the read-outs and of their ReLUs, ``(m, outputs, hidden)``.
        p0, q, u0: biases, gains of the ReLUs and their biases, ``(m, outputs)``.
    """

    affine: Tensor
    lower: Tensor
    upper: Tensor
    start: Tensor
    p: Tensor
    p0: Tensor
    q: Tensor
    u: Tensor
    u0: Tensor


def unpack(layout: Layout, theta: Tensor) -> Weights:
    """Split ``theta`` into its parts."""
    n, members = layout.hidden, len(theta)
    padded = torch.cat([theta[:, : layout.state_parameters], theta.new_zeros(members, 1)], dim=1)
    affine, lower, upper = (padded[:, place] for place in layout.places)
    reads = theta[:, layout.state_parameters :].view(members, layout.outputs, layout.read_size)
    return Weights(
        affine, lower[:, 0], upper[:, 0], theta[:, layout.start_columns],
        p=reads[..., :n], p0=reads[..., n], q=reads[..., n + 1],
        u=reads[..., n + 2 : 2 * n + 2], u0=reads[..., 2 * n + 2],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """Sequences as letter numbers ``index (batch, length)`` and inputs ``u (batch, length, c)``."""

    index: Tensor
    u: Tensor


def states(layout: Layout, theta: Tensor, x: Letters) -> Tensor:
    """The states after each step, ``(members, batch, length, hidden)``."""
    weights = unpack(layout, theta)
    h = weights.start[:, None].expand(-1, len(x.index), -1)
    out = []
    for t in range(x.index.shape[1]):
        h, _ = _step(weights, _slots(h, x.u[:, t]), x.index[:, t])
        out.append(h)
    return torch.stack(out, dim=2)


def read(weights: Weights, h: Tensor) -> Tensor:
    """The outputs ``(members, batch, length, outputs)`` at states."""
    z = torch.einsum("mbtn,mon->mbto", h, weights.u) + weights.u0[:, None, None]
    straight = torch.einsum("mbtn,mon->mbto", h, weights.p) + weights.p0[:, None, None]
    return straight + weights.q[:, None, None] * torch.relu(z)


def forward(layout: Layout, theta: Tensor, x: Letters) -> Tensor:
    """The outputs after each step, ``(members, batch, length, outputs)``."""
    return read(unpack(layout, theta), states(layout, theta, x))


def jacobian(layout: Layout, theta: Tensor, x: Letters) -> tuple[Tensor, Tensor]:
    """The outputs and their derivatives ``(..., parameters)``, by forward sensitivity."""
    weights, n, c = unpack(layout, theta), layout.hidden, layout.channels
    members, (batch, length) = len(theta), x.index.shape
    h = weights.start[:, None].expand(-1, batch, -1)
    s = theta.new_zeros(members, batch, n, layout.state_parameters + 1)
    s[:, :, range(n), layout.start_columns] = 1.0
    bounds = torch.stack([weights.lower, weights.upper], dim=1)[..., 1 + c :]
    own, trace, sensitivities = torch.arange(n), [], []
    for t in range(length):
        letter = x.index[:, t]
        v = _slots(h, x.u[:, t])
        h, branch = _step(weights, v, letter)
        to_state = torch.where(
            (branch == _AFFINE)[..., None],
            weights.affine[:, letter][..., 1 + c :],
            bounds[torch.arange(members)[:, None, None], (branch - 1).clamp_min(0), own],
        )
        s = to_state @ s
        place = layout.places[branch, letter[:, None], own]
        s.scatter_add_(3, place, v[:, :, None].expand_as(place))
        trace.append(h)
        sensitivities.append(s)
    return _read_jacobian(layout, weights, torch.stack(trace, 2), torch.stack(sensitivities, 2))


def _slots(h: Tensor, u: Tensor) -> Tensor:
    """The values that an update reads, ``(members, batch, slots)``."""
    ones = h.new_ones(*h.shape[:2], 1)
    return torch.cat([ones, u.expand(len(h), -1, -1), h], dim=2)


def _step(weights: Weights, v: Tensor, letter: Tensor) -> tuple[Tensor, Tensor]:
    """The next states ``(members, batch, hidden)``, and the active part: affine or a bound."""
    straight = (weights.affine[:, letter] @ v[..., None])[..., 0]
    low, high = v @ weights.lower.transpose(1, 2), v @ weights.upper.transpose(1, 2)
    raised = torch.maximum(straight, low)
    branch = torch.where(raised > high, _UPPER, torch.where(straight < low, _LOWER, _AFFINE))
    return torch.minimum(raised, high), branch


def _read_jacobian(layout: Layout, weights: Weights, h: Tensor, s: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs and derivatives, from states and ``s (members, batch, length, hidden, f)``."""
    z = torch.einsum("mbtn,mon->mbto", h, weights.u) + weights.u0[:, None, None]
    active = (z > 0).to(z.dtype)
    gain = weights.q[:, None, None] * active
    y = torch.einsum("mbtn,mon->mbto", h, weights.p) + weights.p0[:, None, None] + gain * z
    to_state = weights.p[:, None, None] + gain[..., None] * weights.u[:, None, None]
    f, one = layout.state_parameters, torch.ones_like(z)
    out = h.new_zeros(*y.shape, layout.parameters)
    out[..., :f] = to_state @ s[..., :f]
    for k, columns in enumerate(layout.read_columns):
        parts = [h, one[..., :1], (active * z)[..., k : k + 1], gain[..., k : k + 1] * h,
                 gain[..., k : k + 1]]  # fmt: skip
        out[..., k, columns.start : columns.stop] = torch.cat(parts, dim=3)
    return y, out
