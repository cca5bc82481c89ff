"""What every form of program starts from, and what it hands back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.readability import puzzles
from mips_verify.algebra.sequences import neighbours
from mips_verify.algebra.simplify import simplify
from mips_verify.extract.oracle import Observer
from mips_verify.kernel.expr import children, names
from mips_verify.kernel.machine import Machine
from mips_verify.progress import Say

NEIGHBOURS = 400
GUESS = 1.5
TABLE = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """The network under study and the sequences that it has already been run on.

    Attributes:
        observer: the only way to the network.
        evidence: input sequences ``(n, horizon, channels)``; counterexamples are added to them.
        answers: what the network answers to them, ``(n, horizon, outputs)``.
        seed: where every random choice of a form comes from.
        note: takes one line on what was tried and why it ended.
    """

    observer: Observer
    evidence: Ints
    answers: Ints
    seed: int
    note: Say = field(default=lambda _: None)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the input channels."""
        return self.observer.domain.names

    def with_evidence(self, sequences: Ints) -> Study:
        """The study with further sequences and some that differ from them in one letter."""
        observer, rng = self.observer, self.rng()
        near = neighbours(observer.domain, sequences, rng, NEIGHBOURS)
        more = np.concatenate([sequences, near])
        return replace(
            self,
            evidence=np.concatenate([more, self.evidence]),
            answers=np.concatenate([observer.network.run(more)[1], self.answers]),
        )

    def rng(self) -> np.random.Generator:
        """A fresh generator; the same one for every call."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program that one form found; it may yet disagree with the network.

    Attributes:
        form: the name of the form.
        machine: the program.
        guessed: found by search on the states within the horizon of a machine that has more.
    """

    form: str
    machine: Machine
    guessed: bool = False

    @property
    def length(self) -> float:
        """Nodes, and one for each construct that is hard to read; a guess or a table weighs more.

        Structure that was derived says more about inputs beyond the horizon than a formula that
        a search found to fit within it.
        """
        hard = sum(map(puzzles, self.machine.next + self.machine.outputs))
        weight = (GUESS if self.guessed else 1.0) * (TABLE if self.has_table else 1.0)
        return (self.machine.size + hard) * weight

    @property
    def has_table(self) -> bool:
        """Whether it looks something up by its state; a table of the letters is a formula."""
        letters = frozenset(self.machine.inputs)
        expressions = self.machine.next + self.machine.outputs
        return any(
            node.op == "table" and not names(node) <= letters
            for e in expressions
            for node in children(e)
        )


def tidied(machine: Machine) -> Machine:
    """The same machine with every expression simplified."""
    return replace(
        machine,
        next=tuple(map(simplify, machine.next)),
        outputs=tuple(map(simplify, machine.outputs)),
    )


def fresh_names(count: int, stem: str, taken: tuple[str, ...], first: int = 0) -> tuple[str, ...]:
    """``stem0, stem1, ...`` (or ``stem`` alone for one); a stem in use gets an underscore."""
    while any(name == stem or name.rstrip("0123456789") == stem for name in taken):
        stem += "_"
    if count == 1 and first == 0:
        return (stem,)
    return tuple(f"{stem}{i}" for i in range(first, first + count))
