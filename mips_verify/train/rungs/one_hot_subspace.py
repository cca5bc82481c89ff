"""Subspace identification on one-hot inputs: a network that is linear in a table per channel."""

from __future__ import annotations

from dataclasses import dataclass

from mips_verify.data import Dataset
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.affine_realisation import identify_affine, some_rows
from mips_verify.train.identify.letter_layers import one_hot, one_hot_width, table_layers
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class OneHotSubspace:
    """A network for labels that are an affine function of the one-hot inputs so far."""

    name: str = "one-hot subspace"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """A network whose f is linear in h and a table in x, or a note with the residual."""
        del progress  # a closed solution
        width = one_hot_width(data.domain)
        if width > budgets.ONE_HOT_COLUMNS:
            return Fit(None, 0, f"more than {budgets.ONE_HOT_COLUMNS} letters")
        rows = some_rows(data, width, seed)
        found = identify_affine(one_hot(data.x[rows], data.domain), data.y[rows])
        if isinstance(found, str):
            return Fit(None, 0, found)
        f = table_layers(found.A, found.B, found.b, data.domain)
        return Fit(found.network(f, data.domain.channels), 0, "solved")
