"""Subspace identification on whole letters: a network that is linear in a table of the letter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.affine_realisation import RESIDUAL, realise_affine
from mips_verify.train.identify.impulse_response import letter_response
from mips_verify.train.identify.labelled_words import letter_index
from mips_verify.train.identify.letter_layers import reading_letters, table_layers
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class LetterSubspace:
    """A network for labels that are a sum, over the steps so far, of a number for each letter.

    A letter comprises all channels, so the number may be any function of them.
    """

    name: str = "letter subspace"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """A network whose f is linear in h and a table of the letter's number."""
        del progress  # a closed solution
        size = data.domain.size
        if size > budgets.SUBSPACE_LETTERS:
            return Fit(None, 0, f"more than {budgets.SUBSPACE_LETTERS} letters")
        rng = np.random.default_rng(seed)
        rows = rng.choice(
            len(data), min(len(data), budgets.SEQUENCES_A_LETTER * size), replace=False
        )
        index = letter_index(data.x[rows], data.domain)
        full, worst = letter_response(index, size, data.y[rows])
        if worst > RESIDUAL:
            return Fit(None, 0, f"not linear: residual {worst:.3g}")
        response = np.concatenate([full[..., 1:] - full[..., :1], full[..., :1]], axis=2)
        found = realise_affine(response)
        if isinstance(found, str):
            return Fit(None, 0, found)
        f = table_layers(found.A, found.B, found.b, Domain(("x",), (0,), (size - 1,)))
        f = reading_letters(f, found.order, data.domain)
        return Fit(found.network(f, data.domain.channels), 0, "solved")
