"""Inputs that a machine does not tell apart: it knows their sum, if nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Final

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy
from mips_verify.kernel.expr import Expr, apply, var

LEAST: Final = 3  # inputs of which the sum is long to search for


def shared_sums(machine: Mealy) -> Iterator[tuple[Expr, Ints]]:
    """Sums of three and more inputs that may be exchanged, and their value for each letter."""
    groups: list[list[int]] = []
    for i in range(machine.letters.shape[1]):
        group = next((g for g in groups if _exchangeable(machine, g[0], i)), None)
        if group is None:
            groups.append([i])
        else:
            group.append(i)
    for group in groups:
        if len(group) >= LEAST:
            terms = [var(machine.inputs[i]) for i in group]
            total = reduce(lambda a, b: apply("add", a, b), terms)
            yield total, machine.letters[:, group].sum(axis=1)


def _exchangeable(machine: Mealy, i: int, j: int) -> bool:
    """Whether every letter does the same with inputs ``i`` and ``j`` swapped."""
    swapped = machine.letters.copy()
    swapped[:, [i, j]] = swapped[:, [j, i]]
    place = {letter: k for k, letter in enumerate(map(tuple, machine.letters.tolist()))}
    partner = [place.get(letter, -1) for letter in map(tuple, swapped.tolist())]
    if -1 in partner:
        return False
    same_step = (machine.next[:, partner] == machine.next).all()
    return bool(same_step and (machine.output[:, partner] == machine.output).all())
