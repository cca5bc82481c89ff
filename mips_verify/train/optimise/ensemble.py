"""Many networks of one architecture in one stacked tensor, and their export as plain networks.

An ensemble is a matrix ``theta`` of shape ``(members, parameters)``; :class:`Architecture` defines
the meaning of its columns. All arithmetic is batched over members (``baddbmm``): a step of 64
networks costs little more than a step of one network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from mips_verify.algebra.arrays import Floats
from mips_verify.data import Dataset
from mips_verify.network.layers import beside
from mips_verify.network.network import Layers, Network
from mips_verify.train.optimise.scaling import Scaling

Weights = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Architecture:
    """Sizes of f and g; a skip is a linear path parallel to the hidden layers.

    Attributes:
        inputs: number of values that f reads in addition to the hidden state.
        hidden: size of the hidden state.
        outputs: number of outputs of g.
        f, g: widths of the hidden layers, possibly none.
        skip_f, skip_g: whether f and g have a skip.
    """

    inputs: int
    hidden: int
    outputs: int
    f: tuple[int, ...] = ()
    g: tuple[int, ...] = ()
    skip_f: bool = False
    skip_g: bool = False

    @cached_property
    def layers_f(self) -> tuple[tuple[int, int], ...]:
        """Shape ``(in, out)`` of each layer of f."""
        sizes = (self.hidden + self.inputs, *self.f, self.hidden)
        return tuple(pairwise(sizes))

    @cached_property
    def layers_g(self) -> tuple[tuple[int, int], ...]:
        """Shape ``(in, out)`` of each layer of g."""
        sizes = (self.hidden, *self.g, self.outputs)
        return tuple(pairwise(sizes))

    @cached_property
    def blocks(self) -> tuple[int, ...]:
        """Sizes of the blocks of ``theta``: f's layers, f's skip, g's layers, g's skip."""
        out: list[int] = []
        for shapes, skip in ((self.layers_f, self.skip_f), (self.layers_g, self.skip_g)):
            for a, b in shapes:
                out += [a * b, b]
            if skip:
                out.append(shapes[0][0] * shapes[-1][1])
        return tuple(out)

    @property
    def parameters(self) -> int:
        """Number of columns of ``theta``."""
        return sum(self.blocks)

    @cached_property
    def parameters_f(self) -> int:
        """Number of columns of f, which come first."""
        skip = (self.hidden + self.inputs) * self.hidden if self.skip_f else 0
        return sum(a * b + b for a, b in self.layers_f) + skip


def with_skips(
    inputs: int, hidden: int, outputs: int, f: tuple[int, ...], g: tuple[int, ...]
) -> Architecture:
    """The architecture in which f and g have a skip if they have hidden layers."""
    return Architecture(inputs, hidden, outputs, f=f, g=g, skip_f=bool(f), skip_g=bool(g))


def sizes(hidden: int, f: tuple[int, ...], g: tuple[int, ...]) -> str:
    """Hidden size and layer widths as text, for the name of a rung."""
    f_text, g_text = ("-".join(map(str, widths)) or "linear" for widths in (f, g))
    return f"h={hidden} f={f_text} g={g_text}"


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Views into ``theta``: weights ``(members, in, out)``, biases ``(members, 1, out)``."""

    f: Weights
    g: Weights
    skip_f: Tensor | None
    skip_g: Tensor | None


def unpack(shape: Architecture, theta: Tensor) -> Parts:
    """Split ``theta`` into weights and biases."""
    members = theta.shape[0]
    chunks = iter(torch.split(theta, list(shape.blocks), dim=1))

    def take(shapes: tuple[tuple[int, int], ...]) -> Weights:
        return [
            (next(chunks).view(members, a, b), next(chunks).view(members, 1, b)) for a, b in shapes
        ]

    f = take(shape.layers_f)
    width = shape.hidden + shape.inputs
    skip_f = next(chunks).view(members, width, shape.hidden) if shape.skip_f else None
    g = take(shape.layers_g)
    skip_g = next(chunks).view(members, shape.hidden, shape.outputs) if shape.skip_g else None
    return Parts(f, g, skip_f, skip_g)


