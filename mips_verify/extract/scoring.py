"""Compare programs with the network, on sequences that no method was fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import run_batch
from mips_verify.algebra.linear_form import flatten
from mips_verify.algebra.readability import opacity
from mips_verify.extract.method import Candidate
from mips_verify.kernel.expr import Expr, children, size, substitute, var
from mips_verify.kernel.machine import Machine, old

AUTOMATON = "automaton"  # form of a program that is a printed table with one row per state


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate and the number of sequences on which it is wrong."""

    candidate: Candidate
    wrong: int

    @property
    def machine(self) -> Machine:
        """The program."""
        return self.candidate.machine

    @property
    def form(self) -> str:
        """The name of the method that found the program."""
        return self.candidate.form

    @property
    def settled(self) -> bool:
        """Whether the program is a formula that is right everywhere."""
        return not self.wrong and not self.candidate.has_table

    @property
    def cost(self) -> float:
        """Nodes, plus what makes them hard to read; a sum that occurs twice counts once.

        For an automaton, each row of the table counts one node less.
        """
        if self.form == AUTOMATON:
            return self.machine.size - _rows(self.machine)
        return self.candidate.length + opacity(self.machine) - shared(self.machine)

    @property
    def rank(self) -> tuple[int, float, int]:
        """Sort key: disagreements, then cost, then the number of minus signs."""
        nodes = [n for e in self.machine.next + self.machine.outputs for n in children(e)]
        return self.wrong, self.cost, sum(n.op in ("sub", "neg") for n in nodes)


def _rows(machine: Machine) -> int:
    """The number of states in a table ``NEXT[k * q + x]``."""
    (step,), (q,) = machine.next, machine.state
    assert isinstance(step.value, tuple)
    return len(step.value) // dict(flatten(step.args[0]).terms)[var(q)]


def shared(machine: Machine) -> int:
    """Nodes to discount: all but one of each sum that is divided in a step and in an output."""
    divided = [e.args[0] for e in machine.next if e.op in ("mod", "floordiv")]
    before: dict[str, Expr] = {z: var(old(z)) for z in machine.state}
    sums = {frozenset(flatten(substitute(e, before)).terms): size(e) for e in divided}
    again = [n.args[0] for e in machine.outputs for n in children(e) if n.op in ("mod", "floordiv")]
    return sum(max(0, sums.get(frozenset(flatten(e).terms), 1) - 1) for e in again)


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Sequences ``(n, length, channels)`` and the network's answers to them."""

    sequences: Ints
    answers: Ints

    def cut(self, length: int) -> Judge:
        """The same sequences, cut to ``length`` letters."""
        return Judge(self.sequences[:, :length], self.answers[:, :length])

    def wrong(self, machine: Machine) -> Ints:
        """The indices of the sequences on which ``machine`` and network differ."""
        differ = run_batch(machine, self.sequences) != self.answers
        return np.nonzero(differ.any(axis=(1, 2)))[0]

    def verdict(self, candidate: Candidate) -> Judged:
        """The candidate with the number of sequences on which it is wrong."""
        return Judged(candidate, len(self.wrong(candidate.machine)))

    def agreement(self, machine: Machine) -> float:
        """Share of the sequences on which all outputs of ``machine`` and network agree."""
        return 1.0 - len(self.wrong(machine)) / len(self.sequences)
