"""Three kinds of causal sequence models as people train them, each a few thousand weights.

All map letters ``(n, T, channels)`` int64 to logits ``(n, T, values)``, for any T, and the logits
at a time depend on no later letter. None has a state that a reader of recurrent networks could use.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from mips_verify.kernel.domain import Domain

WIDTH = 32
HEADS = 4
LAYERS = 2
LONGEST_WAVE = 200.0  # longest wave length of a position, over 2 pi, in letters
DILATIONS = (1, 2, 4)
KERNEL = 3  # with these dilations an output sees 15 letters


class Letters(nn.Module):
    """A vector for every letter: the sum of one learned vector for the value of each channel."""

    def __init__(self, domain: Domain) -> None:
        super().__init__()
        self.register_buffer("lows", torch.tensor(domain.lows), persistent=False)
        ends = zip(domain.lows, domain.highs, strict=True)
        self.tables = nn.ModuleList(nn.Embedding(high - low + 1, WIDTH) for low, high in ends)

    def forward(self, x: Tensor) -> Tensor:
        """Vectors ``(n, T, WIDTH)``."""
        columns = (x - self.lows).unbind(dim=-1)
        return sum(table(c) for table, c in zip(self.tables, columns, strict=True))


def positions(count: int) -> Tensor:
    """Sines and cosines of the position, shape ``(count, WIDTH)``, defined for every length."""
    rates = torch.exp(torch.arange(0, WIDTH, 2) * (-math.log(LONGEST_WAVE) / WIDTH))
    angles = torch.arange(count)[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Block(nn.Module):
    """Causal attention and a small network, each added to what it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.before_attention, self.before_mlp = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.mlp = nn.Sequential(
            nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Vectors after the block, shape ``(n, T, WIDTH)`` as before."""
        n, length, _ = x.shape
        parts = self.qkv(self.before_attention(x)).view(n, length, 3, HEADS, WIDTH // HEADS)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(seen.transpose(1, 2).flatten(2))
        return x + self.mlp(self.before_mlp(x))


class Transformer(nn.Module):
    """Two blocks over a first token that stands for the beginning, and the letters."""

    def __init__(self, domain: Domain, values: int) -> None:
        super().__init__()
        self.letters = Letters(domain)
        self.first = nn.Parameter(0.1 * torch.randn(1, 1, WIDTH))
        self.blocks = nn.Sequential(*(Block() for _ in range(LAYERS)))
        self.readout = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, values))

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(n, T, values)``."""
        vectors = self.letters(x)
        vectors = torch.cat([self.first.expand(len(x), -1, -1), vectors], dim=1)
        return self.readout(self.blocks(vectors + positions(vectors.shape[1]))[:, 1:])


class Selective(nn.Module):
    """A diagonal linear recurrence whose factors in -1..1 and inputs depend on the letter."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.factor, self.input = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.mlp = nn.Sequential(
            nn.Linear(2 * WIDTH, 4 * WIDTH), nn.ReLU(), nn.Linear(4 * WIDTH, WIDTH)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Vectors after the layer, shape ``(n, T, WIDTH)`` as before."""
        u = self.norm(x)
        factors, inputs = torch.tanh(2 * self.factor(u)), self.input(u)
        h, states = torch.zeros_like(inputs[:, 0]), []
        for a, b in zip(factors.unbind(dim=1), inputs.unbind(dim=1), strict=True):
            h = torch.addcmul(b, a, h)
            states.append(h)
        return x + self.mlp(torch.cat([torch.stack(states, dim=1), u], dim=-1))


class StateSpace(nn.Module):
    """Two selective layers, as in state-space models."""

    def __init__(self, domain: Domain, values: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(Letters(domain), *(Selective() for _ in range(LAYERS)))
        self.readout = nn.Linear(WIDTH, values)

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(n, T, values)``."""
        return self.readout(self.layers(x))


class Convolution(nn.Module):
    """A convolution over letters some steps apart, none of them later, and a map back."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.reach = (KERNEL - 1) * dilation
        self.wide = nn.Conv1d(WIDTH, 2 * WIDTH, KERNEL, dilation=dilation)
        self.narrow = nn.Conv1d(2 * WIDTH, WIDTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Vectors after the layer, shape ``(n, WIDTH, T)`` as before."""
        return x + self.narrow(self.wide(functional.pad(x, (self.reach, 0))).relu())


class Convolutional(nn.Module):
    """Three causal dilated convolutions (a TCN): an output sees the last 15 letters only."""

    def __init__(self, domain: Domain, values: int) -> None:
        super().__init__()
        self.letters = Letters(domain)
        self.layers = nn.Sequential(*(Convolution(d) for d in DILATIONS))
        self.readout = nn.Linear(WIDTH, values)

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(n, T, values)``."""
        return self.readout(self.layers(self.letters(x).transpose(1, 2)).transpose(1, 2))


KINDS = {"transformer": Transformer, "ssm": StateSpace, "tcn": Convolutional}
