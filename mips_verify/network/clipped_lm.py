"""The rung of clipped units: an ensemble, then the best network improved a part at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from mips_verify.data import Dataset
from mips_verify.network import levenberg_marquardt as lm
from mips_verify.network.clipped import Cells, forward, unpack
from mips_verify.network.clipped_export import export
from mips_verify.network.clipped_lattice import normalised, settled
from mips_verify.network.clipped_problem import ClippedProblem, LetterBatch, LetterSource
from mips_verify.network.clipped_reads import reread
from mips_verify.network.clipped_start import Habits, draw
from mips_verify.network.rung import Fit, Progress

_LETTERS = 48
_RIGHT = 0.98  # an output right on this share of labels keeps its read-out
_READ = 0.05  # a weight below this, of a read-out whose largest is 1, does not count
_POOL = 8192
_BATCH = 100
_PATIENCE = 4  # searches for wrong sequences that find hardly fewer
_BETTER = 0.9
_REPAIRS = 4  # iterations on what one search found
_NEARLY = 0.02  # share of sequences wrong from which rounding may do the rest
_SETTLING = 3


@dataclass(frozen=True, slots=True)
class ClippedLM:
    """Batched Levenberg-Marquardt on clipped units, a unit more where some are not enough.

    Attributes:
        rounds: for each number of units from 2, how often a part of the best network is drawn anew.
        members: networks drawn at first.
        children: networks drawn in a round.
    """

    rounds: tuple[int, ...] = (3, 6)
    members: int = 24
    children: int = 14

    @property
    def name(self) -> str:
        """Engine and sizes."""
        return f"clipped units LM h<={len(self.rounds) + 1}"

    def fit(self, data: Dataset, seed: int, progress: Progress) -> Fit:
        """Curriculum 2, 3, 5, full length; then read-outs and units drawn anew, units added."""
        if data.domain.size > _LETTERS:
            return Fit(None, 0, f"more than {_LETTERS} letters")
        search = _Search.of(data, seed)
        theta, wrong = search.mend(search.first(self.members))
        for size, rounds in enumerate(self.rounds, start=2):
            for k in range(rounds):
                if wrong == 0:
                    break
                progress(f"{self.name}: {wrong / _POOL:.2%} wrong with {search.hidden} units")
                grow = k == 0 and size > 2
                child, errors = search.mend(search.another(theta, self.children, grow=grow))
                if grow or errors < wrong:
                    theta, wrong = child, errors
        if wrong < _NEARLY * _POOL:
            theta = search.settle(theta)
        network = export(search.problem.cells, theta, search.problem.source, data)
        return Fit(network, search.steps, f"{1 - wrong / _POOL:.4f} of sequences")


@dataclass(slots=True)
class _Search:
    """The problem, the sources of randomness and the iterations used."""

    problem: ClippedProblem
    habits: Habits
    generator: torch.Generator
    rng: np.random.Generator
    steps: int = 0

    @classmethod
    def of(cls, data: Dataset, seed: int) -> _Search:
        source = LetterSource.of(data)
        cells = Cells(source.letters, source.channels, 2, source.outputs)
        return cls(
            ClippedProblem.of(cells, source), Habits.of(source),
            torch.Generator().manual_seed(seed), np.random.default_rng(seed),
        )  # fmt: skip

    @property
    def hidden(self) -> int:
        return self.problem.cells.hidden

    def first(self, members: int) -> Tensor:
        """The best of random networks."""
        e = members
        early = ((2, 12, e // 2), (3, 15, e // 3), (5, 15, max(2, e // 6)))
        return self.climb(self.draw(members), self._to_full(early, 15))

    def _to_full(self, early: tuple[tuple[int, int, int], ...], last: int) -> tuple[lm.Stage, ...]:
        length = self.problem.source.length
        return (*(lm.Stage(*s) for s in early if s[0] < length), lm.Stage(length, last, 1))

    def draw(self, members: int) -> Tensor:
        return draw(self.problem.cells, self.habits, members, self.rng)

    def climb(self, theta: Tensor, stages: tuple[lm.Stage, ...]) -> Tensor:
        """The best member after a curriculum."""
        for stage in stages:
            theta, used = lm.minimise(
                self.problem, theta, stage.length, stage.iterations, self.generator,
                batch_size=_BATCH,
            )  # fmt: skip
            self.steps += used
            right, _ = lm.judge(
                self.problem, theta, self.problem.source.draw(1000, stage.length, self.generator)
            )
            theta = theta[right.topk(min(stage.keep, len(theta))).indices]
        return theta

    def another(self, theta: Tensor, children: int, *, grow: bool) -> Tensor:
        """The best of several copies, each with some read-outs or units drawn anew."""
        theta, right = self._reread(normalised(self.problem.cells, theta))
        free = self._free(theta, right)
        if grow:
            theta = grown(self.problem.cells, theta)
            self.problem = replace(
                self.problem, cells=replace(self.problem.cells, hidden=self.hidden + 1)
            )
            free = [self.hidden - 1]
        cells = self.problem.cells
        wrong = [c for c, r in zip(cells.read_columns, right, strict=True) if r < _RIGHT]
        units = [cells.unit_columns[i] for i in free]
        out = theta.repeat(children, 1)
        for old, new in zip(out, self.draw(children), strict=True):
            for columns in self._parts(wrong, units):
                old[columns.start : columns.stop] = new[columns.start : columns.stop]
        return self.climb(torch.cat([theta, out]), self._to_full(((3, 8, 6),), 12))

    def _parts(self, wrong: list[range], free: list[range]) -> list[range]:
        """What one child draws anew: wrong read-outs, a free unit, both, or all of them."""
        kind = int(self.rng.integers(4)) if wrong else 1
        units = [[], [free[self.rng.integers(len(free))]], free]
        return (wrong if kind != 1 else []) + units[min(kind, 1) if kind < 3 else 2]

    def _free(self, theta: Tensor, right: list[float]) -> list[int]:
        """The units that no output that is right reads; all if there are none."""
        w = unpack(self.problem.cells, theta)
        weight = torch.maximum(w.p.abs(), (w.q[..., None] * w.u).abs())[0]
        read = torch.tensor([r >= _RIGHT for r in right])[:, None] & (weight > _READ)
        free = [i for i, used in enumerate(read.any(dim=0).tolist()) if not used]
        return free or list(range(self.hidden))

    def _reread(self, theta: Tensor) -> tuple[Tensor, list[float]]:
        right = self.right(theta)
        for k, columns in enumerate(self.problem.cells.read_columns):
            if right[k] >= _RIGHT:
                continue
            found, share, used = reread(self.problem, theta, k, self.generator, self.rng)
            self.steps += used
            if share > right[k]:
                theta = theta.clone()
                theta[0, columns.start : columns.stop] = found
        return theta, right

    def right(self, theta: Tensor) -> list[float]:
        """Share of labels right of each output."""
        batch = self.problem.source.draw(2000, self.problem.source.length, self.generator)
        miss = self.problem.compare(forward(self.problem.cells, theta, batch.x)[0], batch.y)
        return [float(v) for v in (miss.abs() < 0.5).double().mean(dim=(0, 1))]

    def settle(self, theta: Tensor) -> Tensor:
        """Polished, rounded to integers, and mended on what is still wrong."""
        source = self.problem.source
        everything = source.rows(torch.arange(len(source)), source.length)
        best, fewest = theta, len(source) + 1
        for _ in range(_SETTLING):
            theta, _, used = lm.polish(self.problem, theta, self.generator)
            self.steps += used
            theta, wrong = settled(self.problem, theta, everything)
            if wrong < fewest:
                best, fewest = theta, wrong
            if not wrong:
                break
            theta, _ = self.mend(theta, len(source))
        return best

    def mend(self, theta: Tensor, pool: int = _POOL) -> tuple[Tensor, int]:
        """Steps on sequences that are wrong; the parameters with the fewest of a pool wrong."""
        source = self.problem.source
        best, fewest, stale = theta, pool + 1, 0
        while stale < _PATIENCE:
            rows = torch.randperm(len(source), generator=self.generator)[:pool]
            wrong = rows[self._misses(theta, source.rows(rows, source.length))]
            stale += 1
            if len(wrong) < fewest:
                stale = 0 if len(wrong) < _BETTER * fewest else stale
                best, fewest = theta, len(wrong)
            if not len(wrong):
                break
            some = wrong[torch.randperm(len(wrong), generator=self.generator)[:_BATCH]]
            others = torch.randint(0, len(source), (_BATCH,), generator=self.generator)
            batch = source.rows(torch.cat([some, others]), source.length)
            theta, used = lm.minimise_on(self.problem, theta, batch, _REPAIRS)
            self.steps += used
        return best, fewest

    def _misses(self, theta: Tensor, batch: LetterBatch) -> Tensor:
        """Which sequences the only member gets wrong."""
        miss = self.problem.compare(forward(self.problem.cells, theta, batch.x)[0], batch.y)
        return miss.abs().amax(dim=(1, 2)) >= 0.5


def grown(cells: Cells, theta: Tensor) -> Tensor:
    """The same networks with one more unit, which is 0 and which nothing reads."""
    size, n = cells.unit_size(cells.hidden), cells.hidden
    parts = [theta[:, : cells.state_parameters], theta.new_zeros(len(theta), size)]
    for c in cells.read_columns:
        read, none = theta[:, c.start : c.stop], theta.new_zeros(len(theta), 1)
        parts += [read[:, :n], none, read[:, n : 2 * n + 2], none, read[:, 2 * n + 2 :]]
    return torch.cat(parts, dim=1)
