"""A repair: train a network further until boxes of hidden states shrink from letter to letter.

In each step an error of a given size is added to the box of states that a word leads to. Trained
for are right outputs everywhere in the boxes, and images no larger than that error. The error grows
while the network follows. Labels are the network's own outputs on words as long as those that
trained it, so that nothing else is learned; the program is not used.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from mips_verify.algebra.arrays import Floats
from mips_verify.certify.certifying import Certifying, Model
from mips_verify.certify.contracting_cells import is_bounded, is_finite
from mips_verify.certify.torch_boxes import Box, Trainable
from mips_verify.network.network import Network
from mips_verify.network.torch_cells import Layer
from mips_verify.network.torch_recurrent import Stacked
from mips_verify.progress import Say
from mips_verify.train.train import one_thread

STEPS: Final = 2_000
LOOK: Final = 250  # steps between two looks
SAID: Final = 50  # steps between two estimates of the time that is left
WORDS: Final = 20_000
BATCH: Final = 128
RATE, RATE_ANEW = 3e-3, 1e-2
OPEN: Final = 1.0  # bias by which update gates are opened
FIRST, LEAST, MOST = 0.01, 3e-3, 0.3  # size of the error, as a share of the states' spread
LATE: Final = 0.01  # its size at the end
FASTER, SLOWER = 1.01, 0.995  # factors by which the error grows or shrinks in a step
RIGHT: Final = 0.05  # loss below which outputs count as learned
HOLD: Final = 3.0  # a box is cut off at this many errors, so that one bad step does not drown all
WEIGHT: Final = 0.3  # of the growth of boxes in what is minimised
ROOM: Final = 0.3  # error of a rounded output that costs nothing


def box_trained(problem: Certifying, progress: Say) -> Iterator[Model]:
    """Networks trained further, each of which keeps its states in finitely many small cells."""
    if _worth_it(problem):
        yield from _finite(problem, _Training(problem, problem.model, RATE), progress)


def box_trained_anew(problem: Certifying, progress: Say) -> Iterator[Model]:
    """The same from random weights, for gates that hold a state too firmly to be retrained."""
    if _worth_it(problem):
        start = _redrawn(problem.model, np.random.default_rng(problem.seed))
        yield from _finite(problem, _Training(problem, start, RATE_ANEW), progress)


def _worth_it(problem: Certifying) -> bool:
    """A perceptron of f and g may count, and its states never become few; most modules forget."""
    return isinstance(problem.model, Stacked) or is_bounded(problem)


def _finite(problem: Certifying, training: _Training, progress: Say) -> Iterator[Model]:
    began = time.perf_counter()
    with one_thread():
        for step in range(1, STEPS + 1):
            training.step()
            if step % SAID == 0:
                left = (time.perf_counter() - began) / step * (STEPS - step)
                progress(f"a repair is trained: step {step} of {STEPS}, at most {left:.0f} s left")
            if step % LOOK == 0:
                model = training.network.export()
                if is_finite(replace(problem, model=model)):
                    yield model
                training.spread = _spread(model, problem)


def _redrawn(model: Model, rng: np.random.Generator) -> Model:
    """Weights as torch draws them; update gates of a GRU are mostly open."""
    if isinstance(model, Network):
        f, g = (
            tuple((_uniform(w, w.shape[1], rng), _uniform(b, w.shape[1], rng)) for w, b in part)
            for part in (model.f, model.g)
        )
        return replace(model, f=f, g=g)
    layers = []
    for layer in model.layers:
        n = layer.hidden
        parts = (layer.weight_ih, layer.weight_hh, layer.bias_ih, layer.bias_hh)
        new = [_uniform(part, n, rng) for part in parts]
        if layer.cell == "gru":
            new[2][n : 2 * n] -= OPEN
        layers.append(Layer(layer.cell, *new))
    weight, bias = (_uniform(part, n, rng) for part in (model.weight, model.bias))
    return replace(model, layers=tuple(layers), weight=weight, bias=bias)


def _uniform(like: Floats, width: int, rng: np.random.Generator) -> Floats:
    drawn: Floats = rng.uniform(-1.0, 1.0, like.shape) / np.sqrt(width)
    return drawn


@dataclass(frozen=True, slots=True)
class _Words:
    """What is learned from: inputs ``(n, length, columns)``, labels ``(n, length, outputs)``."""

    inputs: Tensor
    labels: Tensor


class _Training:
    """Adam on one network."""

    def __init__(self, problem: Certifying, start: Model, rate: float) -> None:
        self.network = Trainable(start)
        self.rng = np.random.default_rng(problem.seed)
        x = problem.domain.sample(WORDS, problem.length, self.rng)
        _, y = problem.model.run(x)
        self.words = _Words(self.network.inputs(x), _labels(problem.model, y))
        self.spread = _spread(problem.model, problem)
        self.error = FIRST
        self.taken = 0
        self.adam = torch.optim.Adam(self.network.weights, lr=rate)
        self.rates = torch.optim.lr_scheduler.CosineAnnealingLR(self.adam, STEPS, rate / 10)

    def step(self) -> None:
        """One step of Adam."""
        rows = torch.from_numpy(self.rng.integers(0, len(self.words.inputs), BATCH))
        inputs, labels = self.words.inputs[rows], self.words.labels[rows]
        points, boxes, growth = self._run(inputs)
        loss = self._loss(points, boxes, labels.flatten(0, 1))
        self.adam.zero_grad()
        (loss + WEIGHT * growth).backward()
        nn.utils.clip_grad_norm_(self.network.weights, 1.0)
        self.adam.step()
        self.rates.step()
        self.taken += 1
        self._resize(float(loss.detach()) < RIGHT)

    def _resize(self, learned: bool) -> None:
        """A larger error while outputs stay right; smaller and smaller ones in the second half."""
        late = max(0.0, 2 * self.taken / STEPS - 1)
        most = MOST * (LATE / MOST) ** late
        self.error = float(np.clip(self.error * (FASTER if learned else SLOWER), LEAST, most))

    def _run(self, inputs: Tensor) -> tuple[Box, Box, Tensor]:
        """States and boxes around them after each letter, and by how much boxes grow."""
        size = self.error * self.spread
        at = self.network.start(len(inputs))
        around, growth = at, torch.zeros(())
        states, boxes = [], []
        for t in range(inputs.shape[1]):
            image, at = self.network.step(around, inputs[:, t]), self.network.step(at, inputs[:, t])
            radius = torch.maximum(image.high - at.low, at.low - image.low)
            growth = growth + (torch.relu(radius - size) / size).mean() / inputs.shape[1]
            wider = torch.minimum(radius + size, HOLD * size)
            around = Box(at.low - wider, at.low + wider)
            states.append(at)
            boxes.append(image)
        return _stacked(states), _stacked(boxes), growth

    def _loss(self, points: Box, boxes: Box, labels: Tensor) -> Tensor:
        """How wrong outputs are at the states, and at worst in the boxes."""
        network = self.network
        scores = network.scores(points).low
        if isinstance(network.model, Stacked) and network.model.gives == "argmax":
            best = labels[:, 0]
            worst = nn.functional.cross_entropy(network.behind(boxes, best), best)
            return nn.functional.cross_entropy(scores, best) + worst
        ends = network.scores(boxes)
        off = torch.maximum((ends.low - labels).abs(), (ends.high - labels).abs())
        return ((scores - labels) ** 2).mean() + (torch.relu(off - ROOM) ** 2).mean()


def _labels(model: Model, y: np.ndarray) -> Tensor:
    """Outputs as the numbers of the scores that should be largest, or as they are."""
    if isinstance(model, Network) or model.gives == "round":
        return torch.tensor(y, dtype=torch.float32)
    return torch.from_numpy((y == model.values).argmax(axis=2))[:, :, None]


def _spread(model: Model, problem: Certifying) -> Tensor:
    """How much each hidden value varies on random words; no less than half of the largest."""
    rng = np.random.default_rng(problem.seed)
    states, _ = model.run(problem.domain.sample(BATCH, 2 * problem.length, rng))
    spread: Floats = states[:, 1:].std(axis=(0, 1))
    return torch.tensor(np.maximum(spread, spread.max() / 2), dtype=torch.float32)


def _stacked(boxes: list[Box]) -> Box:
    """Boxes after each letter as rows ``(n * length, hidden)``, word by word."""
    low, high = (
        torch.stack(ends, 1) for ends in zip(*[(b.low, b.high) for b in boxes], strict=True)
    )
    return Box(low.flatten(0, 1), high.flatten(0, 1))
