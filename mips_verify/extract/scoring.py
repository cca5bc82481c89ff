"""Compare programs with the network, on sequences that no method was fitted to.

A program that agrees everywhere is the network's exact description. Where none does, programs are
ranked by :mod:`mips_verify.extract.description_length`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Bools, Ints
from mips_verify.algebra.batch import run_batch
from mips_verify.algebra.linear_form import flatten
from mips_verify.algebra.readability import opacity
from mips_verify.extract.description_length import NODE, corrections, exceptions
from mips_verify.extract.method import Candidate
from mips_verify.kernel.expr import Expr, children, size, substitute, var
from mips_verify.kernel.machine import Machine, old

MOSTLY = 0.93  # share of answers on which a network that errs agrees with its program
ERRORS = 0.01  # share of the answers to uniform words that it may get wrong
EARLY = 0.006  # the same at the beginning of words
AUTOMATON = "automaton"  # form of a program that is a printed table with one row per state


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate and how it fared.

    Attributes:
        candidate: the program and the form that it was found in.
        wrong: the number of sequences on which an answer is wrong.
        misses: the number of wrong answers.
        bits: what it takes to list the wrong answers.
    """

    candidate: Candidate
    wrong: int
    misses: int
    bits: float

    @property
    def machine(self) -> Machine:
        """The program."""
        return self.candidate.machine

    @property
    def form(self) -> str:
        """The name of the method that found the program."""
        return self.candidate.form

    @property
    def cost(self) -> float:
        """Nodes, plus what makes them hard to read; a sum that occurs twice counts once.

        For an automaton, each row of the table counts one node less.
        """
        if self.form == AUTOMATON:
            return self.machine.size - _rows(self.machine)
        return self.candidate.length + opacity(self.machine) - shared(self.machine)

    @property
    def rank(self) -> tuple[bool, float, int]:
        """Sort key: whether it is wrong somewhere, description length, number of minus signs."""
        nodes = [n for e in self.machine.next + self.machine.outputs for n in children(e)]
        signs = sum(n.op in ("sub", "neg") for n in nodes)
        return self.wrong > 0, NODE * self.cost + self.bits, signs


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


@dataclass(frozen=True, slots=True)
class Offer:
    """A program that a network is, exactly or nearly.

    Attributes:
        machine: the program.
        form: the name of the method that found it.
        agreement: share of all sequences on which it agrees with the network.
        uniform: share of the sequences of uniform letters on which it agrees with the network.
        low_variety: the same of the other sequences, ``None`` if there are none.
    """

    machine: Machine
    form: str
    agreement: float
    uniform: float
    low_variety: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """What programs are compared on.

    Attributes:
        sequences: words ``(n, length, channels)``.
        answers: the network's answers to them.
        uniform: which of them have uniform letters; on the others a network errs more often, so
            these exceptions are cheaper to list; ``None`` for all.
    """

    sequences: Ints
    answers: Ints
    uniform: slice | None = None

    def cut(self, length: int) -> Judge:
        """The same sequences, cut to ``length`` letters."""
        return replace(self, sequences=self.sequences[:, :length], answers=self.answers[:, :length])

    def wrong(self, machine: Machine) -> Ints:
        """The indices of the sequences on which ``machine`` and network differ."""
        return np.nonzero(self._differ(machine).any(axis=1))[0]

    def verdict(self, candidate: Candidate) -> Judged:
        """The candidate with how often it is wrong."""
        differ = self._differ(candidate.machine)
        wrong = int(differ.any(axis=1).sum())
        return Judged(candidate, wrong, int(differ.sum()), self._bits(differ))

    def agreement(self, judged: Judged) -> float:
        """Share of the sequences on which all answers agree."""
        return 1.0 - judged.wrong / len(self.sequences)

    def share(self, judged: Judged) -> float:
        """Share of the answers that agree."""
        right: float = 1.0 - judged.misses / (len(self.sequences) * self.sequences.shape[1])
        return right

    def offer(self, judged: Judged) -> Offer:
        """The program with the shares of sequences on which it agrees."""
        uniform, others = self._parts_of(judged)
        low_variety = _entirely_right(others) if len(others) else None
        agreement, right = self.agreement(judged), _entirely_right(uniform)
        return Offer(judged.machine, judged.form, agreement, right, low_variety)

    def errs(self, judged: Judged) -> bool:
        """Whether the network seems to err where a program disagrees.

        It does if the program is right on most answers, on nearly all to uniform words, and on
        even more to their beginnings: errors of a network add up along a word.
        """
        uniform, _ = self._parts_of(judged)
        early = uniform[:, : max(1, uniform.shape[1] // 3)]
        return bool(
            self.share(judged) >= MOSTLY and uniform.mean() <= ERRORS and early.mean() <= EARLY
        )

    def _differ(self, machine: Machine) -> Bools:
        """Where an output of ``machine`` differs from the network's, ``(n, length)``."""
        return np.asarray((run_batch(machine, self.sequences) != self.answers).any(axis=2))

    def _parts_of(self, judged: Judged) -> tuple[Bools, Bools]:
        return self._parts(self._differ(judged.machine))

    def _parts(self, rows: Bools) -> tuple[Bools, Bools]:
        """The rows of uniform sequences, and those of the others."""
        uniform = np.zeros(len(rows), dtype=np.bool_)
        uniform[self.uniform or slice(None)] = True
        return rows[uniform], rows[~uniform]

    def _bits(self, differ: Bools) -> float:
        """Bits that say which answers are wrong, and what they are instead."""
        parts = self._parts(differ)
        places = sum(exceptions(part.size, int(np.count_nonzero(part))) for part in parts)
        return places + corrections(int(differ.sum()), len(np.unique(self.answers)))


def _entirely_right(wrong: Bools) -> float:
    """Share of the sequences without a wrong answer."""
    return 1.0 - float(wrong.any(axis=1).mean())
