"""Saturating units: train an ensemble, then improve its best network one part at a time."""

from __future__ import annotations

from dataclasses import dataclass

from mips_verify.algebra.percent import percent
from mips_verify.data import Dataset
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.rung import Fit
from mips_verify.train.saturating.as_relu import export
from mips_verify.train.saturating.curriculum import Found, Search


@dataclass(frozen=True, slots=True)
class SaturatingUnits:
    """Batched Levenberg-Marquardt on saturating units; a unit is added if the units are too few.

    Attributes:
        rounds: for each number of units from 2, how often parts of the best network are redrawn.
        members: number of networks drawn at first.
        children: number of networks drawn per round.
    """

    rounds: tuple[int, ...] = (3, 6)
    members: int = 24
    children: int = 14

    @property
    def name(self) -> str:
        """Method and sizes."""
        return f"clipped units LM h<={len(self.rounds) + 1}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Train on lengths 2, 3, 5 and full length; then redraw read-outs and units; add units."""
        if data.domain.size > budgets.UNITS_LETTERS:
            return Fit(None, 0, f"more than {budgets.UNITS_LETTERS} letters")
        search = Search.of(data, seed)
        best = self._search(search, progress)
        network = export(best.layout, best.theta, search.source, data)
        return Fit(network, search.steps, f"{1 - best.wrong:.4f} of sequences")

    def _search(self, search: Search, progress: Say) -> Found:
        best = current = search.first(self.members)
        rounded, stale = 1.0, 0
        for size, rounds in enumerate(self.rounds, start=2):
            for k in range(rounds):
                if best.wrong < min(budgets.UNITS_NEAR, budgets.UNITS_NEARER * rounded):
                    best = search.settled(best)
                    rounded = best.wrong
                late = size > 2 and k == budgets.UNITS_TRIED
                hopeless = late and best.wrong > budgets.UNITS_HOPELESS
                if best.wrong == 0.0 or hopeless or (k and stale >= budgets.UNITS_PATIENCE):
                    return self._last(search, best, rounded)
                units = current.layout.hidden
                progress(f"{self.name}: {percent(current.wrong)} wrong with {units} units")
                grow = k == 0 and size > 2
                child = search.another(current, self.children, grow=grow)
                better = grow or child.wrong < current.wrong
                current, stale = (child, 0) if better else (current, stale + 1)
                best = current if current.wrong < best.wrong else best
        return self._last(search, best, rounded)

    def _last(self, search: Search, best: Found, rounded: float) -> Found:
        """The network rounded, unless this was tried already or is hopeless."""
        return search.settled(best) if 0.0 < best.wrong < min(budgets.UNITS_NEAR, rounded) else best
