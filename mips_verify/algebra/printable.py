"""How many steps a machine takes before its values are too large to print."""

from __future__ import annotations

from typing import Final

from mips_verify.kernel.machine import Machine, Word

PRINTABLE_BITS: Final = 10_000  # Python limits conversions to text to 4300 digits


def printable_steps(machine: Machine, word: Word, *, undefined_too: bool = False) -> int:
    """How many letters of ``word`` a machine reads before its values stop being printable.

    Args:
        machine: its outputs and its state variables must be printable.
        word: a sequence of letters.
        undefined_too: whether to count the letter after which the machine has no value.
    """
    z = machine.init
    for t, x in enumerate(word):
        try:
            z, y = machine.step(z, tuple(x))
        except ValueError:
            return t + undefined_too
        if any(v.bit_length() > PRINTABLE_BITS for v in z + y):
            return t
    return len(word)
