"""Comparing programs with the network, on sequences that no form was fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.extract.observe import Ints
from mips_verify.extract.study import Candidate
from mips_verify.machine import Machine
from mips_verify.printers.numpy import run_batch


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate and the number of sequences that it is wrong on."""

    candidate: Candidate
    wrong: int

    @property
    def machine(self) -> Machine:
        """The program."""
        return self.candidate.machine

    @property
    def form(self) -> str:
        """How it was found."""
        return self.candidate.form

    @property
    def settled(self) -> bool:
        """Whether it is a formula that is right everywhere."""
        return not self.wrong and not self.candidate.has_table

    @property
    def rank(self) -> tuple[int, float]:
        """Fewest disagreements, then the shortest."""
        return self.wrong, self.candidate.length


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Sequences ``(n, length, channels)`` and what the network answers to them."""

    sequences: Ints
    answers: Ints

    def cut(self, length: int) -> Judge:
        """The same sequences up to ``length`` letters."""
        return Judge(self.sequences[:, :length], self.answers[:, :length])

    def wrong(self, machine: Machine) -> Ints:
        """The indices of the sequences on which ``machine`` and network differ."""
        differ = run_batch(machine, self.sequences) != self.answers
        return np.nonzero(differ.any(axis=(1, 2)))[0]

    def verdict(self, candidate: Candidate) -> Judged:
        """The candidate with the number of sequences that it is wrong on."""
        return Judged(candidate, len(self.wrong(candidate.machine)))

    def agreement(self, machine: Machine) -> float:
        """Share of the sequences on which ``machine`` and network agree entirely."""
        return 1.0 - len(self.wrong(machine)) / len(self.sequences)
