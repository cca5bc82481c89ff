"""One way to read a program out of a network: the interface that every method has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from mips_verify.algebra.mealy import Mealy
from mips_verify.algebra.readability import puzzles
from mips_verify.algebra.simplify import simplify
from mips_verify.extract.automata.observation_table import Automaton
from mips_verify.extract.study import Study
from mips_verify.kernel.expr import children, names
from mips_verify.kernel.machine import Machine

GUESS = 1.5  # what a node of a guess weighs
TABLE = 1.5  # what a node of a program with a table weighs


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a network when a method is tried.

    Attributes:
        automaton: the finite-state machine that was learned from it.
        memory: how many letters before the last one its outputs depend on, as observed; ``None``
            where letters long ago matter.
        again: whether it is studied again with a nearer horizon.
        shortest: nodes of the shortest formula that agrees everywhere, if there is one.
        by: the method that found this formula.
    """

    automaton: Automaton = field(default_factory=lambda: Automaton(None, None))
    memory: int | None = None
    again: bool = False
    shortest: int | None = None
    by: str | None = None

    @property
    def closed(self) -> Mealy:
        """The closed machine; :attr:`Method.needs` asks for one.

        Raises:
            ValueError: there is none.
        """
        if self.automaton.closed is None:
            raise ValueError("the method needs a closed machine")
        return self.automaton.closed

    @property
    def machine(self) -> Mealy:
        """The closed machine, else the partial one; :attr:`Method.needs` asks for one.

        Raises:
            ValueError: there is none.
        """
        return self.closed if self.automaton.partial is None else self.automaton.partial


@dataclass(frozen=True, slots=True)
class Method:
    """One form of program, how it is found, and when it is worth a try.

    Attributes:
        name: the form of its programs, which is the name of its file.
        run: from a study and what is known to programs, which may disagree with the network.
        needs: what must be known or true for a try.
        least: the fewest nodes its programs have; it is skipped once a formula is as short, and
            without ``least`` once there is any formula.
        rounds: how many tries it gets, each with counterexamples to the one before as evidence.
        guesses: whether it fits formulas to the states of a machine, which has more states
            beyond the horizon unless it is complete.
    """

    name: str
    run: Callable[[Study, Known], list[Machine]]
    needs: Callable[[Known], bool] = lambda _: True
    least: int | None = None
    rounds: int = 1
    guesses: bool = False

    def applies(self, known: Known) -> bool:
        """Whether its needs are met and no formula at hand is as short as its programs."""
        beaten = known.shortest is not None and (self.least is None or known.shortest <= self.least)
        return not beaten and self.needs(known)

    def candidates(self, study: Study, known: Known) -> list[Candidate]:
        """The programs that it finds, simplified."""
        guessed = self.guesses and not known.machine.complete
        found = self.run(study.noting(self.name), known)
        return [Candidate(self.name, tidied(m), guessed) for m in found]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program that a method found; it may yet disagree with the network.

    Attributes:
        form: the name of the method.
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
