"""Initial weights: an identity or orthogonal recurrent map, and ReLU kinks placed on the data.

A recurrent identity can hold counters (Le, Jaitly and Hinton, arXiv 1504.00941). A unit whose kink
lies outside the data is dead, so the kink of each first-layer unit passes through a random point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mips_verify.train.optimise.ensemble import Architecture, Parts, Weights, pack

_POINTS = 256  # random points in -1..1 that kinks are placed on
_GAIN = 1.4  # He's gain for ReLU
_F64 = torch.float64


@dataclass(frozen=True, slots=True)
class InitialWeights:
    """How initial weights are drawn.

    Attributes:
        identity: share of members whose recurrent map is the identity.
        axis: share of first-layer units that read a single input; None draws 0, 1/2 or 1
            for each member.
    """

    identity: float = 0.5
    axis: float | None = None


def draw(
    shape: Architecture, members: int, initial: InitialWeights, generator: torch.Generator
) -> Tensor:
    """Parameters of ``members`` random networks, float64 ``(members, parameters)``."""
    linear = _state_map(shape, members, initial, generator)
    if not shape.f:
        f = [(linear, torch.zeros(members, 1, shape.hidden, dtype=_F64))]
    else:
        target = None if shape.skip_f else linear
        f = _perceptron(shape.layers_f, members, initial, target, generator)
    g = _perceptron(shape.layers_g, members, initial, None, generator)
    if shape.skip_f:
        f[-1] = (f[-1][0] * 0.3, f[-1][1] * 0.3)
    skip_g = None
    if shape.skip_g:
        g[-1] = (g[-1][0] * 0.5, g[-1][1] * 0.5)
        size = (members, shape.hidden, shape.outputs)
        skip_g = 0.5 * torch.randn(size, generator=generator, dtype=_F64)
    return pack(Parts(f, g, linear if shape.skip_f else None, skip_g))


def _state_map(
    shape: Architecture, members: int, initial: InitialWeights, generator: torch.Generator
) -> Tensor:
    """``[A; B]``, ``(members, in, hidden)``: A is the identity or scaled orthogonal, B is small."""
    n = shape.hidden
    square = torch.randn(members, n, n, generator=generator, dtype=_F64)
    scale = torch.rand(members, 1, 1, generator=generator, dtype=_F64)
    rotation = torch.linalg.qr(square)[0] * scale
    keep = torch.rand(members, 1, 1, generator=generator, dtype=_F64) < initial.identity
    a = torch.where(keep, torch.eye(n, dtype=_F64), rotation)
    b = torch.randn(members, shape.inputs, n, generator=generator, dtype=_F64)
    return torch.cat([a, b * (0.7 / math.sqrt(shape.inputs))], dim=1)


def _perceptron(
    shapes: tuple[tuple[int, int], ...],
    members: int,
    initial: InitialWeights,
    target: Tensor | None,
    generator: torch.Generator,
) -> Weights:
    """Random layers; the last is fitted so that together they approximate the map ``target``."""
    inputs = shapes[0][0]
    points = torch.rand(members, _POINTS, inputs, generator=generator, dtype=_F64) * 2 - 1
    z, out = points, []
    for i, (a, b) in enumerate(shapes):
        last = i == len(shapes) - 1
        if last and target is not None:
            w, bias = _ridge(z, points @ target)
        elif last:
            w = torch.randn(members, a, b, generator=generator, dtype=_F64) / math.sqrt(a)
            bias = torch.zeros(members, 1, b, dtype=_F64)
        else:
            w, bias = _units(z, b, initial if i == 0 and a > 1 else None, generator)
        out.append((w, bias))
        z = torch.relu(torch.baddbmm(bias, z, w))
    return out


def _units(
    z: Tensor, count: int, initial: InitialWeights | None, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Hidden units whose kinks pass through random rows of ``z`` ``(members, n, a)``."""
    members, n, a = z.shape
    w = torch.randn(members, a, count, generator=generator, dtype=_F64) * (_GAIN / math.sqrt(a))
    rows = torch.randint(0, n, (members, count), generator=generator)
    through = torch.gather(z, 1, rows[..., None].expand(-1, -1, a))
    if initial is not None:
        single = _single_axis(members, count, initial, generator)
        axes = torch.randint(0, a, (members, count), generator=generator)
        unit = torch.nn.functional.one_hot(axes, a).transpose(1, 2).to(_F64)
        w = torch.where(single, unit * torch.sign(w) * _GAIN, w)
        through = torch.where(
            single.transpose(1, 2), _spread(members, count, generator)[..., None], through
        )
    return w, -(through * w.transpose(1, 2)).sum(dim=2)[:, None]


def _single_axis(
    members: int, count: int, initial: InitialWeights, generator: torch.Generator
) -> Tensor:
    """Which units read only one input, ``(members, 1, count)``."""
    if initial.axis is None:
        pick = torch.randint(0, 3, (members, 1, 1), generator=generator)
        share = torch.tensor([0.0, 0.5, 1.0], dtype=_F64)[pick]
    else:
        share = torch.full((members, 1, 1), initial.axis, dtype=_F64)
    return torch.rand(members, 1, count, generator=generator, dtype=_F64) < share


def _spread(members: int, count: int, generator: torch.Generator) -> Tensor:
    """Stratified random kinks in -1.05..1.05, in random order, ``(members, count)``."""
    jitter = torch.rand(members, count, generator=generator, dtype=_F64)
    places = (torch.arange(count, dtype=_F64) + jitter) / count * 2.1 - 1.05
    order = torch.rand(members, count, generator=generator, dtype=_F64).argsort(dim=1)
    return torch.gather(places, 1, order)


def _ridge(z: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Ridge regression of ``target`` on ``[z, 1]`` for each member."""
    members, n, a = z.shape
    rows = torch.cat([z, torch.ones(members, n, 1, dtype=_F64)], dim=2)
    gram = rows.transpose(1, 2) @ rows + 0.01 * n * torch.eye(a + 1, dtype=_F64)
    solution = torch.linalg.solve(gram, rows.transpose(1, 2) @ target)
    return solution[:, :a], solution[:, a:]
