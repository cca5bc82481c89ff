"""Merged states: a network that holds the number of a state of an automaton found in the data.

Machines whose outputs are names rather than numbers have no formula to be found by regression, but
few states, and many sequences pass through each of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.data import Dataset
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.label_kind import Kind, label_kind
from mips_verify.train.identify.labelled_words import letter_index, numbered_labels
from mips_verify.train.identify.machine_network import machine_network
from mips_verify.train.identify.state_merging import Merged, merge_states
from mips_verify.train.identify.words_around import words_around
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class MergedStates:
    """The number of a state and the last outputs, which follow from tables of that number.

    Attributes:
        most: the largest number of states.
        kind: what the labels must look like; ``None`` for anything.
        guess: whether to take a machine although the sequences are too short to confirm each step,
            as are those of a machine that never closes and looks closed within their length.
    """

    most: int
    kind: Kind | None = None
    guess: bool = False

    @property
    def name(self) -> str:
        """Method and the largest number of states."""
        return f"merged states{' unconfirmed' if self.guess else ''} <={self.most}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Merge states, all outputs together as one label."""
        del progress
        if self.kind not in (None, kind := label_kind(data)):
            return Fit(None, 0, f"the labels look like {kind.value}")
        if data.domain.size > budgets.MERGING_LETTERS:
            return Fit(None, 0, f"more than {budgets.MERGING_LETTERS} letters")
        ask = data.ask if self.kind in (Kind.NAMES, Kind.OPAQUE) else None
        found, values = _merged(replace(data, ask=ask), self.most, np.random.default_rng(seed))
        if not found.closed:
            return Fit(None, 0, f"more than {self.most} states")
        if found.needed > data.length and not self.guess:
            return Fit(None, 0, f"{found.states} states need sequences of {found.needed} steps")
        # where no sequence goes, the network is back at its start, and gives some label
        following, label = np.maximum(found.next, 0), np.maximum(found.label, 0)
        network = machine_network(following, values[label], data.domain)
        return Fit(network, 0, f"{found.states} states")


def _merged(data: Dataset, most: int, rng: np.random.Generator) -> tuple[Merged, Ints]:
    """The machine and its labels, ``(labels, outputs)``.

    Where words can be labelled, those around the machine join the data until it is right on them.
    """
    x, y = data.x, data.y
    if data.ask is not None:
        x, y = x[: budgets.MERGING_UNIFORM], y[: budgets.MERGING_UNIFORM]
    if data.rare is not None:
        more = data.rare()
        x, y = np.concatenate([x, more.x]), np.concatenate([y, more.y])
    for _ in range(budgets.MERGING_ROUNDS):
        index = letter_index(x, data.domain)
        values, labels = numbered_labels(y)
        found = merge_states(index, labels, data.domain.size, most)
        if data.ask is None:
            break
        more = data.ask(words_around(found, data.domain, data.length, rng))
        if _right(found, values, more):
            break
        x, y = np.concatenate([x, more.x]), np.concatenate([y, more.y])
    return found, values


def _right(machine: Merged, values: Ints, data: Dataset) -> bool:
    """Whether a machine gives all labels of some data."""
    given = machine.runs(letter_index(data.x, data.domain))
    return bool((given >= 0).all() and (values[given] == data.y).all()) and machine.closed
