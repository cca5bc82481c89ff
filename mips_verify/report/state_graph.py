"""The reachable states of a machine and the steps between them, for pictures and dot files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine

LARGEST: Final = 2**63  # if a value exceeds this, the machine is assumed to grow without end
Values = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StateGraph:
    """All reachable states, breadth first from the start, and the step of each on every letter.

    Attributes:
        states: the values of the state variables; the start first.
        letters: all letters of the domain.
        steps: for each state and letter, the number of the next state and the outputs.
    """

    states: tuple[Values, ...]
    letters: tuple[Values, ...]
    steps: tuple[tuple[tuple[int, Values], ...], ...]

    def arrows(self) -> Iterator[tuple[int, Values, int, Values]]:
        """Every step as (state, letter, next state, outputs)."""
        for q, row in enumerate(self.steps):
            for letter, (p, out) in zip(self.letters, row, strict=True):
                yield q, letter, p, out


def state_graph(
    machine: Machine, domain: Domain, what: str, most_states: int, most_letters: int
) -> StateGraph:
    """Explore a machine.

    Args:
        machine: the machine.
        domain: the letters that it reads.
        what: what the graph is for, such as "a diagram", for messages.
        most_states: how many states may be found.
        most_letters: how many letters the domain may have.

    Raises:
        MipsVerifyError: there are more states or letters, or a step has no value.
    """
    if domain.size > most_letters:
        raise MipsVerifyError(f"{domain.size} letters are too many for {what}")
    letters = tuple(domain.letters())
    number = {machine.init: 0}
    states, steps = [machine.init], []
    for q in states:
        row = [_step(machine, q, a, what) for a in letters]
        for p, _ in row:
            if p not in number:
                number[p] = len(states)
                states.append(p)
        steps.append(tuple((number[p], out) for p, out in row))
        if len(states) > most_states:
            raise MipsVerifyError(f"more than {most_states} states are too many for {what}")
    return StateGraph(tuple(states), letters, tuple(steps))


def _step(machine: Machine, q: Values, a: Values, what: str) -> tuple[Values, Values]:
    try:
        p, out = machine.step(q, a)
    except ValueError as error:
        raise MipsVerifyError(f"no values for {what}: a step has none: {error}") from None
    if max(map(abs, (*p, *out))) > LARGEST:
        raise MipsVerifyError(f"too large for {what}: the values grow without end")
    return p, out
