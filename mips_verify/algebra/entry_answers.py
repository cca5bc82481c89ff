"""States that are told by the answer to the step into them (Moore machines)."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy


def on_entry(machine: Mealy) -> Ints | None:
    """The outputs of every step into each state, ``(states, k)``, where the state decides them.

    A start that nothing leads back to has the value -1.
    """
    shown = np.full((machine.states, machine.output.shape[2]), -1, dtype=np.int64)
    shown[machine.next] = machine.output
    return shown if (shown[machine.next] == machine.output).all() else None


def shown_numbers(machine: Mealy) -> Ints | None:
    """A different number ``0 .. n - 1`` for each of ``n`` states: the output on entry.

    None where these are no such numbers. A start that nothing leads to has the one left over.
    """
    shown = on_entry(machine)
    if shown is None or shown.shape[1] != 1:
        return None
    numbers: Ints = shown[:, 0].copy()
    states = np.arange(machine.states)
    never = np.setdiff1d(states, machine.next)
    left = np.setdiff1d(states, np.delete(numbers, never))
    if len(left) != len(never):
        return None
    numbers[never] = left
    return numbers if np.array_equal(np.sort(numbers), states) else None
