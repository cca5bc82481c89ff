"""Random Mealy machines: reachable, minimal, and identifiable from training sequences."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.mealy import Mealy
from mips_verify.bench.random_tasks.draw import LENGTH, SUITE, first_accepted
from mips_verify.kernel.domain import Domain
from mips_verify.spec.table_machine import table_machine
from mips_verify.spec.task import Task

STATES: Final = (3, 12)
LETTERS: Final = (2, 4)
VALUES: Final = (2, 3)
_KIND: Final = 1  # part of the seed; every kind of task has its own


def mealy_task(seed: int) -> Task:
    """A machine with a random number of states, letters and output values, as two tables."""
    rng = np.random.default_rng([_KIND, seed])
    states, letters, values = (int(rng.integers(a, b + 1)) for a, b in (STATES, LETTERS, VALUES))
    machine = random_mealy(states, letters, values, rng)
    return Task(
        name=f"Mealy_{seed}",
        says=f"random Mealy machine of {states} states, {letters} letters, {values} output values",
        length=LENGTH,
        domain=Domain(machine.inputs, (0,), (letters - 1,)),
        spec=table_machine(machine),
        suite=SUITE,
    )


def random_mealy(states: int, letters: int, values: int, rng: np.random.Generator) -> Mealy:
    """A machine drawn uniformly from those of this size that the data can determine.

    Every state is reachable, no two are equivalent, and every output value occurs. A sequence of
    the task's length is long enough to reach any state, read any letter, and distinguish the next
    state from every other.
    """

    def draw(rng: np.random.Generator) -> Mealy | None:
        machine = Mealy(
            inputs=("x",),
            letters=np.arange(letters)[:, None],
            next=rng.integers(0, states, (states, letters)),
            output=rng.integers(0, values, (states, letters, 1)),
        ).minimal()
        if machine.states < states or len(np.unique(machine.output)) < values:
            return None
        return machine if depth(machine) + 1 + separation(machine) <= LENGTH else None

    return first_accepted(draw, rng)


def depth(machine: Mealy) -> int:
    """The number of letters needed to reach the farthest state."""
    reached, steps = {0}, 0
    while len(reached) < machine.states:
        reached |= set(machine.next[sorted(reached)].ravel().tolist())
        steps += 1
    return steps


def separation(machine: Mealy) -> int:
    """The least k such that words of k letters distinguish all states of a minimal machine."""
    block, k = _numbered(machine.output.reshape(machine.states, -1)), 1
    while block.max() + 1 < machine.states:
        block = _numbered(np.concatenate([block[:, None], block[machine.next]], axis=1))
        k += 1
    return k


def _numbered(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(rows, axis=0, return_inverse=True)[1].ravel()
