"""Breadth-first search through the product of two machines: exact when it closes.

Also exact bounded model checking while it does not: after level n every sequence of at
most n letters has been compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.expr import TRUE, Expr, conjoin
from mips_verify.printers.numpy import evaluate_batch
from mips_verify.prove.magnitude import EXACT, magnitude
from mips_verify.prove.obligations import Pair
from mips_verify.prove.observe import machine_defined
from mips_verify.prove.replay import Letters

Ints = NDArray[np.int64]
LEVEL_COST = 200  # steps that starting a level is worth
MOST_LETTERS = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """The part of the product that was searched.

    Attributes:
        states: reachable joint states, ``(m, variables)``, program's first, the initial one
            at the top.
        closed: whether these are all of them, with no difference anywhere.
        length: every sequence of at most so many letters shows no difference.
        word: a sequence of ``length + 1`` letters that does, if one was met: a shortest one.
    """

    states: Ints
    closed: bool
    length: int
    word: Letters | None = None


def search_product(pair: Pair, steps: int) -> Reached:
    """Search level by level until it closes, differs, or has taken ``steps`` steps.

    Stops as well before any value could leave 64 bits, so that what it says is exact.
    """
    start = list(pair.init.values())
    if pair.domain.size > MOST_LETTERS or any(abs(v) > EXACT for v in start):
        return Reached(np.zeros((0, len(start)), dtype=np.int64), False, 0)
    product = _Product.of(pair)
    levels = [np.array([start], dtype=np.int64)]
    chosen: list[Ints] = []  # for each later level: its entries among level x letters
    seen = {levels[0][0].tobytes()}
    while True:
        frontier = levels[-1]
        steps -= LEVEL_COST + len(frontier) * len(product.letters)
        if steps < 0 or not product.exact_from(frontier):
            return Reached(np.concatenate(levels), False, len(levels) - 1)
        successors, differs = product.level(frontier)
        if differs.any():
            word = _path(product.letters, [*chosen, np.flatnonzero(differs)[:1]])
            return Reached(np.concatenate(levels), False, len(levels) - 1, word)
        fresh = []
        for i, row in enumerate(successors):
            key = row.tobytes()
            if key not in seen:
                seen.add(key)
                fresh.append(i)
        if not fresh:
            return Reached(np.concatenate(levels), True, len(levels))
        chosen.append(np.array(fresh, dtype=np.int64))
        levels.append(successors[fresh])


@dataclass(frozen=True, slots=True, eq=False)
class _Product:
    """What one step evaluates, over old state and inputs, worked out once."""

    pair: Pair
    letters: Ints
    next: tuple[Expr, ...]
    outputs: tuple[tuple[Expr, Expr], ...]
    defined: Expr

    @classmethod
    def of(cls, pair: Pair) -> _Product:
        ours, theirs = pair.program.outputs_before(), pair.spec.outputs_before()
        return cls(
            pair=pair,
            letters=np.array(list(pair.domain.letters()), dtype=np.int64),
            next=tuple(pair.next.values()),
            outputs=tuple(zip(ours, theirs, strict=True)),
            defined=conjoin([machine_defined(pair.program), machine_defined(pair.spec)]),
        )

    def level(self, frontier: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Successors of every state under every letter, and where the machines differ."""
        state = np.repeat(frontier, len(self.letters), axis=0)
        letter = np.tile(self.letters, (len(frontier), 1))
        env = {name: letter[:, i] for i, name in enumerate(self.pair.domain.names)}
        env |= {name: state[:, i] for i, name in enumerate(self.pair.state)}
        successors = np.empty_like(state)
        for i, e in enumerate(self.next):
            successors[:, i] = evaluate_batch(e, env)
        differs = np.zeros(len(state), dtype=np.bool_)
        for a, b in self.outputs:
            differs |= evaluate_batch(a, env) != evaluate_batch(b, env)
        if self.defined != TRUE:
            differs |= evaluate_batch(self.defined, env) == 0
        return successors, differs

    def exact_from(self, frontier: Ints) -> bool:
        """Whether one step stays within 64 bits, intermediate values included."""
        domain = self.pair.domain
        ends = zip(domain.names, domain.lows, domain.highs, strict=True)
        bounds = {name: max(abs(low), abs(high)) for name, low, high in ends}
        bounds |= {n: int(np.abs(frontier[:, i]).max()) for i, n in enumerate(self.pair.state)}
        every = [*self.next, *(e for two in self.outputs for e in two), self.defined]
        return all(magnitude(e, bounds) < EXACT for e in every)


def _path(letters: Ints, chosen: list[Ints]) -> Letters:
    """The letters that lead to the first entry of the last level, read backwards."""
    index, word = int(chosen[-1][0]), []
    for level in reversed(range(len(chosen))):
        state, letter = divmod(index, len(letters))
        word.append(tuple(int(v) for v in letters[letter]))
        if level:
            index = int(chosen[level - 1][state])
    return tuple(reversed(word))
