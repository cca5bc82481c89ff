"""The search for saturating units: train along a curriculum, redraw parts, repair, and round."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from mips_verify.data import Dataset
from mips_verify.train import training_budgets as budgets
from mips_verify.train.optimise import levenberg_marquardt as lm
from mips_verify.train.saturating.initial_units import LetterStatistics, draw
from mips_verify.train.saturating.loss import LetterSource, SaturatingProblem
from mips_verify.train.saturating.readout import reread
from mips_verify.train.saturating.rounding import normalised, settled
from mips_verify.train.saturating.units import Layout, forward, unpack

_RIGHT = 0.98  # an output that is right on this share of labels keeps its read-out
_READ = 0.05  # in a read-out whose largest weight is 1, smaller weights do not count


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A network ``theta (1, parameters)`` and the share of sequences that it gets wrong."""

    layout: Layout
    theta: Tensor
    wrong: float


@dataclass(slots=True)
class Search:
    """The data, the sources of randomness and the iterations used."""

    source: LetterSource
    statistics: LetterStatistics
    generator: torch.Generator
    rng: np.random.Generator
    steps: int = 0

    @classmethod
    def of(cls, data: Dataset, seed: int) -> Search:
        """A new search on ``data``."""
        source = LetterSource.of(data)
        generator = torch.Generator().manual_seed(seed)
        return cls(source, LetterStatistics.of(source), generator, np.random.default_rng(seed))

    def first(self, members: int) -> Found:
        """The best of ``members`` random networks of two units, repaired."""
        layout = Layout(self.source.letters, self.source.channels, 2, self.source.outputs)
        theta = draw(layout, self.statistics, members, self.rng)
        e = members
        early = ((2, 12, e // 2), (3, 15, e // 3), (5, 15, max(2, e // 6)))
        return self._mended(layout, self._climb(layout, theta, early, 15), budgets.UNITS_POOL)

    def another(self, found: Found, children: int, *, grow: bool) -> Found:
        """The best of several copies with some read-outs or units redrawn, repaired.

        If ``grow`` is true, the copies have one more unit, and the new unit is drawn.
        """
        layout, theta = found.layout, normalised(found.layout, found.theta)
        right = self._right(layout, theta)
        theta = self._reread(layout, theta, right)
        free = _free(layout, theta, right)
        if grow:
            layout, theta = grown(layout, theta)
            free = [layout.hidden - 1]
        wrong = [c for c, r in zip(layout.read_columns, right, strict=True) if r < _RIGHT]
        units = [layout.unit_columns[i] for i in free]
        out = theta.repeat(children, 1)
        for old, new in zip(out, draw(layout, self.statistics, children, self.rng), strict=True):
            for columns in self._parts(wrong, units):
                old[columns.start : columns.stop] = new[columns.start : columns.stop]
        theta = self._climb(layout, torch.cat([theta, out]), ((3, 8, 6),), 12)
        return self._mended(layout, theta, budgets.UNITS_POOL)

    def settled(self, found: Found) -> Found:
        """The network polished, rounded to integers, and repaired if it is still wrong."""
        problem, source = SaturatingProblem.of(found.layout, self.source), self.source
        best, theta = replace(found, wrong=1.0), found.theta
        for _ in range(budgets.UNITS_SETTLING):
            theta, _, used = lm.polish(problem, theta, self.generator)
            self.steps += used
            some = torch.randperm(len(source), generator=self.generator)[: budgets.UNITS_KEPT]
            rows = torch.cat([self._wrong(problem, theta), some]).unique()
            theta = settled(problem, theta, source.rows(rows, source.length))
            wrong = len(self._wrong(problem, theta)) / len(source)
            if wrong < best.wrong:
                best = Found(found.layout, theta, wrong)
            if not wrong:
                break
            theta = self._mended(found.layout, theta, len(source)).theta
        return best

    def _climb(
        self, layout: Layout, theta: Tensor, early: tuple[tuple[int, int, int], ...], last: int
    ) -> Tensor:
        """The best member after a curriculum of (length, iterations, members kept)."""
        plain, full = bool(self.source.two_valued.any()), self.source.length
        problem = SaturatingProblem.of(layout, self.source, plain=plain)
        for length, iterations, keep in (*(s for s in early if s[0] < full), (full, last, 1)):
            theta, used = lm.minimise(
                problem, theta, length, iterations, self.generator, batch_size=budgets.UNITS_BATCH
            )
            self.steps += used
            right, _ = lm.judge(problem, theta, self.source.draw(1000, length, self.generator))
            theta = theta[right.topk(min(keep, len(theta))).indices]
        return theta

    def _parts(self, wrong: list[range], free: list[range]) -> list[range]:
        """The columns that one copy redraws: wrong read-outs, a free unit, both, or all of them."""
        kind = int(self.rng.integers(4)) if wrong else 1
        one = [free[self.rng.integers(len(free))]]
        return (wrong if kind != 1 else []) + ([], one, one, free)[kind]

    def _reread(self, layout: Layout, theta: Tensor, right: list[float]) -> Tensor:
        """The parameters with better read-outs for wrong outputs, if any are found."""
        problem, theta = SaturatingProblem.of(layout, self.source), theta.clone()
        for k, columns in enumerate(layout.read_columns):
            if right[k] < _RIGHT:
                found, share, used = reread(problem, theta, k, self.generator, self.rng)
                self.steps += used
                if share > right[k]:
                    theta[0, columns.start : columns.stop] = found
        return theta

    def _right(self, layout: Layout, theta: Tensor) -> list[float]:
        """The share of correct labels of each output."""
        problem = SaturatingProblem.of(layout, self.source)
        batch = self.source.draw(2000, self.source.length, self.generator)
        miss = problem.compare(forward(layout, theta, batch.x)[0], batch.y)
        return [float(v) for v in (miss.abs() < 0.5).double().mean(dim=(0, 1))]

    def _mended(self, layout: Layout, theta: Tensor, pool: int) -> Found:
        """Train on wrong sequences; keep the parameters with the fewest wrong ones in a pool."""
        problem, source = SaturatingProblem.of(layout, self.source), self.source
        best, stale = Found(layout, theta, 1.0), 0
        while stale < budgets.UNITS_STALE:
            rows = torch.randperm(len(source), generator=self.generator)[:pool]
            wrong = self._wrong(problem, theta, rows)
            share, stale = len(wrong) / len(rows), stale + 1
            if share < best.wrong:
                stale = 0 if share < budgets.UNITS_BETTER * best.wrong else stale
                best = Found(layout, theta, share)
            if not len(wrong):
                break
            some = wrong[
                torch.randperm(len(wrong), generator=self.generator)[: budgets.UNITS_BATCH]
            ]
            others = torch.randint(0, len(source), (budgets.UNITS_BATCH,), generator=self.generator)
            batch = source.rows(torch.cat([some, others]), source.length)
            theta, used = lm.minimise_on(problem, theta, batch, budgets.UNITS_REPAIRS)
            self.steps += used
        return best

    def _wrong(
        self, problem: SaturatingProblem, theta: Tensor, rows: Tensor | None = None
    ) -> Tensor:
        """The indices of the sequences (all, or ``rows``) that the only member gets wrong."""
        rows = torch.arange(len(self.source)) if rows is None else rows
        return torch.cat([
            part[problem.misses(theta, self.source.rows(part, self.source.length))]
            for part in rows.split(budgets.UNITS_POOL)
        ])  # fmt: skip


def _free(layout: Layout, theta: Tensor, right: list[float]) -> list[int]:
    """The units that no correct output reads; all units if there are none."""
    w = unpack(layout, theta)
    weight = torch.maximum(w.p.abs(), (w.q[..., None] * w.u).abs())[0]
    read = torch.tensor([r >= _RIGHT for r in right])[:, None] & (weight > _READ)
    free = [i for i, used in enumerate(read.any(dim=0).tolist()) if not used]
    return free or list(range(layout.hidden))


def grown(layout: Layout, theta: Tensor) -> tuple[Layout, Tensor]:
    """The same networks with one more unit, which stays 0 and is never read."""
    size, n = layout.unit_size(layout.hidden), layout.hidden
    parts = [theta[:, : layout.state_parameters], theta.new_zeros(len(theta), size)]
    for c in layout.read_columns:
        read, none = theta[:, c.start : c.stop], theta.new_zeros(len(theta), 1)
        parts += [read[:, :n], none, read[:, n : 2 * n + 2], none, read[:, 2 * n + 2 :]]
    return replace(layout, hidden=n + 1), torch.cat(parts, dim=1)