def pack(parts: Parts) -> Tensor:
    """The inverse of :func:`unpack`."""
    flat = [p for wb in parts.f for p in wb]
    flat += [parts.skip_f] if parts.skip_f is not None else []
    flat += [p for wb in parts.g for p in wb]
    flat += [parts.skip_g] if parts.skip_g is not None else []
    return torch.cat([p.reshape(p.shape[0], -1) for p in flat], dim=1)


def states(shape: Architecture, parts: Parts, u: Tensor) -> list[Tensor]:
    """Hidden states after each step, each ``(members, batch, hidden)``, from ``h = 0``.

    Args:
        shape: sizes of the members.
        parts: weights of the members.
        u: encoded inputs ``(batch, length, inputs)``, the same for all members.
    """
    batch, length, _ = u.shape
    (w1, b1), *rest = parts.f
    members = w1.shape[0]
    flat = u.transpose(0, 1).reshape(1, length * batch, shape.inputs).expand(members, -1, -1)
    # unbind, because the derivative of [:, t] fills a zero tensor of all steps for every step
    from_u = (
        torch.baddbmm(b1, flat, w1[:, shape.hidden :]).view(members, length, batch, -1).unbind(1)
    )
    from_h = w1[:, : shape.hidden]
    skip = parts.skip_f
    if skip is not None:
        skip_u = torch.bmm(flat, skip[:, shape.hidden :]).view(members, length, batch, -1).unbind(1)
        skip_h = skip[:, : shape.hidden]
    out: list[Tensor] = []
    h: Tensor | None = None
    for t in range(length):
        z = from_u[t] if h is None else torch.baddbmm(from_u[t], h, from_h)
        for w, b in rest:
            z = torch.baddbmm(b, torch.relu(z), w)
        if skip is not None:
            z = z + skip_u[t]
            if h is not None:
                z = torch.baddbmm(z, h, skip_h)
        h = z
        out.append(h)
    return out


def read(parts: Parts, h: Tensor) -> Tensor:
    """The outputs of g at hidden states ``(members, n, hidden)``, ``(members, n, outputs)``."""
    z = h
    for i, (w, b) in enumerate(parts.g):
        z = torch.baddbmm(b, torch.relu(z) if i else z, w)
    if parts.skip_g is not None:
        z = torch.baddbmm(z, h, parts.skip_g)
    return z


def forward(shape: Architecture, theta: Tensor, u: Tensor, *, from_start: bool = False) -> Tensor:
    """Scaled outputs ``(members, length, batch, outputs)``.

    Args:
        shape: sizes of the members.
        theta: parameters of the members.
        u: encoded inputs ``(batch, length, inputs)``.
        from_start: whether to read the initial state, too, as output 0 of ``length + 1``.
    """
    parts = unpack(shape, theta)
    trace = states(shape, parts, u)
    if from_start:
        trace = [torch.zeros_like(trace[0]), *trace]
    h = torch.stack(trace, dim=1)
    members, length, batch, _ = h.shape
    y = read(parts, h.reshape(members, length * batch, shape.hidden))
    return y.view(members, length, batch, shape.outputs)


def plain_layers(weights: Weights, skip: Tensor | None, member: int = 0) -> Layers:
    """The f or g of one member as plain ReLU layers that include the skip."""
    layers = tuple((_array(w[member]).T.copy(), _array(b[member, 0])) for w, b in weights)
    return layers if skip is None else beside(layers, _array(skip[member]).T.copy())


def export(shape: Architecture, theta: Tensor, data: Dataset) -> Network:
    """The only member of ``theta`` as a plain network on raw inputs and outputs."""
    scaling, parts = Scaling.of(data), unpack(shape, theta)
    f = scaling.fold_inputs(plain_layers(parts.f, parts.skip_f), shape.hidden)
    g = scaling.fold_outputs(plain_layers(parts.g, parts.skip_g))
    return Network(f, g, np.zeros(shape.hidden), data.domain.channels)


def _array(tensor: Tensor) -> Floats:
    values: Floats = tensor.detach().to(torch.float64).numpy().copy()
    return values
