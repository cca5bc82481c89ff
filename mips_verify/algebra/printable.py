"""Integers small enough to print and read, and how long machines stay within them."""

from __future__ import annotations

from typing import Final

from mips_verify.kernel.machine import Machine, Word

PRINTABLE_BITS: Final = 10_000  # Python prints and reads integers of up to 4300 digits


def printable_steps(machine: Machine, word: Word, *, undefined_too: bool = False) -> int:
    """How many letters of ``word`` a machine reads while it has printable values.

    Args:
        machine: its outputs and its state count.
        word: a sequence of letters.
        undefined_too: count also the letter after which the machine has no value.
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
