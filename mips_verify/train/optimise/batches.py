"""Minibatches of labelled prefixes, encoded for an ensemble."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from mips_verify.data import Dataset
from mips_verify.train.optimise.scaling import Scaling


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Encoded inputs ``u (batch, length, inputs)`` and labels ``y (length, batch, outputs)``.

    With output feedback ``y`` has ``length + 1`` steps; the first, before any input, is 0.
    """

    u: Tensor
    y: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Draws batches from a data set.

    Attributes:
        x: int64 inputs ``(n, length, channels)``; y: labels ``(n, length, outputs)``.
        one_hot: whether inputs are indicator columns instead of scaled values.
        feedback: whether f also reads the previous label, scaled (teacher forcing).
    """

    x: Tensor
    y: Tensor
    scaling: Scaling
    lows: tuple[int, ...]
    highs: tuple[int, ...]
    one_hot: bool
    feedback: bool
    dtype: torch.dtype

    @classmethod
    def of(
        cls,
        data: Dataset,
        *,
        one_hot: bool = False,
        feedback: bool = False,
        dtype: torch.dtype = torch.float64,
    ) -> Source:
        """A source over all sequences of ``data``."""
        y = torch.from_numpy(data.y).to(dtype)
        domain = data.domain
        return cls(
            torch.from_numpy(data.x), y, Scaling.of(data), domain.lows, domain.highs,
            one_hot, feedback, dtype,
        )  # fmt: skip

    @property
    def length(self) -> int:
        """Steps in a whole sequence."""
        return int(self.x.shape[1])

    @property
    def inputs(self) -> int:
        """Number of columns of an encoded input."""
        letters = sum(hi - lo for lo, hi in zip(self.lows, self.highs, strict=True))
        own = letters if self.one_hot else int(self.x.shape[2])
        return own + (self.outputs if self.feedback else 0)

    @property
    def outputs(self) -> int:
        """Labels per step."""
        return int(self.y.shape[2])

    @property
    def mean(self) -> Tensor:
        """Mean label, ``(outputs,)``."""
        return torch.from_numpy(self.scaling.y_mean).to(self.dtype)

    @property
    def spread(self) -> Tensor:
        """Standard deviation of the labels, ``(outputs,)``."""
        return torch.from_numpy(self.scaling.y_spread).to(self.dtype)

    def draw(self, count: int, length: int, generator: torch.Generator) -> Batch:
        """``count`` random sequences, the first ``length`` steps of each."""
        return self.rows(torch.randint(0, len(self.x), (count,), generator=generator), length)

    def some_rows(self, count: int, generator: torch.Generator, *, replace: bool = False) -> Tensor:
        """``count`` random row numbers; all rows once if there are no more than ``count``."""
        if not replace and count >= len(self.x):
            return torch.arange(len(self.x))
        return torch.randint(0, len(self.x), (count,), generator=generator)

    def parts(self, size: int) -> Iterator[Batch]:
        """All sequences at full length, ``size`` at a time."""
        for i in range(0, len(self.x), size):
            yield self.rows(torch.arange(i, min(i + size, len(self.x))), self.length)

    def rows(self, index: Tensor, length: int) -> Batch:
        """The sequences with the given numbers, the first ``length`` steps of each."""
        x, y = self.x[index, :length], self.y[index, :length]
        u = self._encode(x)
        if self.feedback:
            y = torch.cat([torch.zeros_like(y[:, :1]), y], dim=1)
            u = torch.cat([u, (y[:, :-1] - self.mean) / self.spread], dim=2)
        return Batch(u, y.transpose(0, 1).contiguous())

    def _encode(self, x: Tensor) -> Tensor:
        if not self.one_hot:
            middle = torch.from_numpy(self.scaling.x_middle)
            half = torch.from_numpy(self.scaling.x_half)
            return ((x - middle) / half).to(self.dtype)
        columns = [
            x[..., i : i + 1] == torch.arange(low + 1, high + 1)
            for i, (low, high) in enumerate(zip(self.lows, self.highs, strict=True))
        ]
        return torch.cat(columns, dim=2).to(self.dtype)
