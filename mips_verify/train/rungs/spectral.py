"""Spectral learning: a weighted automaton of small rank, found by algebra on labelled words."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.data import Dataset
from mips_verify.network.network import Layers
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.integer_automaton import in_integers
from mips_verify.train.identify.labelled_words import EMPTY, Word, WordTable, letter_index
from mips_verify.train.identify.weighted_automaton import WeightedAutomaton, identify
from mips_verify.train.identify.weighted_automaton_network import switched_network
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class Spectral:
    """A network that, for each letter, is linear in its state.

    Attributes:
        rank: largest size of the state.
        guess: whether to guess rows that the words seen do not determine; an automaton without a
            finite rank is then unfolded up to the length of the sequences.
    """

    rank: int
    guess: bool = False

    @property
    def name(self) -> str:
        """Method and the largest rank."""
        return f"spectral{' unfolded' if self.guess else ''} h<={self.rank}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Fit an automaton to the labels or, if that fails, to the indicators of their values."""
        del seed, progress  # a closed solution
        if data.domain.size > budgets.SPECTRAL_LETTERS:
            return Fit(None, 0, f"more than {budgets.SPECTRAL_LETTERS} letters")
        if self.guess and data.domain.size > budgets.SPECTRAL_UNFOLDED:
            return Fit(None, 0, f"more than {budgets.SPECTRAL_UNFOLDED} letters")
        index = letter_index(data.x, data.domain)
        notes = []
        for name, (features, decode) in _features(data).items():
            found = self._search(WordTable.of(data, features), index, features)
            if isinstance(found, str):
                notes.append(f"{name}: {found}")
                continue
            found = in_integers(found)
            g: Layers = ((decode @ found.C, np.zeros(len(decode))),)
            network = switched_network(found, data.domain, index[: budgets.SPECTRAL_SAMPLE], g)
            return Fit(network, 0, f"solved from {name}")
        return Fit(None, 0, "; ".join(notes))

    def _search(self, table: WordTable, index: Ints, features: Floats) -> WeightedAutomaton | str:
        """Add columns until the automaton is right on a sample of the sequences."""
        suffixes = _first_suffixes(table)
        rows = slice(0, None, max(1, len(index) // budgets.SPECTRAL_SAMPLE))
        for _ in range(budgets.SPECTRAL_ROUNDS):
            if len(suffixes) * table.features > budgets.SPECTRAL_WIDEST:
                return "too many columns"
            found = identify(table, suffixes, self.rank, guess=self.guess)
            if isinstance(found, str):
                return found
            more = _breaking_suffixes(found, index[rows], features[rows], table, set(suffixes))
            if more is None:
                return found
            if not more:
                break
            suffixes += more
        return "not of small rank on the words seen"


def _features(data: Dataset) -> dict[str, tuple[Floats, Floats]]:
    """Encodings of the labels: features ``(n, length, p)`` and a decoder ``(outputs, p)``."""
    y = data.y.astype(np.float64)
    ways = {"the labels": (y, np.eye(data.outputs))}
    values = [np.unique(data.y[..., i]) for i in range(data.outputs)]
    if 2 < max(map(len, values), default=0) <= budgets.SPECTRAL_VALUES:
        hot = np.concatenate(
            [data.y[..., i : i + 1] == v for i, v in enumerate(values)], axis=2, dtype=np.float64
        )
        decode = np.zeros((data.outputs, hot.shape[2]))
        at = 0
        for i, v in enumerate(values):
            decode[i, at : at + len(v)] = v
            at += len(v)
        ways["their indicators"] = (hot, decode)
    return ways


def _first_suffixes(table: WordTable) -> list[Word]:
    """The empty word, and all words of each length that has few words, with longer words seen."""
    out, k = [EMPTY], table.letters
    for length in itertools.count(1):
        most = budgets.SPECTRAL_COLUMNS if length > 1 else budgets.SPECTRAL_SHORT
        if k**length > most or length + 2 > table.dense:
            return out
        out += [Word(code, length) for code in range(k**length)]
    return out


def _breaking_suffixes(
    automaton: WeightedAutomaton, index: Ints, features: Floats, table: WordTable, have: set[Word]
) -> list[Word] | None:
    """Suffixes of the shortest words that get a wrong label; None if there is no such word."""
    with np.errstate(over="ignore", invalid="ignore"):
        error = np.abs(automaton.states(index) @ automaton.C.T - features).max(axis=2)
    wrong = ~(error < 1e-3)
    at = np.flatnonzero(wrong.any(axis=1))
    if not len(at):
        return None
    ends = wrong[at].argmax(axis=1)
    out: dict[Word, None] = {}
    for i in np.argsort(ends, kind="stable")[: budgets.SPECTRAL_SHORTEST]:
        letters = index[at[i], : ends[i] + 1].tolist()
        for start in range(len(letters) - 1, 0, -1):
            code = 0
            for x in letters[start:]:
                code = code * table.letters + x
            word = Word(code, len(letters) - start)
            if word not in have and word.length < len(table.codes):
                out[word] = None
    return list(out)
