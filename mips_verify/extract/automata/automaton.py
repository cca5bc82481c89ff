"""The finite-state machine behind a network: closed if it has one, else as deep as is trusted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy
from mips_verify.extract.automata.observation_table import Limits, learn_refined
from mips_verify.extract.method import Study

LETTERS = 256  # larger alphabets are not listed letter by letter
SHORT_WORDS = 3
STATES = 700


@dataclass(frozen=True, slots=True)
class Automaton:
    """What observation tables say about a network.

    Attributes:
        closed: the minimal complete machine, where the table closed within the horizon.
        partial: otherwise the machine of all states within half the horizon, if they are few.
    """

    closed: Mealy | None
    partial: Mealy | None

    @property
    def states(self) -> int | None:
        """Number of states of the closed machine."""
        return None if self.closed is None else self.closed.states

    @property
    def free(self) -> bool:
        """Whether every word leads to a state of its own, as deep as was looked."""
        return self.partial is not None and _is_tree(self.partial)

    @property
    def machine(self) -> Mealy | None:
        """The closed machine, else the partial one."""
        return self.closed if self.closed is not None else self.partial


def _is_tree(machine: Mealy) -> bool:
    q, _ = machine.known
    return len(q) == machine.states - 1 and len(q) > 2 * len(machine.letters)


def automaton(study: Study, sequences: Ints, answers: Ints, most: int = STATES) -> Automaton:
    """Learn a closed machine with short suffixes, else a partial one with long ones.

    Args:
        study: the network under study.
        sequences: inputs ``(n, horizon, channels)`` that the machine is compared on.
        answers: what the network answers to them.
        most: states at which a machine is given up.
    """
    observer = study.observer
    if observer.domain.size > LETTERS:
        study.note(f"automaton: {observer.domain.size} letters are too many to try each")
        return Automaton(None, None)
    learn = partial(learn_refined, observer, sequences, answers, limits=Limits(states=most))
    short = max(1, min(SHORT_WORDS, observer.horizon // 2))
    table, wrong = learn(longest=short, whole=True)
    if table.machine.complete and not table.full:
        closed = table.machine.minimal()
        study.note(f"automaton: closed with {closed.states} states, wrong on {wrong} sequences")
        return Automaton(closed, None)
    table, _ = learn(longest=max(1, observer.horizon // 2), whole=False)
    if table.full:
        study.note(f"automaton: more than {table.machine.states - 1} states, not closed")
        return Automaton(None, None)
    study.note(f"automaton: {table.machine.states} states within half the length, not closed")
    return Automaton(None, table.machine)
