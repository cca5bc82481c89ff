"""Merged states: a network that holds the number of a state of an automaton found in the data.

Machines whose outputs are names rather than numbers have no formula to be found by regression, but
few states, and many sequences pass through each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.data import Dataset
from mips_verify.progress import Say
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.asking import asked_machine
from mips_verify.train.identify.label_kind import Kind, label_kind
from mips_verify.train.identify.labelled_words import letter_index, numbered_labels
from mips_verify.train.identify.machine_network import machine_network, packed_network
from mips_verify.train.identify.state_merging import Merged, merge_states
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class MergedStates:
    """The number of a state and the last outputs, which follow from tables of that number.

    Attributes:
        most: the largest number of states.
        kind: what the labels must look like; ``None`` for anything.
        guess: whether to take a machine although the sequences are too short to confirm each step,
            as are those of a machine that never closes and looks closed within their length.
        packed: whether one hidden value numbers the state and the last outputs together.
    """

    most: int
    kind: Kind | None = None
    guess: bool = False
    packed: bool = False

    @property
    def name(self) -> str:
        """Method and the largest number of states."""
        unconfirmed, in_one = " unconfirmed" * self.guess, " in one number" * self.packed
        return f"merged states{unconfirmed}{in_one} <={self.most}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Merge states, all outputs together as one label."""
        del progress
        if self.kind not in (None, kind := label_kind(data)):
            return Fit(None, 0, f"the labels look like {kind.value}")
        letters = self.most if self.packed else budgets.MERGING_LETTERS  # a unit for each, or more
        if data.domain.size > letters:
            return Fit(None, 0, f"more than {letters} letters")
        longest, most = data.length, self.most
        asks = data.ask is not None and not data.complete and self.kind in (Kind.NAMES, Kind.OPAQUE)
        if not asks:
            found, values = _merged(data, self.most)
            asks = data.ask is not None and not self.guess and _doubtful(found, data)
            # more states than merging tells apart may be told apart by asking
            most = max(most, budgets.ASKED_STATES) if isinstance(found, str) else most
        if asks:
            longest *= 2 if most == self.most else 1
            found, values = asked_machine(data, most, np.random.default_rng(seed))
        if isinstance(found, str):
            return Fit(None, 0, found)
        if found.needed > longest and not self.guess:
            return Fit(None, 0, f"{found.states} states need sequences of {found.needed} steps")
        # where no sequence goes, the network is back at its start, and gives some label
        following, label = np.maximum(found.next, 0), np.maximum(found.label, 0)
        made = packed_network if self.packed else machine_network
        network = made(following, values[label], data.domain)
        return Fit(network, 0, f"{found.states} states")


def _doubtful(found: Merged | str, data: Dataset) -> bool:
    """Whether longer words may confirm a machine, or the given ones show too little of it."""
    if isinstance(found, str):
        return True
    if found.needed > data.length:
        return found.needed <= 2 * data.length
    return bool((found.next < 0).any())


def _merged(data: Dataset, most: int) -> tuple[Merged | str, Ints]:
    """The machine behind the data, or why there is none; and its labels, ``(labels, outputs)``."""
    x, y = data.x, data.y
    if data.rare is not None:
        more = data.rare()
        x, y = np.concatenate([x, more.x]), np.concatenate([y, more.y])
    values, labels = numbered_labels(y)
    return merge_states(letter_index(x, data.domain), labels, data.domain.size, most), values
