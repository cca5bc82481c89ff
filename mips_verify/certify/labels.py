"""The states of a program as labels of cells: numbered in the order in which they are found."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine


@dataclass(slots=True)
class Labels:
    """A program whose states are numbered as they are asked for; 0 is the start.

    Attributes:
        program: the program.
        domain: its letters.
        states: the states numbered so far.
    """

    program: Machine
    domain: Domain
    states: list[tuple[int, ...]] = field(default_factory=list)
    _numbers: dict[tuple[int, ...], int] = field(default_factory=dict)
    _rows: dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._number(self.program.init)

    def count(self, most: int) -> int:
        """The number of the program's states, or more than ``most``."""
        done = 0
        while done < len(self.states) <= most:
            self._row(done)
            done += 1
        return len(self.states)

    def rows(self, labels: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Next labels ``(n, letters)`` and outputs ``(n, letters, outputs)`` of labels ``(n,)``."""
        found = [self._row(int(z)) for z in labels]
        return np.stack([a for a, _ in found]), np.stack([b for _, b in found])

    def _row(self, label: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        row = self._rows.get(label)
        if row is None:
            after = [self.program.step(self.states[label], x) for x in self.domain.letters()]
            labels = np.array([self._number(z) for z, _ in after], dtype=np.int64)
            row = self._rows[label] = labels, np.array([y for _, y in after], dtype=np.int64)
        return row

    def _number(self, state: tuple[int, ...]) -> int:
        number = self._numbers.setdefault(state, len(self.states))
        if number == len(self.states):
            self.states.append(state)
        return number
