"""Merged states: a network with one hidden value for each state of an automaton found in the data.

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
from mips_verify.train.identify.labelled_words import letter_index
from mips_verify.train.identify.state_merging import Merged, merge_states
from mips_verify.train.identify.weighted_automaton import WeightedAutomaton
from mips_verify.train.identify.weighted_automaton_network import switched_network
from mips_verify.train.rung import Fit


@dataclass(frozen=True, slots=True)
class MergedStates:
    """A one-hot state and the last outputs, both of which each letter maps linearly.

    Attributes:
        most: the largest number of states.
        guess: whether to take a machine although the sequences are too short to confirm each step,
            as are those of a machine that never closes and looks closed within their length.
    """

    most: int
    guess: bool = False

    @property
    def name(self) -> str:
        """Method and the largest number of states."""
        return f"merged states{' unconfirmed' if self.guess else ''} <={self.most}"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """Merge states, all outputs together as one label."""
        del seed, progress  # nothing is drawn
        if data.domain.size > budgets.MERGING_LETTERS:
            return Fit(None, 0, f"more than {budgets.MERGING_LETTERS} letters")
        x, y = data.x, data.y
        if data.rare is not None:
            more = data.rare()
            x, y = np.concatenate([x, more.x]), np.concatenate([y, more.y])
        index = letter_index(x, data.domain)
        values, labels = np.unique(y.reshape(-1, data.outputs), axis=0, return_inverse=True)
        found = merge_states(index, labels.reshape(index.shape), data.domain.size, self.most)
        if isinstance(found, str):
            return Fit(None, 0, found)
        if found.needed > data.length and not self.guess:
            return Fit(None, 0, f"{found.states} states need sequences of {found.needed} steps")
        automaton = _automaton(found, values)
        g = ((automaton.C, np.zeros(data.outputs)),)
        network = switched_network(automaton, data.domain, index[: budgets.SPECTRAL_SAMPLE], g)
        return Fit(network, 0, f"{found.states} states")


def _automaton(machine: Merged, values: Ints) -> WeightedAutomaton:
    """``h`` holds a 1 for the state, then the outputs; what no sequence shows becomes 0."""
    n, outputs = machine.states, values.shape[1]
    step = np.zeros((machine.next.shape[1], n + outputs, n + outputs))
    for x, (targets, labels) in enumerate(zip(machine.next.T, machine.label.T, strict=True)):
        step[x, np.maximum(targets, 0), np.arange(n)] = 1.0
        step[x, n:, :n] = np.where(labels >= 0, values[labels].T, 0)
    start = np.zeros(n + outputs)
    start[0] = 1.0
    read = np.hstack([np.zeros((outputs, n)), np.eye(outputs)])
    return WeightedAutomaton(start, step, read, certain=True)
