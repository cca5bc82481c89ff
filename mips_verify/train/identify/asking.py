"""A machine is asked for, and tried on more and more words, until it is right on all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.words_around import words_around
from mips_verify.data import Dataset
from mips_verify.errors import TaskError
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.asked_machine import AskedMachine
from mips_verify.train.identify.labelled_words import letter_index, numbered_labels
from mips_verify.train.identify.state_merging import Merged

Trial = tuple[Ints, Ints]  # letters and labels of sequences, both (n, length)


def asked_machine(data: Dataset, most: int, rng: np.random.Generator) -> tuple[Merged | str, Ints]:
    """The machine or why there is none, and the outputs of each label, ``(labels, outputs)``.

    Args:
        data: labelled sequences, with a way to ask for more.
        most: the largest number of states.
        rng: the source of randomness.
    """
    known = _Known(data)
    try:
        return _searched(known, most, rng), known.values
    except TaskError as error:  # numbers may grow too large for labels after longer words
        return str(error), known.values


def _searched(known: _Known, most: int, rng: np.random.Generator) -> Merged | str:
    data = known.data
    # a long ending, found late, is also asked for after the longest words
    search = AskedMachine(known.ask, data.domain.size, most, 2 * data.length)
    for _ in range(budgets.ASKED_ROUNDS):
        machine, endings = search.machine(), len(search.endings)
        if machine is None:
            break
        if not any(search.learn(machine, *words) for words in known.trials(machine, rng)):
            return machine
        if len(search.endings) == endings:
            break
    return search.why or "no machine is right on all words"


@dataclass
class _Known:
    """Labelled sequences and those that are asked for, their outputs numbered as labels."""

    data: Dataset
    numbers: dict[bytes, int] = field(default_factory=dict)
    rows: list[Ints] = field(default_factory=list)

    @property
    def values(self) -> Ints:
        """The outputs of each label, ``(labels, outputs)``."""
        return np.array(self.rows)

    def ask(self, index: Ints) -> Ints:
        """The labels on sequences of letters."""
        assert self.data.ask is not None
        return self._labelled(self.data.ask(self._letters[index]))[1]

    def trials(self, machine: Merged, rng: np.random.Generator) -> Iterator[Trial]:
        """Sequences on which a machine is tried, the cheapest first."""
        yield self._given
        words = words_around(machine.next, self.data.domain, self.data.length, rng)
        index = letter_index(words, self.data.domain)
        yield index, self.ask(index)
        yield self._rare

    @cached_property
    def _letters(self) -> Ints:
        return np.array(list(self.data.domain.letters()), dtype=np.int64)

    @cached_property
    def _given(self) -> Trial:
        return self._labelled(self.data)

    @cached_property
    def _rare(self) -> Trial:
        return self._given if self.data.rare is None else self._labelled(self.data.rare())

    def _labelled(self, data: Dataset) -> Trial:
        rows, labels = numbered_labels(data.y)
        known = np.empty(len(rows), dtype=np.int64)
        for i, row in enumerate(rows):
            known[i] = self.numbers.setdefault(row.tobytes(), len(self.rows))
            if known[i] == len(self.rows):
                self.rows.append(row)
        return letter_index(data.x, data.domain), known[labels]
