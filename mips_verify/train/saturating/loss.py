"""The loss of saturating units: residuals, or a margin if an output has only two values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mips_verify.data import Dataset
from mips_verify.train.identify.labelled_words import letter_index
from mips_verify.train.optimise.levenberg_marquardt import Decay
from mips_verify.train.optimise.scaling import Scaling
from mips_verify.train.saturating.units import Layout, Letters, forward, jacobian

_WIDE = 3.0  # with a larger spread of labels, the log loss is scaled to the spread
_DECAY = 1e-3
_UNIT = 0.3  # the residual at which the log loss flattens, as a share of the spread


@dataclass(frozen=True, slots=True, eq=False)
class LetterBatch:
    """Prefixes ``x`` and their labels ``y (batch, length, outputs)``."""

    x: Letters
    y: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class LetterSource:
    """Draws batches of letters.

    Attributes:
        x: all sequences.
        y: labels, float64 ``(n, length, outputs)``; 0 and 1 for an output with two values.
        values: for each output its two values, low and high, or None if it has more.
        letters: size of the alphabet.
        scaling: the scaling of the inputs ``x.u``.
    """

    x: Letters
    y: Tensor
    values: tuple[tuple[int, int] | None, ...]
    letters: int
    scaling: Scaling

    @classmethod
    def of(cls, data: Dataset) -> LetterSource:
        """A source over all sequences of ``data``."""
        scaling = Scaling.of(data)
        u = torch.from_numpy((data.x - scaling.x_middle) / scaling.x_half)
        index = torch.from_numpy(letter_index(data.x, data.domain))
        y = data.y.astype(np.float64)
        values: list[tuple[int, int] | None] = []
        for k in range(data.outputs):
            low, high = int(data.y[..., k].min()), int(data.y[..., k].max())
            two = bool(np.isin(data.y[..., k], (low, high)).all())
            values.append((low, high) if two else None)
            if two:
                y[..., k] = data.y[..., k] > low
        return cls(Letters(index, u), torch.from_numpy(y), tuple(values), data.domain.size, scaling)

    @property
    def length(self) -> int:
        """Steps in a whole sequence."""
        return int(self.y.shape[1])

    @property
    def outputs(self) -> int:
        """Labels per step."""
        return int(self.y.shape[2])

    @property
    def channels(self) -> int:
        """Inputs per step."""
        return int(self.x.u.shape[2])

    @property
    def two_valued(self) -> Tensor:
        """Which outputs have two values, ``(outputs,)``."""
        return torch.tensor([v is not None for v in self.values])

    def __len__(self) -> int:
        return len(self.y)

    def draw(self, count: int, length: int, generator: torch.Generator) -> LetterBatch:
        """``count`` random sequences, the first ``length`` steps of each."""
        return self.rows(torch.randint(0, len(self), (count,), generator=generator), length)

    def rows(self, index: Tensor, length: int) -> LetterBatch:
        """The sequences with the given numbers, the first ``length`` steps of each."""
        x = Letters(self.x.index[index, :length], self.x.u[index, :length])
        return LetterBatch(x, self.y[index, :length])


@dataclass(frozen=True, slots=True, eq=False)
class SaturatingProblem:
    """Log loss of saturating units on a source.

    An output with two values is a threshold: for label 1, values of at least 1 have no loss, for
    label 0, values of at most 0 (the squared hinge of support vector machines). So the value may be
    a difference of two sums; a step function, whose gradients vanish, need not be learned.

    Attributes:
        layout: sizes of the members.
        source: the labelled sequences.
        unit: for each output the residual at which the log loss flattens.
        decay: a penalty on the parameters.
    """

    layout: Layout
    source: LetterSource
    unit: Tensor
    decay: Decay | None = None

    @classmethod
    def of(cls, layout: Layout, source: LetterSource, *, plain: bool = False) -> SaturatingProblem:
        """The problem with ``unit`` taken from the spread of the labels.

        If ``plain`` is true, a penalty pulls units towards sums: gates near 1 on themselves and
        near 0 on others. A threshold says so little that powers of a gate could imitate a sum.
        """
        spread = source.y.flatten(0, 1).std(dim=0)
        decay = _towards_sums(layout) if plain else None
        return cls(layout, source, torch.where(spread < _WIDE, 1.0, _UNIT * spread), decay)

    def residuals(self, theta: Tensor, batch: LetterBatch) -> Tensor:
        """Residuals ``(members, n)``, with the outputs of one step side by side."""
        return self.compare(forward(self.layout, theta, batch.x), batch.y).flatten(1)

    def with_jacobian(self, theta: Tensor, batch: LetterBatch) -> tuple[Tensor, Tensor]:
        """Residuals and their derivatives ``(members, n, parameters)``."""
        y, j = jacobian(self.layout, theta, batch.x)
        r = self.compare(y, batch.y)
        free = self.source.two_valued & (r == 0)
        return r.flatten(1), j.masked_fill_(free[..., None], 0.0).flatten(1, 3)

    def compare(self, y: Tensor, labels: Tensor) -> Tensor:
        """The differences of outputs ``(..., outputs)`` from the labels, or from their margins."""
        margin = torch.where(labels > 0.5, (y - 1).clamp_max(0.0), y.clamp_min(0.0))
        return torch.where(self.source.two_valued, margin, y - labels)

    def misses(self, theta: Tensor, batch: LetterBatch) -> Tensor:
        """Whether the only member gets each sequence wrong, ``(batch,)``."""
        miss = self.compare(forward(self.layout, theta, batch.x)[0], batch.y)
        return ~(miss.abs().amax(dim=(1, 2)) < 0.5)

    def cost(self, r: Tensor) -> Tensor:
        """Mean loss of each member; infinite if a residual is not a number."""
        value = torch.log1p((r / self._units(r)) ** 2).mean(dim=1) / 2
        return torch.nan_to_num(value, nan=torch.inf)

    def weights(self, r: Tensor) -> Tensor:
        """Weights of iteratively reweighted least squares for the log loss."""
        return 1 / (self._units(r) ** 2 + r**2)

    def _units(self, r: Tensor) -> Tensor:
        return self.unit.repeat(r.shape[1] // len(self.unit))


def _towards_sums(layout: Layout) -> Decay:
    strength = torch.zeros(layout.parameters, dtype=torch.float64)
    centre = torch.zeros(layout.parameters, dtype=torch.float64)
    for i in range(layout.hidden):
        gates = layout.table_columns(i)[: (i + 1) * layout.letters]
        strength[gates] = _DECAY
        centre[gates[i * layout.letters :]] = 1.0
    return Decay(strength, centre)
