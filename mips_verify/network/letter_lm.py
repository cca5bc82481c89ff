"""Registers that tell letters apart: a small ReLU state whose layers read one-hot inputs.

A reset at one letter, a sum over some letters, a largest value or a bounded sum is one or two ReLU
units once a unit may have a bias of its own for each letter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from mips_verify.data import Dataset
from mips_verify.domain import Domain
from mips_verify.network import levenberg_marquardt as lm
from mips_verify.network.batches import Source
from mips_verify.network.ensemble import Architecture, plain_layers, unpack
from mips_verify.network.initial import Start, draw
from mips_verify.network.network import Array, Layers, Network
from mips_verify.network.refine import mend
from mips_verify.network.rung import Fit, Progress
from mips_verify.network.rungs import sizes
from mips_verify.network.scaling import Scaling
from mips_verify.network.subspace import one_hot_width, table_layers

_LETTERS = 48  # one-hot columns at most: second-order steps cost the cube of the parameters
_NEAR = 0.95  # share of labels right from which hard sequences are worth looking for


@dataclass(frozen=True, slots=True)
class LetterLM:
    """Batched Levenberg-Marquardt on one-hot inputs, log loss, then on the worst sequences."""

    hidden: int
    f: int
    g: int
    members: int = 24
    start: Start = field(default_factory=lambda: Start(identity=0.7, axis=0.4))

    @property
    def name(self) -> str:
        """Engine and sizes."""
        return f"one-hot LM {sizes(self.hidden, (self.f,), (self.g,))}"

    def fit(self, data: Dataset, seed: int, progress: Progress) -> Fit:
        """Curriculum 1, 2, 3, 5, full length."""
        del progress
        if one_hot_width(data.domain) > _LETTERS:
            return Fit(None, 0, f"more than {_LETTERS} letters")
        generator = torch.Generator().manual_seed(seed)
        source = Source.of(data, one_hot=True)
        shape = Architecture(
            source.inputs, self.hidden, source.outputs,
            f=(self.f,), g=(self.g,), skip_f=True, skip_g=True,
        )  # fmt: skip
        spread = float(source.spread.max())
        problem = lm.Problem(shape, source, log=True, unit=1.0 if spread < 3 else 0.3 * spread)
        theta = draw(shape, self.members, self.start, generator)
        result = lm.climb(problem, theta, self._stages(data.length), generator)
        best, right = result.theta[result.best][None], float(result.right[result.best])
        steps = result.iterations
        if right >= _NEAR:
            best, spent = mend(shape, source, best, generator)
            steps += spent
        return Fit(_export(shape, best, data), steps, f"{right:.4f} of labels at first")

    def _stages(self, length: int) -> tuple[lm.Stage, ...]:
        e = self.members
        early = ((1, 12, e), (2, 50, e // 2), (3, 25, e // 3), (5, 20, max(4, e // 6)))
        stages = [lm.Stage(n, i, keep) for n, i, keep in early if n < length]
        return (*stages, lm.Stage(length, 40, 1))


def _export(shape: Architecture, theta: Tensor, data: Dataset) -> Network:
    """The only member as a plain network: one more layer of f makes letters of numbers."""
    parts = unpack(shape, theta)
    (first, bias), (second, last) = plain_layers(parts.f, None)
    assert parts.skip_f is not None
    skip: Array = parts.skip_f[0].numpy().T
    f = _table_first(first, bias, skip, (second, last), data.domain)
    g = Scaling.of(data).fold_outputs(plain_layers(parts.g, parts.skip_g))
    return Network(f, g, np.zeros(shape.hidden), data.domain.channels)


def _table_first(
    weight: Array, bias: Array, skip: Array, top: tuple[Array, Array], domain: Domain
) -> Layers:
    """``top(relu(weight z + bias)) + skip z`` of ``z = [h, one-hot x]`` as layers on ``[h, x]``."""
    second, last = top
    n, units = len(skip), len(weight)
    both = np.vstack([weight, skip])
    shift = np.concatenate([bias, np.zeros(n)])
    *inner, (rows, start) = table_layers(both[:, :n], both[:, n:], shift, domain)
    signed = np.vstack([rows, -rows[units:]]), np.concatenate([start, -start[units:]])
    eye = np.eye(n)
    return (*inner, signed, (np.hstack([second, eye, -eye]), last))
