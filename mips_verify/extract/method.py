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

GUESS = 1.5  # weight of a node of a guess
TABLE = 1.5  # weight of a node of a program with a table


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a network when a method is tried.

    Attributes:
        automaton: the finite-state machine that was learned from it.
        memory: on how many letters before the last one the outputs were seen to depend; ``None``
            if no fixed number of last letters is enough.
        again: whether this is a second study, with a shorter horizon.
        errs: whether the network errs, and the machine is that of its usual answers.
        shortest: nodes of the shortest formula that agrees everywhere, if there is one.
        shortest_form: the method that found this formula.
    """

    automaton: Automaton = field(default_factory=lambda: Automaton(None, None))
    memory: int | None = None
    again: bool = False
    errs: bool = False
    shortest: int | None = None
    shortest_form: str | None = None

    @property
    def closed(self) -> Mealy:
        """The closed machine; :attr:`Method.needs` checks that there is one.

        Raises:
            ValueError: there is no closed machine.
        """
        if self.automaton.closed is None:
            raise ValueError("the method needs a closed machine")
        return self.automaton.closed

    @property
    def machine(self) -> Mealy:
        """The closed machine, or the partial one if there is none; :attr:`Method.needs` checks.

        Raises:
            ValueError: there is no machine.
        """
        return self.closed if self.automaton.partial is None else self.automaton.partial


@dataclass(frozen=True, slots=True)
class Method:
    """One form of program, how it is found, and when it is worth a try.

    Attributes:
        name: the form of its programs, which is the name of its file.
        run: a function from a study and what is known to programs, which may be wrong.
        needs: condition for trying the method at all.
        least: the fewest nodes its programs have. The method is skipped once a formula is as
            short or, if ``least`` is ``None``, once there is any formula.
        rounds: how many tries it gets; counterexamples to one try are evidence for the next.
        costly: whether it takes many times longer than the others where it finds nothing.
        tolerant: whether it copes with a network that errs.
        answer: whether its program is an answer at once, which stands unless a formula of at most
            ``least`` nodes is found.
        guesses: whether it fits formulas to the states of the learned machine. If that is
            incomplete, it has unseen states, and the programs count as guesses.
    """

    name: str
    run: Callable[[Study, Known], list[Machine]]
    needs: Callable[[Known], bool] = lambda _: True
    least: int | None = None
    rounds: int = 1
    costly: bool = False
    tolerant: bool = False
    answer: bool = False
    guesses: bool = False

    def applies(self, known: Known) -> bool:
        """Whether its condition holds and no known formula is as short as its programs."""
        beaten = known.shortest is not None and (self.least is None or known.shortest <= self.least)
        return not beaten and self.needs(known)

    def candidates(self, study: Study, known: Known) -> list[Candidate]:
        """The programs that the method finds, simplified."""
        guessed = self.guesses and not known.machine.complete
        found = self.run(study.noting(self.name), known)
        return [Candidate(self.name, tidied(m), guessed) for m in found]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program that a method found, not yet compared with the network.

    Attributes:
        form: the name of the method.
        machine: the program.
        guessed: true if it was fitted to the states of an incomplete machine.
    """

    form: str
    machine: Machine
    guessed: bool = False

    @property
    def length(self) -> float:
        """Nodes, plus one for each construct that is hard to read; guesses and tables weigh more.

        A formula found by search may hold only within the horizon; a derived structure is more
        likely to hold beyond it, so guesses weigh more.
        """
        hard = sum(map(puzzles, self.machine.next + self.machine.outputs))
        weight = (GUESS if self.guessed else 1.0) * (TABLE if self.has_table else 1.0)
        return (self.machine.size + hard) * weight

    @property
    def has_table(self) -> bool:
        """Whether a table is indexed by the state; a table indexed by letters does not count."""
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
