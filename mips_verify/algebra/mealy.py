"""Mealy machines as tables: the first result of extraction, before a formula is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Mealy:
    """A deterministic, possibly partial, finite-state transducer that starts in state 0.

    Attributes:
        inputs: names of the input channels.
        letters: the alphabet, int64, shape ``(m, channels)``.
        next: the next state for each state and letter, shape ``(n, m)``; -1 where unknown.
        output: the outputs of that step, shape ``(n, m, outputs)``; arbitrary where ``next`` is -1.
    """

    inputs: tuple[str, ...]
    letters: Ints
    next: Ints
    output: Ints

    def __post_init__(self) -> None:
        n, m = self.next.shape
        if self.letters.shape != (m, len(self.inputs)) or self.output.shape[:2] != (n, m):
            raise ValueError("letters, next and output of a Mealy machine do not fit together")
        if n == 0 or self.next.min() < -1 or self.next.max() >= n:
            raise ValueError("a Mealy machine leads to a state that it does not have")

    @property
    def states(self) -> int:
        """Number of states."""
        return int(self.next.shape[0])

    @property
    def complete(self) -> bool:
        """Whether the step of every state on every letter is known."""
        return bool((self.next >= 0).all())

    @property
    def known(self) -> tuple[Ints, Ints]:
        """The pairs (state, letter index) with a known step, as two flat arrays."""
        q, a = np.nonzero(self.next >= 0)
        return q, a

    def paths(self, letters: Ints) -> Ints:
        """The states visited on sequences of letter indices ``(n, length)``, the start state first.

        Shape ``(n, length + 1)``; -1 from the first unknown step on.
        """
        n, length = letters.shape
        visited = np.zeros((n, length + 1), dtype=np.int64)
        for t in range(length):
            q = visited[:, t]
            visited[:, t + 1] = np.where(q >= 0, self.next[q, letters[:, t]], -1)
        return visited

    def minimal(self) -> Mealy:
        """The smallest machine with the same behaviour; its states are in breadth-first order.

        Partition refinement (Moore; Hopcroft, Motwani and Ullman, section 4.4).

        Raises:
            ValueError: the machine is not complete; then no unique smallest one exists.
        """
        if not self.complete:
            raise ValueError("only a complete Mealy machine can be minimised")
        block = _classes(self.output.reshape(self.states, -1))
        while True:
            finer = _classes(np.concatenate([block[:, None], block[self.next]], axis=1))
            if finer.max() == block.max():
                break
            block = finer
        first = np.unique(block, return_index=True)[1]
        quotient = Mealy(self.inputs, self.letters, block[self.next[first]], self.output[first])
        return quotient.reordered(int(block[0]))

    def reordered(self, start: int = 0) -> Mealy:
        """The part reachable from ``start``, numbered breadth first in the order of the letters."""
        order, seen = [start], {start: 0}
        for q in order:
            for d in self.next[q].tolist():
                if d >= 0 and d not in seen:
                    seen[d] = len(order)
                    order.append(d)
        number = np.full(self.states + 1, -1, dtype=np.int64)
        number[order] = np.arange(len(order))
        return Mealy(self.inputs, self.letters, number[self.next[order]], self.output[order])


def moore_outputs(machine: Mealy) -> Ints | None:
    """The outputs of a Moore machine, ``(states, k)``: for each state, those of all steps into it.

    Returns:
        ``None`` if two steps into a state differ. A start state that no step reaches gets -1.
    """
    outputs = np.full((machine.states, machine.output.shape[2]), -1, dtype=np.int64)
    outputs[machine.next] = machine.output
    return outputs if (outputs[machine.next] == machine.output).all() else None


def moore_columns(machine: Mealy) -> list[Ints]:
    """Those outputs that all steps into a state give alike, for each state, ``(states,)``.

    A start state that no step reaches gets -1.
    """
    shown = (replace(machine, output=machine.output[:, :, [k]])
             for k in range(machine.output.shape[2]))  # fmt: skip
    return [y[:, 0] for y in map(moore_outputs, shown) if y is not None]


def moore_numbers(machine: Mealy) -> Ints | None:
    """The numbers ``0 .. n - 1`` of ``n`` states, if these are their outputs as a Moore machine.

    Returns:
        ``None`` if the outputs are not such numbers. A start state that no step reaches gets
        the unused number.
    """
    outputs = moore_outputs(machine)
    if outputs is None or outputs.shape[1] != 1:
        return None
    numbers: Ints = outputs[:, 0].copy()
    states = np.arange(machine.states)
    never = np.setdiff1d(states, machine.next)
    left = np.setdiff1d(states, np.delete(numbers, never))
    if len(left) != len(never):
        return None
    numbers[never] = left
    return numbers if np.array_equal(np.sort(numbers), states) else None


def _classes(rows: Ints) -> Ints:
    """A number for each row; equal rows get equal numbers."""
    return np.unique(rows, axis=0, return_inverse=True)[1].ravel()
