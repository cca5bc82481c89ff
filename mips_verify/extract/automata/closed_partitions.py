"""Closed partitions of the states of a machine: those that every letter respects.

A partition is closed, or has the substitution property (Hartmanis and Stearns, "Algebraic
structure theory of sequential machines", 1966), if every letter leads all states of a block into
one block. Its blocks are then the states of a smaller machine, which runs without the rest. In a
group, closed partitions are the cosets of subgroups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.mealy import Mealy
from mips_verify.extract import extraction_budgets as budgets

Partition = tuple[int, ...]  # the block of each state, blocks numbered as they first appear


def closed_partitions(machine: Mealy) -> list[Partition]:
    """Closed partitions of a complete machine without the two trivial ones, few blocks first.

    They come from merging two states, as far as the budget allows, and from joins of these.
    """
    n = machine.states
    steps = machine.next.tolist()
    firsts = range(n) if n <= budgets.MERGED_STATES else (0,)
    found: dict[Partition, None] = {}
    work = 0
    for a in firsts:
        for b in range(a + 1, n):
            if work > budgets.MERGES:
                break
            work += n * len(machine.letters)
            found[_merged(steps, range(n), [(a, b)])] = None
    found = dict.fromkeys([*_forgetful(steps), *found])
    _add_joins(found, steps)
    return sorted((p for p in found if 1 < max(p) + 1 < n), key=lambda p: (max(p), p))


def _forgetful(steps: list[list[int]]) -> Iterator[Partition]:
    """Partitions that merge states which any one letter makes equal, any two letters, and so on.

    In a machine that keeps its last inputs beside something else, these forget the inputs.
    """
    blocks: Partition = tuple(range(len(steps)))
    while True:
        coarser = numbered(tuple(blocks[q] for q in row) for row in steps)
        if max(coarser) == max(blocks):
            return
        blocks = coarser
        yield blocks


def _add_joins(found: dict[Partition, None], steps: list[list[int]]) -> None:
    queue = list(found)
    base = queue.copy()
    for p in queue:
        for q in base:
            if len(found) >= budgets.JOINS:
                return
            joined = join(steps, p, q)
            if joined not in found:
                found[joined] = None
                queue.append(joined)


def join(steps: list[list[int]], p: Partition, q: Partition) -> Partition:
    """The finest closed partition that merges what ``p`` or ``q`` merges."""
    first: dict[int, int] = {}
    pairs = [(first.setdefault(block, state), state) for state, block in enumerate(q)]
    return _merged(steps, p, pairs)


def meet(p: Partition, q: Partition) -> Partition:
    """The coarsest partition that separates what ``p`` or ``q`` separates."""
    return numbered(zip(p, q, strict=True))


def _merged(
    steps: list[list[int]], blocks: Iterable[int], pairs: list[tuple[int, int]]
) -> Partition:
    """The finest closed partition that is coarser than ``blocks`` and merges ``pairs``."""
    first: dict[int, int] = {}
    parent = [first.setdefault(block, state) for state, block in enumerate(blocks)]

    def root(q: int) -> int:
        while parent[q] != q:
            parent[q] = parent[parent[q]]
            q = parent[q]
        return q

    pairs = list(pairs)
    while pairs:
        a, b = pairs.pop()
        first_root, second_root = root(a), root(b)
        if first_root != second_root:
            parent[second_root] = first_root
            pairs += zip(steps[a], steps[b], strict=True)
    return numbered(root(q) for q in range(len(parent)))


def numbered(values: Iterable[object]) -> Partition:
    """Equal values get equal numbers, in order of first appearance."""
    number: dict[object, int] = {}
    return tuple(number.setdefault(v, len(number)) for v in values)


def quotient(machine: Mealy, partition: Partition) -> Mealy:
    """The machine of the blocks, which answers with the number of the block it enters."""
    blocks: Ints = np.array(partition, dtype=np.int64)
    first = np.unique(blocks, return_index=True)[1]
    nxt = blocks[machine.next[first]]
    return Mealy(machine.inputs, machine.letters, nxt, nxt[:, :, None])
